#include "event_filter.h"

#include <nlohmann/json.hpp>

#include "ledger_json.h"

namespace medchain::http {
namespace {

using rpc::EventPosition;

void append_event(std::string& to, std::string_view type, const EventPosition& at, const OrderedJson& data) {
  to += "event: " + std::string(type) + "\nid: " + to_string(at) + "\ndata: " + json_line(data) + "\n\n";
}

OrderedJson data_of(const StoredBlock& block, std::size_t index, const std::optional<rpc::EventRecord>& about) {
  const BlockHeader& header = block.certified.block.header;
  OrderedJson data{{"height", header.height.value},
                   {"index", index},
                   {"time_ms", header.time_ms},
                   {"receipt", json_of(block.receipts[index])}};
  if (about) {
    const Record& record = about->record;
    data["record"] = {{"id", about->id.hex()},
                      {"subject", record.subject.text()},
                      {"author", record.author.text()},
                      {"kind", std::string(to_string(record.kind))},
                      {"time_ms", record.time_ms}};
  }
  data["transaction"] = json_of(block.certified.block.transactions[index]->content);
  return data;
}

}  // namespace

rpc::EventFilter read_event_filter(Arguments& arguments, bool guest) {
  rpc::EventFilter filter;
  const auto types = arguments.text("types");
  if (types) {
    const bool both = *types == "block,transaction" || *types == "transaction,block";
    filter.blocks = both || *types == "block";
    filter.transactions = both || *types == "transaction";
    if (!filter.blocks && !filter.transactions) arguments.refuse("types", "block, transaction, or both with a comma");
  }
  if (auto name = arguments.text("contract")) {
    auto contract = parse_contract(*name);
    if (contract) filter.contract = *contract;
    if (!contract) arguments.refuse("contract", contract.error().message());
  }
  filter.kind = arguments.kind("kind");
  filter.subject = arguments.address("subject");
  filter.device = arguments.address("device");
  if (guest && !types) filter.transactions = false;
  return filter;
}

Result<std::string> events_of(const StoredBlock& block, std::uint64_t from_place, const rpc::EventFilter& filter,
                              const rpc::Answers& answers) {
  auto chosen = answers.choose_events(block, from_place, filter);
  if (!chosen) return chosen.error();
  const Height height = block.certified.block.header.height;
  std::string text;
  for (const auto& [place, record] : *chosen) {
    if (place == 0) {
      append_event(text, "block", {height, 0}, summary_of(block.certified));
    } else {
      append_event(text, "transaction", {height, place}, data_of(block, place - 1, record));
    }
  }
  // Without data it is dispatched to nobody, but moves the reader's Last-Event-ID.
  text += "id: " + to_string(EventPosition{height, block.receipts.size()}) + "\n\n";
  return text;
}

}  // namespace medchain::http
