// medchain watch.
#include <fmt/format.h>

#include "arguments.h"
#include "commands.h"
#include "describe.h"
#include "session.h"

namespace program {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;
using medchain::rpc::EventPosition;

struct WatchCommand {
  std::uint64_t from = 0;
  std::string after, types, contract, kind, subject, device;
  std::uint64_t count = 0;
};

template <class T, class Parse>
Result<void> read(std::string_view option, const std::string& text, Parse parse, std::optional<T>& into) {
  if (text.empty()) return {};
  auto parsed = argument<T>(option, text, parse(text));
  if (!parsed) return parsed.error();
  into = *parsed;
  return {};
}

Result<medchain::rpc::EventFilter> filter_of(const WatchCommand& command) {
  medchain::rpc::EventFilter filter;
  filter.blocks = command.types.empty() || command.types == "block";
  filter.transactions = command.types.empty() || command.types == "transaction";
  auto address = [](const std::string& text) { return medchain::Address::parse(text); };
  MEDCHAIN_TRY(read("--contract", command.contract, medchain::parse_contract, filter.contract));
  MEDCHAIN_TRY(read("--kind", command.kind, medchain::parse_record_kind, filter.kind));
  MEDCHAIN_TRY(read("--subject", command.subject, address, filter.subject));
  MEDCHAIN_TRY(read("--device", command.device, address, filter.device));
  // A condition on transactions leaves nothing to ask of blocks.
  if (command.types.empty() && (filter.contract || filter.about_records())) filter.blocks = false;
  return filter;
}

Result<std::optional<EventPosition>> start_of(const WatchCommand& command) {
  std::optional<EventPosition> position;
  MEDCHAIN_TRY(read("--after", command.after, medchain::rpc::parse_event_position, position));
  if (position) return std::optional(position->next());
  if (command.from > 0) position = EventPosition{medchain::Height{command.from}, 0};
  return position;
}

Report report_of(const EventPosition& at, const medchain::rpc::BlockSummary& block) {
  Report report;
  report.add("event", to_string(at))
      .add("type", std::string("block"))
      .add("height", at.height.value)
      .add("hash", block.hash.hex())
      .add("time", time_text(block.header.time_ms))
      .add("producer", block.header.producer.text())
      .add("view", block.certificate.ballot.view.value)
      .add("transaction_count", std::uint64_t{block.receipts.size()});
  return report;
}

Result<Report> report_of(const EventPosition& at, const medchain::rpc::TransactionEvent& event) {
  auto parsed = medchain::parse_transaction(event.transaction);
  if (!parsed) return parsed.error().in("event " + to_string(at));
  Report report;
  report.add("event", to_string(at))
      .add("type", std::string("transaction"))
      .add("height", at.height.value)
      .add("block_time", time_text(event.time_ms))
      .add("transaction", event.receipt.id.hex())
      .add("status", std::string(to_string(event.receipt.status)));
  describe_transaction(report, (*parsed)->transaction());
  if (event.record) {
    report.add("about_record", event.record->id.hex())
        .add("about_kind", std::string(to_string(event.record->record.kind)))
        .add("about_subject", event.record->record.subject.text())
        .add("about_author", event.record->record.author.text());
  }
  return report;
}

Result<void> print(Output& output, const medchain::rpc::Event& event) {
  auto report =
      std::visit([&event](const auto& what) -> Result<Report> { return report_of(event.at, what); }, event.what);
  if (!report) return report.error();
  output.print(*report);
  return {};
}

// Until --count events were shown, or the node is gone; who waits for an event has time.
Result<void> run_watch(Program& program, const WatchCommand& command) {
  auto filter = filter_of(command);
  if (!filter) return filter.error();
  auto start = start_of(command);
  if (!start) return start.error();
  auto session = connect(program.options, Identity::kOptional);
  if (!session) return session.error();
  auto events = session->client.subscribe(*filter, *start);
  if (!events) return events.error();
  for (std::uint64_t shown = 0; command.count == 0 || shown < command.count;) {
    auto event = events->next(60'000);
    if (!event && event.error().code() == ErrorCode::kTimeout) continue;
    if (!event) return event.error().in("after event " + to_string(events->position()));
    MEDCHAIN_TRY(print(program.output, *event));
    ++shown;
  }
  return {};
}

}  // namespace

void add_watch_command(CLI::App& app, Program& program) {
  auto options = std::make_shared<WatchCommand>();
  auto* command = app.add_subcommand("watch", "Show what becomes final, as it does; without a key only blocks");
  auto* from = command->add_option("--from", options->from, "Begin with the block of this height; else with the next")
                   ->check(whole_number());
  command->add_option("--after", options->after, "Go on behind this event, as shown by any node")->excludes(from);
  command->add_option("--types", options->types, "block or transaction; both when left out")
      ->check(CLI::IsMember({"block", "transaction"}));
  command->add_option("--contract", options->contract, "tokens, stake, registry, records or consent");
  command->add_option("--kind", options->kind, "Of the record that a transaction is about: vitals, alarm, ...");
  command->add_option("--subject", options->subject, "Of that record: whom it is about");
  command->add_option("--device", options->device, "Of that record: who wrote it");
  command->add_option("--count", options->count, "End after as many events")->check(whole_number());
  program.on(command, options, run_watch);
}

}  // namespace program
