#include "mempool.h"

namespace medchain {

std::size_t Mempool::cost(const Entry& entry) {
  return entry.transaction->bytes.size() * 2 + entry.submission->payload.bytes();  // decoded, and as received
}

Result<void> Mempool::add(Entry entry) {
  const Address& sender = entry.transaction->transaction().sender;
  std::size_t size = cost(entry);
  if (places_.contains(entry.transaction->id)) return {};
  if (entries_.size() >= limits_.transactions || bytes_ + size > limits_.bytes) {
    return Error(ErrorCode::kUnavailable, "the node's queue of transactions is full; try again later");
  }
  if (auto it = per_sender_.find(sender); it != per_sender_.end() && it->second >= limits_.per_sender) {
    return Error(ErrorCode::kUnavailable, "too many transactions of this sender wait already; try again later");
  }
  ++per_sender_[sender];
  bytes_ += size;
  const Place place = entries_.insert(entries_.end(), std::move(entry));
  const Transaction& transaction = place->transaction->transaction();
  places_.emplace(place->transaction->id, place);
  if (auto payload = payload_of(transaction.body)) payloads_.emplace(payload->root, place);
  ++valid_until_[transaction.valid_until];
  return {};
}

const Mempool::Entry* Mempool::find(const TxId& id) const {
  auto place = places_.find(id);
  return place == places_.end() ? nullptr : &*place->second;
}

const Payload* Mempool::find_payload(const Hash& root) const {
  auto place = payloads_.find(root);
  return place == payloads_.end() ? nullptr : &place->second->submission->payload;
}

void Mempool::remove(const TxId& id) {
  if (auto place = places_.find(id); place != places_.end()) remove_at(place->second);
}

void Mempool::remove_at(Place place) {
  const Transaction& transaction = place->transaction->transaction();
  if (auto it = per_sender_.find(transaction.sender); --it->second == 0) per_sender_.erase(it);
  if (auto it = valid_until_.find(transaction.valid_until); --it->second == 0) valid_until_.erase(it);
  bytes_ -= cost(*place);
  if (auto payload = payload_of(transaction.body)) {
    auto held = payloads_.find(payload->root);
    if (held != payloads_.end() && held->second == place) payloads_.erase(held);
  }
  places_.erase(place->transaction->id);
  entries_.erase(place);
}

void Mempool::expire(Height height) {
  if (valid_until_.empty() || valid_until_.begin()->first >= height) return;
  for (Place place = entries_.begin(); place != entries_.end();) {
    const Place next = std::next(place);
    if (place->transaction->transaction().valid_until < height) remove_at(place);
    place = next;
  }
}

std::vector<TxPtr> Mempool::select(const Parameters& parameters) const {
  std::vector<TxPtr> chosen;
  std::size_t bytes = 0;
  std::uint64_t payload_bytes = 0;
  for (const Entry& entry : entries_) {
    if (chosen.size() >= parameters.max_block_transactions) break;
    std::size_t size = entry.transaction->bytes.size();
    std::uint64_t payload = entry.submission->payload.bytes();
    if (bytes + size > parameters.max_block_bytes) continue;
    if (payload_bytes + payload > parameters.max_block_payload_bytes) continue;
    bytes += size;
    payload_bytes += payload;
    chosen.push_back(entry.transaction);
  }
  return chosen;
}

std::vector<std::shared_ptr<const Submission>> Mempool::take_unrelayed(std::uint64_t before_ms, std::uint64_t now_ms,
                                                                       std::size_t count) {
  std::vector<std::shared_ptr<const Submission>> taken;
  for (Entry& entry : entries_) {
    if (taken.size() == count) break;
    if (!entry.local || entry.relayed_ms >= before_ms) continue;
    entry.relayed_ms = now_ms;
    taken.push_back(entry.submission);
  }
  return taken;
}

}  // namespace medchain
