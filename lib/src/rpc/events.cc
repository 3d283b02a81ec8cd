#include "medchain/rpc/events.h"

#include <charconv>

#include "medchain/rpc/service.h"

namespace medchain::rpc {
namespace {

// Of one batch: what is looked at, and what is told.
constexpr std::size_t kBatchBlocks = 16;
constexpr std::size_t kBatchTransactions = 1'024;
constexpr std::size_t kBatchBytes = 512 * 1024;

std::optional<EventRecord> record_of(const State& state, const Transaction& transaction) {
  const std::optional<RecordId> id = mentioned_in(transaction).record;
  if (!id) return std::nullopt;
  auto record = state.record(*id);
  if (!record) return std::nullopt;  // a transaction that failed may name any id
  return EventRecord{*id, std::move(*record)};
}

bool wanted(const EventFilter& filter, const Transaction& transaction, const std::optional<EventRecord>& about) {
  if (filter.contract && static_cast<std::size_t>(*filter.contract) != transaction.body.index()) return false;
  if (!filter.about_records()) return true;
  if (!about) return false;
  const Record& record = about->record;
  return (!filter.kind || record.kind == *filter.kind) && (!filter.subject || record.subject == *filter.subject) &&
         (!filter.device || record.author == *filter.device);
}

Event event_of(const StoredBlock& stored, Answers::ChosenEvent chosen) {
  const Block& block = stored.certified.block;
  Event event{{block.header.height, chosen.place}, {}};
  if (chosen.place == 0) {
    event.what = BlockSummary{block.header, block.header.hash(), stored.certified.certificate, stored.receipts};
  } else {
    const std::size_t i = chosen.place - 1;
    event.what = TransactionEvent{block.transactions[i]->bytes, block.header.time_ms, stored.receipts[i],
                                  std::move(chosen.record)};
  }
  return event;
}

// About what it takes over the wire.
std::size_t bytes_of(const Event& event) {
  constexpr std::size_t kFixed = 512, kReceipt = 33;
  const auto* transaction = std::get_if<TransactionEvent>(&event.what);
  if (transaction != nullptr) return kFixed + transaction->transaction.size();
  return kFixed + kReceipt * std::get<BlockSummary>(event.what).receipts.size();
}

}  // namespace

std::string to_string(const EventPosition& position) {
  return std::to_string(position.height.value) + "-" + std::to_string(position.place);
}

Result<EventPosition> parse_event_position(std::string_view text) {
  const Error wrong(ErrorCode::kInvalidArgument, "expected HEIGHT-PLACE, as in an event's id");
  EventPosition position;
  const char* end = text.data() + text.size();
  auto [dash, bad_height] = std::from_chars(text.data(), end, position.height.value);
  if (bad_height != std::errc() || dash == end || *dash != '-') return wrong;
  auto [stop, bad_place] = std::from_chars(dash + 1, end, position.place);
  if (bad_place != std::errc() || stop != end) return wrong;
  return position;
}

Result<void> Answers::may_watch(const EventFilter& filter) const {
  if (caller_) {
    auto visible = visibility();
    return visible ? Result<void>() : visible.error();
  }
  if (!filter.transactions && !filter.contract && !filter.about_records()) return {};
  return Error(ErrorCode::kPermissionDenied, "guests may have the events of blocks only; show who you are");
}

Result<std::vector<Answers::ChosenEvent>> Answers::choose_events(const StoredBlock& stored, std::uint64_t from_place,
                                                                 const EventFilter& filter) const {
  MEDCHAIN_TRY(may_watch(filter));
  std::vector<ChosenEvent> chosen;
  if (filter.blocks && from_place == 0) chosen.push_back({});
  if (!filter.transactions) return chosen;
  auto visible = visibility();
  if (!visible) return visible.error();
  const auto& transactions = stored.certified.block.transactions;
  for (std::size_t i = from_place == 0 ? 0 : from_place - 1; i < transactions.size(); ++i) {
    const Transaction& transaction = transactions[i]->transaction();
    auto record = record_of(node_->engine().state(), transaction);
    if (!wanted(filter, transaction, record) || !visible->transaction(transaction)) continue;
    chosen.push_back({i + 1, std::move(record)});
  }
  return chosen;
}

Result<EventBatch> Answers::events(EventPosition next, const EventFilter& filter) const {
  MEDCHAIN_TRY(may_watch(filter));
  EventBatch batch;
  batch.next = next.height.value == 0 ? EventPosition{Height{1}, 0} : next;
  std::size_t blocks = 0, transactions = 0, bytes = 0;
  while (batch.next.height <= node_->engine().height() && blocks++ < kBatchBlocks &&
         transactions < kBatchTransactions) {
    auto block = node_->block(batch.next.height);
    if (!block) return block.error();
    auto chosen = choose_events(**block, batch.next.place, filter);
    if (!chosen) return chosen.error();
    for (ChosenEvent& one : *chosen) {
      if (bytes >= kBatchBytes) {
        batch.next.place = one.place;
        return batch;
      }
      batch.events.push_back(event_of(**block, std::move(one)));
      bytes += bytes_of(batch.events.back());
    }
    transactions += (*block)->receipts.size();
    batch.next = {batch.next.height.next(), 0};
  }
  return batch;
}

}  // namespace medchain::rpc
