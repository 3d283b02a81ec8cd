// medchain get: fetches records, checks who wrote them, and opens them.
#include <fmt/format.h>

#include <deque>

#include "arguments.h"
#include "commands.h"
#include "common/files.h"
#include "medchain/sealing.h"
#include "progress_bar.h"
#include "released.h"

namespace program {
namespace {

using medchain::Bytes;
using medchain::Error;
using medchain::ErrorCode;
using medchain::RecordId;
using medchain::Result;
using medchain::rpc::ReleasedRecord;

constexpr std::size_t kMaxFetching = 8;  // at once: bounds memory

struct GetCommand {
  std::vector<std::string> records;
  std::string out;
  std::string out_dir;
  bool sealed = false;
};

struct Fetching {
  RecordId id;
  std::filesystem::path out;
  std::future<Result<ReleasedRecord>> answer;
};

Result<Bytes> sealed_envelope(Session& session, const RecordId& id, const ReleasedRecord& released) {
  auto envelope = medchain::attach(released.body, {released.wrap});
  if (!envelope) return envelope.error();
  auto info = medchain::inspect(*envelope);
  if (!info) return info.error();
  if (info->context != context_of(session, id)) return another_record();
  return envelope;
}

Result<void> finish_one(Program& program, Session& session, const GetCommand& command, Fetching fetching) {
  auto released = fetching.answer.get();
  if (!released) return released.error();
  auto origin = origin_of(session, fetching.id, released->record);
  if (!origin) return origin.error();
  auto content = command.sealed ? sealed_envelope(session, fetching.id, *released)
                                : open_released(session, fetching.id, *released, *origin);
  if (!content) return content.error();
  MEDCHAIN_TRY(
      programs::write_file(fetching.out, *content, command.sealed ? programs::kPublicMode : programs::kPrivateMode));
  Report report;
  report.add("record", fetching.id.hex())
      .add("file", fetching.out.string())
      .add("bytes", static_cast<std::uint64_t>(content->size()))
      .add("kind", std::string(to_string(origin->put.kind)))
      .add("author", origin->author.text())
      .add("subject", origin->put.subject.text())
      .add("time", time_text(origin->put.time_ms))
      .add("proved_from_genesis", session.genesis.has_value());
  medchain::wipe(*content);
  program.output.print_either(fetching.out.string(), report);
  return {};
}

Result<std::vector<Fetching>> make_list(const GetCommand& command) {
  if (command.out.empty() == command.out_dir.empty() || (!command.out.empty() && command.records.size() > 1)) {
    return Error(ErrorCode::kInvalidArgument, "give --out FILE for one record, or --out-dir DIR for any number");
  }
  std::vector<Fetching> list;
  for (const std::string& text : command.records) {
    auto id = id_argument<RecordId>("RECORD_ID", text);
    if (!id) return id.error();
    std::filesystem::path out = command.out_dir.empty() ? std::filesystem::path(command.out)
                                                        : std::filesystem::path(command.out_dir) / id->hex();
    list.push_back({*id, std::move(out), {}});
  }
  return list;
}

Result<void> run_get(Program& program, const GetCommand& command) {
  auto list = make_list(command);
  if (!list) return list.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  if (!command.out_dir.empty()) {
    std::error_code error;
    std::filesystem::create_directories(command.out_dir, error);
    if (error) return Error(ErrorCode::kIo, fmt::format("cannot create {}: {}", command.out_dir, error.message()));
  }
  ProgressBar bar("get", list->size());
  std::deque<Fetching> fetching;
  Failures failures;
  auto finish_oldest = [&] {
    Fetching oldest = std::move(fetching.front());
    fetching.pop_front();
    RecordId id = oldest.id;
    oldest.answer.wait();
    bar.hide();
    auto finished = finish_one(program, *session, command, std::move(oldest));
    if (!finished) failures.add(finished.error().in("record " + id.hex()));
    bar.advance(1);
  };
  for (Fetching& next : *list) {
    if (fetching.size() == kMaxFetching) finish_oldest();
    next.answer = session->client.fetch_async(next.id);
    fetching.push_back(std::move(next));
  }
  while (!fetching.empty()) finish_oldest();
  return failures.result();
}

}  // namespace

void add_get_command(CLI::App& app, Program& program) {
  auto get = std::make_shared<GetCommand>();
  auto* command = app.add_subcommand("get", "Fetch and open records that you may read");
  command->add_option("RECORD_ID", get->records, "As printed by put")->required();
  command->add_option("--out", get->out, "File to write (mode 0600), for one record");
  command->add_option("--out-dir", get->out_dir, "Directory, for any number: each file is named by its record id");
  command->add_flag("--sealed", get->sealed,
                    "Write the sealed envelope as the node released it; `medchain open` opens it");
  program.on(command, get, run_get);
}

}  // namespace program
