// Records: who wrote what about whom, for those who may know; the sealed bytes for those who may read.
#include "handlers.h"
#include "ledger_json.h"
#include "places.h"

namespace medchain::http {
namespace {

constexpr std::string_view kRecords = "records";
constexpr std::string_view kOwnRecords = "own-records";
constexpr std::string_view kRecordTransactions = "record-transactions";
constexpr std::size_t kLookAt = 2'000;

OrderedJson item_of_record(const IndexedRecord& record) {
  return {{"id", record.id.hex()},          {"subject", record.subject.text()},
          {"author", record.author.text()}, {"kind", std::string(to_string(record.kind))},
          {"time_ms", record.time_ms},      {"height", record.height.value}};
}

bool matches(const RecordFilter& filter, const Record& record) {
  return (!filter.subject || *filter.subject == record.subject) &&
         (!filter.author || *filter.author == record.author) && (!filter.kind || *filter.kind == record.kind) &&
         record.time_ms >= filter.from_ms && record.time_ms < filter.until_ms;
}

// Whether it is this transaction because of which the record concerns the caller: so that each is listed once. Its put
// for author and subject; for others the last change of their access.
bool brings(const Transaction& transaction, const Record& record, const std::optional<Access>& access,
            const Address& caller, Height height) {
  if (record.author == caller || record.subject == caller) {
    return std::holds_alternative<RecordsBody>(transaction.body);
  }
  return access && access->since == height;
}

// The records among the transactions that concern the caller, newest first.
Outcome list_own(Call& call, const rpc::Visibility& visible, const IndexReader& index, const RecordFilter& filter,
                 std::uint64_t limit, const std::optional<TransactionPlace>& behind) {
  const Address caller = call.answers.caller()->address;
  Places places;
  auto listed = index.transactions(caller, behind, [&](const TransactionPlace& place) { return places.take(place); });
  auto item_of = [&call, caller, filter, visible](const StoredBlock& block,
                                                  const TransactionPlace& place) -> std::optional<OrderedJson> {
    if (block.receipts[place.index].status != TxStatus::kSuccess) return std::nullopt;
    const State& state = call.answers.node().engine().state();
    const Transaction& transaction = block.certified.block.transactions[place.index]->transaction();
    const auto id = mentioned_in(transaction).record;
    const auto record = id ? state.record(*id) : std::nullopt;
    if (!record || !matches(filter, *record) || !visible.record(*id)) return std::nullopt;
    if (!brings(transaction, *record, state.access(*id, caller), caller, place.height)) return std::nullopt;
    return item_of_record({*id, record->subject, record->author, record->kind, record->time_ms, record->height});
  };
  return answer_places(call, listed, std::move(places), limit, kOwnRecords, std::move(item_of));
}

}  // namespace

Outcome list_records(Call& call) {
  Arguments arguments(call.arguments);
  RecordFilter filter;
  filter.subject = arguments.address("subject");
  filter.author = arguments.address("device");
  filter.kind = arguments.kind("kind");
  filter.from_ms = arguments.time_ms("from").value_or(0);
  filter.until_ms = arguments.time_ms("until").value_or(UINT64_MAX);
  const std::uint64_t limit = arguments.number("limit", kPageItems, 1, kMaxPageItems);
  auto visible = call.answers.visibility();
  if (!visible) return problem_reply(visible.error());
  // Whoever may see a whole listing gets it by time. Others get what concerns them, found without looking at the rest:
  // how a page ends would tell of records that are not theirs.
  const bool whole = visible->every_record() || (filter.subject && visible->records_of(*filter.subject)) ||
                     (filter.author && visible->records_of(*filter.author));
  const auto by_time = whole ? read_position<RecordPosition>(arguments, kRecords) : std::nullopt;
  const auto by_place = whole ? std::nullopt : read_position<TransactionPlace>(arguments, kOwnRecords);
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto index = call.answers.node().index();
  if (!index) return problem_reply(index.error());
  if (!whole) return list_own(call, *visible, *index, filter, limit, by_place);

  OrderedJson items = OrderedJson::array();
  auto stopped = index->records(filter, by_time, kLookAt, [&](const IndexedRecord& record) {
    if (visible->record(record.id)) items.push_back(item_of_record(record));
    return items.size() < limit;
  });
  if (!stopped) return problem_reply(stopped.error());
  return page_reply(std::move(items), kRecords, *stopped);
}

Outcome list_record_transactions(Call& call) {
  Arguments arguments(call.arguments);
  const RecordId id = arguments.fixed<RecordId>("id").value_or(RecordId{});
  const std::uint64_t limit = arguments.number("limit", kPageItems, 1, kMaxPageItems);
  const auto behind = read_position<TransactionPlace>(arguments, kRecordTransactions);
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto visible = call.answers.visibility();
  if (!visible) return problem_reply(visible.error());
  if (!visible->record(id)) return problem_reply(rpc::no_such_record());
  auto index = call.answers.node().index();
  if (!index) return problem_reply(index.error());
  Places places;
  auto listed = index->transactions(id, behind, [&](const TransactionPlace& place) { return places.take(place); });
  auto item_of = [visible = *visible](const StoredBlock& block,
                                      const TransactionPlace& place) -> std::optional<OrderedJson> {
    if (!visible.transaction(block.certified.block.transactions[place.index]->transaction())) return std::nullopt;
    return transaction_item(block, place);
  };
  return answer_places(call, listed, std::move(places), limit, kRecordTransactions, std::move(item_of));
}

Outcome get_record(Call& call) {
  Arguments arguments(call.arguments);
  const RecordId id = arguments.fixed<RecordId>("id").value_or(RecordId{});
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto info = call.answers.record(id);
  if (!info) return problem_reply(info.error());
  OrderedJson json{{"id", id.hex()}};
  json.update(json_of(*info));
  return json_reply(json);
}

Outcome get_payload(Call& call) {
  Arguments arguments(call.arguments);
  const RecordId id = arguments.fixed<RecordId>("id").value_or(RecordId{});
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto released = call.answers.fetch(id);
  if (!released) return problem_reply(released.error());
  Reply reply = call.wants_bytes() ? bytes_reply(bcs::encode(*released)) : json_reply(json_of(*released));
  reply.secret = true;  // a revocation takes effect at once, here too
  return reply;
}

}  // namespace medchain::http
