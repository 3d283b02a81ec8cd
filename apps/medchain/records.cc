// medchain grant, revoke, set-readers: who may read a record, and what is written, from now on.
#include <fmt/format.h>

#include "arguments.h"
#include "commands.h"
#include "medchain/sealing.h"
#include "participants.h"
#include "released.h"
#include "sender.h"

namespace program {
namespace {

using medchain::Address;
using medchain::Error;
using medchain::ErrorCode;
using medchain::RecordId;
using medchain::Result;

struct ConsentCommand {
  SendOptions send;
  std::string record;
  std::string reader;
  bool trust_node = false;
};

struct Names {
  RecordId record;
  Address reader;
};

Result<Names> parse(const ConsentCommand& command) {
  auto record = id_argument<RecordId>("RECORD_ID", command.record);
  if (!record) return record.error();
  auto reader = address_argument("READER", command.reader);
  if (!reader) return reader.error();
  return Names{*record, *reader};
}

Report report_of(const Names& names) {
  Report report;
  report.add("record", names.record.hex()).add("reader", names.reader.text());
  return report;
}

Result<void> run_grant(Program& program, const ConsentCommand& command) {
  auto names = parse(command);
  if (!names) return names.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  auto reader_keys = current_keys(*session, names->reader, command.trust_node);
  if (!reader_keys) return reader_keys.error();
  auto released = session->client.fetch(names->record);
  if (!released) return released.error();
  // Without these checks a node could have the patient share another record than the one named.
  auto origin = origin_of(*session, names->record, released->record);
  if (!origin) return origin.error();
  auto content = open_released(*session, names->record, *released, *origin);
  if (!content) return content.error();
  medchain::wipe(*content);
  auto wrap = medchain::rewrap(released->body, released->wrap, *session->identity, *reader_keys);
  if (!wrap) return wrap.error();
  medchain::Payload payload;
  payload.parts.push_back(medchain::bcs::encode(*wrap));
  medchain::Grant grant{names->record, names->reader, payload.root(), payload.bytes()};
  return send_and_report(*session, program.output, command.send, medchain::ConsentBody{std::move(grant)},
                         std::move(payload), report_of(*names));
}

Result<void> run_revoke(Program& program, const ConsentCommand& command) {
  auto names = parse(command);
  if (!names) return names.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  return send_and_report(*session, program.output, command.send,
                         medchain::ConsentBody{medchain::Revoke{names->record, names->reader}}, {}, report_of(*names));
}

struct SetReadersCommand {
  SendOptions send;
  std::vector<std::string> readers;
};

Result<void> run_set_readers(Program& program, const SetReadersCommand& command) {
  medchain::SetReaders body;
  Report report;
  for (const std::string& text : command.readers) {
    auto reader = address_argument("ADDRESS", text);
    if (!reader) return reader.error();
    body.readers.push_back(*reader);
  }
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  report.add("readers", static_cast<std::uint64_t>(body.readers.size()));
  return send_and_report(*session, program.output, command.send, medchain::ConsentBody{std::move(body)}, {},
                         std::move(report));
}

}  // namespace

void add_record_commands(CLI::App& app, Program& program) {
  auto grant = std::make_shared<ConsentCommand>();
  auto* granting = app.add_subcommand("grant", "Let another participant read a record; signed by its patient's --key");
  granting->add_option("RECORD_ID", grant->record, "As printed by put")->required();
  granting->add_option("READER", grant->reader, "Address (med1...)")->required();
  granting->add_flag("--trust-node", grant->trust_node, "Take the node's word for keys that were rotated");
  add_send_options(granting, grant->send);
  program.on(granting, grant, run_grant);

  auto revoke = std::make_shared<ConsentCommand>();
  auto* revoking = app.add_subcommand("revoke", "End a participant's access; what it opened before, it may have kept");
  revoking->add_option("RECORD_ID", revoke->record, "As printed by put")->required();
  revoking->add_option("READER", revoke->reader, "Address (med1...)")->required();
  add_send_options(revoking, revoke->send);
  program.on(revoking, revoke, run_revoke);

  auto set = std::make_shared<SetReadersCommand>();
  auto* setting = app.add_subcommand(
      "set-readers", "Whom gateways and clinicians seal to, besides the patient, from now on; signed by her --key");
  setting->add_option("ADDRESS", set->readers, "Of the readers (med1...), replacing the list before; none ends it");
  add_send_options(setting, set->send);
  program.on(setting, set, run_set_readers);
}

}  // namespace program
