// medchain put: seals documents to their readers and submits them, many in flight at once.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>

#include "arguments.h"
#include "commands.h"
#include "common/files.h"
#include "medchain/sealing.h"
#include "participants.h"
#include "progress_bar.h"
#include "sender.h"

namespace program {
namespace {

using medchain::Address;
using medchain::Error;
using medchain::ErrorCode;
using medchain::PublicKeys;
using medchain::Result;
using medchain::TxId;

// Sent together, and waited for at once: bounds of memory, and of what one connection asks of a node.
constexpr std::size_t kBatchFiles = 16;
constexpr std::size_t kBatchBytes = 8 * 1024 * 1024;
constexpr std::size_t kMaxWaiting = 64;

struct PutCommand {
  SendOptions send;
  std::string kind;
  std::string subject;
  std::vector<std::string> to;
  bool no_subject = false;
  bool trust_node = false;
  std::optional<std::uint64_t> time_ms;
  std::vector<std::string> files;
};

struct Plan {
  medchain::Put put;  // without what differs from file to file
  std::vector<PublicKeys> readers;
};

struct Sent {
  std::string file;
  medchain::RecordId record;
  TxId transaction;
  std::future<Result<medchain::Receipt>> receipt;  // not valid with --no-wait
};

std::uint64_t now_ms() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Result<Plan> make_plan(Session& session, const PutCommand& command) {
  auto kind = argument("--kind", command.kind, medchain::parse_record_kind(command.kind));
  if (!kind) return kind.error();
  auto subject = address_argument("--subject", command.subject);
  if (!subject) return subject.error();
  Plan plan;
  plan.put.subject = *subject;
  plan.put.kind = *kind;
  plan.put.time_ms = command.time_ms.value_or(now_ms());
  if (!command.no_subject) plan.put.readers.push_back(*subject);
  for (const std::string& text : command.to) {
    auto reader = address_argument("--to", text);
    if (!reader) return reader.error();
    const auto& readers = plan.put.readers;
    if (std::find(readers.begin(), readers.end(), *reader) == readers.end()) plan.put.readers.push_back(*reader);
  }
  if (plan.put.readers.empty()) return Error(ErrorCode::kInvalidArgument, "--no-subject needs at least one --to");
  for (const Address& reader : plan.put.readers) {
    auto keys = current_keys(session, reader, command.trust_node);
    if (!keys) return keys.error();
    plan.readers.push_back(*keys);
  }
  return plan;
}

class Uploader {
 public:
  Uploader(Program& program, Session& session, Sender& sender, const Plan& plan, std::size_t files)
      : program_(program), session_(session), sender_(sender), plan_(plan), bar_("put", files) {}

  Result<void> add(const std::string& file) {
    auto document = programs::read_file(file, medchain::limits::kMaxPayloadBytes);
    if (!document) return document.error();
    medchain::Put put = plan_.put;
    medchain::random_bytes(put.nonce);
    medchain::RecordId record = medchain::record_id(session_.chain(), session_.self(), put);
    auto sealed =
        medchain::seal_record(*document, plan_.readers, {session_.chain(), record}, session_.identity->signing);
    medchain::wipe(*document);
    if (!sealed) return sealed.error().in(file);
    medchain::Payload payload;
    payload.parts.push_back(std::move(sealed->body));
    for (const medchain::Wrap& wrap : sealed->wraps) payload.parts.push_back(medchain::bcs::encode(wrap));
    put.payload_root = payload.root();
    put.payload_bytes = payload.bytes();
    put.content_commitment = sealed->content_commitment;
    if (put.payload_bytes > medchain::limits::kMaxPayloadBytes) {
      return Error(ErrorCode::kTooLarge, fmt::format("{} is larger, once sealed, than the {} bytes of one record", file,
                                                     medchain::limits::kMaxPayloadBytes));
    }
    batch_bytes_ += put.payload_bytes;
    Sent sent{file, record, {}, {}};
    batch_.push_back(sender_.prepare(medchain::RecordsBody{std::move(put)}, std::move(payload), sent.transaction));
    pending_.push_back(std::move(sent));
    return batch_.size() < kBatchFiles && batch_bytes_ < kBatchBytes ? Result<void>{} : flush();
  }

  Result<void> flush() {
    if (batch_.empty()) return {};
    std::vector<TxId> ids;
    for (const Sent& sent : pending_) ids.push_back(sent.transaction);
    MEDCHAIN_TRY(sender_.submit(std::exchange(batch_, {}), std::move(ids)));
    batch_bytes_ = 0;
    for (Sent& sent : std::exchange(pending_, {})) {
      if (!sender_.options().no_wait) sent.receipt = sender_.receipt_of(sent.transaction);
      waiting_.push_back(std::move(sent));
    }
    return collect(kMaxWaiting);
  }

  // Takes the oldest outcomes, in order, until at most `left` are awaited.
  Result<void> collect(std::size_t left) {
    Failures failures;
    while (waiting_.size() > left) {
      Sent sent = std::move(waiting_.front());
      waiting_.pop_front();
      auto outcome = outcome_of(sent);
      bar_.hide();
      auto checked = outcome ? outcome->check() : outcome.error();
      if (outcome) print(sent, *outcome);
      if (!checked) failures.add(checked.error().in(sent.file));
      bar_.advance(1);
    }
    return failures.result();
  }

 private:
  Result<Outcome> outcome_of(Sent& sent) {
    if (!sent.receipt.valid()) return Outcome{sent.transaction, std::nullopt, std::nullopt};
    return sender_.wait(sent.transaction, sent.receipt);
  }

  void print(const Sent& sent, const Outcome& outcome) {
    Report report;
    report.add("record", sent.record.hex()).add("file", sent.file);
    outcome.describe(report);
    if (program_.output.json) return program_.output.print(report);
    if (outcome.check()) program_.output.print_line(sent.record.hex());
  }

  Program& program_;
  Session& session_;
  Sender& sender_;
  const Plan& plan_;
  std::vector<medchain::Submission> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<Sent> pending_;  // of the batch
  std::deque<Sent> waiting_;   // submitted
  ProgressBar bar_;            // of files, final
};

Result<void> run_put(Program& program, const PutCommand& command) {
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  auto plan = make_plan(*session, command);
  if (!plan) return plan.error();
  auto sender = Sender::create(*session, command.send);
  if (!sender) return sender.error();
  Uploader uploader(program, *session, *sender, *plan, command.files.size());
  Result<void> uploaded;
  for (std::size_t i = 0; i < command.files.size() && uploaded; ++i) uploaded = uploader.add(command.files[i]);
  if (uploaded) uploaded = uploader.flush();
  // Whatever ended the upload, the outcome of all that was submitted is still told.
  auto collected = uploader.collect(0);
  return uploaded ? collected : uploaded;
}

}  // namespace

void add_put_command(CLI::App& app, Program& program) {
  auto put = std::make_shared<PutCommand>();
  auto* command = app.add_subcommand("put", "Seal documents and put them on the ledger; prints each one's record id");
  command
      ->add_option("--kind", put->kind,
                   "vitals, alarm, diagnosis, prescription, laboratory, imaging, document or other")
      ->required();
  command->add_option("--subject", put->subject, "The patient (med1...), who can always open it")->required();
  command->add_option("--to", put->to, "Another reader (med1...); may be repeated")->allow_extra_args(false);
  command->add_flag("--no-subject", put->no_subject, "Do not seal to the patient");
  command->add_flag("--trust-node", put->trust_node, "Take the node's word for keys that were rotated");
  command->add_option("--time-ms", put->time_ms, "When it was observed, Unix time in milliseconds; otherwise now")
      ->check(whole_number());
  command->add_option("FILES", put->files, "Documents, any bytes, up to 16 MiB each once sealed")->required();
  add_send_options(command, put->send);
  program.on(command, put, run_put);
}

}  // namespace program
