#include "event_filter.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "ledger_json.h"

namespace medchain::http {
namespace {

void append_event(std::string& to, std::string_view type, const EventPosition& at, const OrderedJson& data) {
  to += "event: " + std::string(type) + "\nid: " + to_text(at) + "\ndata: " + json_line(data) + "\n\n";
}

// Records are told by what they are about, in whichever contract.
std::optional<Record> record_of(const State& state, const std::optional<RecordId>& id) {
  return id ? state.record(*id) : std::nullopt;
}

bool wanted(const EventFilter& filter, const Transaction& transaction, const std::optional<Record>& record) {
  if (filter.contract && static_cast<std::size_t>(*filter.contract) != transaction.body.index()) return false;
  if (!filter.about_records()) return true;
  if (!record) return false;
  return (!filter.kind || record->kind == *filter.kind) && (!filter.subject || record->subject == *filter.subject) &&
         (!filter.device || record->author == *filter.device);
}

OrderedJson data_of(const StoredBlock& block, std::size_t index, const std::optional<RecordId>& id,
                    const std::optional<Record>& record) {
  const BlockHeader& header = block.certified.block.header;
  OrderedJson data{{"height", header.height.value},
                   {"index", index},
                   {"time_ms", header.time_ms},
                   {"receipt", json_of(block.receipts[index])}};
  if (record) {
    data["record"] = {{"id", id->hex()},
                      {"subject", record->subject.text()},
                      {"author", record->author.text()},
                      {"kind", std::string(to_string(record->kind))},
                      {"time_ms", record->time_ms}};
  }
  data["transaction"] = json_of(block.certified.block.transactions[index]->content);
  return data;
}

std::optional<Contract> parse_contract(std::string_view name) {
  for (std::size_t i = 0; i < kContracts; ++i) {
    if (contract_name(static_cast<Contract>(i)) == name) return static_cast<Contract>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string to_text(const EventPosition& position) {
  return std::to_string(position.height.value) + "-" + std::to_string(position.place);
}

std::optional<EventPosition> parse_event_position(std::string_view text) {
  EventPosition position;
  const char* end = text.data() + text.size();
  auto [dash, error] = std::from_chars(text.data(), end, position.height.value);
  if (error != std::errc() || dash == end || *dash != '-') return std::nullopt;
  auto [stop, wrong] = std::from_chars(dash + 1, end, position.place);
  if (wrong != std::errc() || stop != end) return std::nullopt;
  return position;
}

EventFilter read_event_filter(Arguments& arguments, bool guest) {
  EventFilter filter;
  if (auto types = arguments.text("types")) {
    const bool both = *types == "block,transaction" || *types == "transaction,block";
    filter.blocks = both || *types == "block";
    filter.transactions = filter.asks_for_transactions = both || *types == "transaction";
    if (!filter.blocks && !filter.transactions) arguments.refuse("types", "block, transaction, or both with a comma");
  }
  if (guest) filter.transactions = false;
  if (auto contract = arguments.text("contract")) {
    filter.contract = parse_contract(*contract);
    if (!filter.contract) arguments.refuse("contract", "tokens, stake, registry, records or consent");
  }
  filter.kind = arguments.kind("kind");
  filter.subject = arguments.address("subject");
  filter.device = arguments.address("device");
  filter.asks_for_transactions = filter.asks_for_transactions || filter.contract || filter.about_records();
  return filter;
}

Result<std::string> events_of(const StoredBlock& block, std::uint64_t from_place, const EventFilter& filter,
                              const rpc::Answers& answers) {
  const Height height = block.certified.block.header.height;
  std::string text;
  if (filter.blocks && from_place == 0) {
    append_event(text, "block", {height, 0}, summary_of(block.certified));
  }
  const std::size_t count = block.receipts.size();
  if (filter.transactions) {
    auto visible = answers.visibility();
    if (!visible) return visible.error();
    const State& state = answers.node().engine().state();
    for (std::size_t i = from_place == 0 ? 0 : from_place - 1; i < count; ++i) {
      const Transaction& transaction = block.certified.block.transactions[i]->transaction();
      const std::optional<RecordId> id = mentioned_in(transaction).record;
      const std::optional<Record> record = record_of(state, id);
      if (!wanted(filter, transaction, record) || !visible->transaction(transaction)) continue;
      append_event(text, "transaction", {height, i + 1}, data_of(block, i, id, record));
    }
  }
  // Without data it is dispatched to nobody, but moves the reader's Last-Event-ID.
  text += "id: " + to_text({height, count}) + "\n\n";
  return text;
}

}  // namespace medchain::http
