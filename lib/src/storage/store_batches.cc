#include <algorithm>

#include "medchain/chain_store.h"
#include "store_keys.h"

namespace medchain::store {

void initialise(Batch& batch, const ChainId& chain) {
  batch.put(Table::kMeta, store_keys::format(), bcs::encode(kFormatVersion));
  batch.put(Table::kMeta, store_keys::chain(), bcs::encode(chain));
}

void put_block(Batch& batch, const StoredBlock& stored) {
  const BlockHeader& header = stored.certified.block.header;
  MEDCHAIN_ASSERT(stored.receipts.size() == stored.certified.block.transactions.size(),
                  "a block stored with receipts that are not its own");

  batch.put(Table::kBlocks, store_keys::height(header.height), bcs::encode(stored));
  if (header.next_committee_set != header.committee_set) {
    batch.put(Table::kMeta, store_keys::handover(header.height), {});
  }
  batch.put(Table::kMeta, store_keys::last_block(), bcs::encode(header.height));
}

void put_payload(Batch& batch, const Hash& root, const Payload& payload) {
  MEDCHAIN_ASSERT(payload.parts.size() <= limits::kMaxPayloadParts, "a payload stored before it was checked");
  for (std::size_t part = 0; part < payload.parts.size(); ++part) {
    batch.put(Table::kPayloads, store_keys::payload_part(root, static_cast<std::uint16_t>(part)), payload.parts[part]);
  }
}

void put_votes(Batch& batch, const consensus::DurableVotes& votes) {
  batch.put(Table::kVotes, store_keys::votes(), bcs::encode(votes));
}

void put_vote_log(Batch& batch, const std::vector<SigningPublicKey>& kept, const std::vector<SigningPublicKey>& fresh) {
  std::vector<SigningPublicKey> keys = kept;
  keys.insert(keys.end(), fresh.begin(), fresh.end());
  batch.put(Table::kMeta, store_keys::vote_log(), bcs::encode(keys));
  if (kept.empty()) batch.erase(Table::kVotes, store_keys::votes());
}

void put_proposal(Batch& batch, const Block& block) {
  batch.put(Table::kProposals, to_bytes(block.hash().view()), bcs::encode(block));
}

void erase_proposal(Batch& batch, const Hash& block) { batch.erase(Table::kProposals, to_bytes(block.view())); }

void Places::add(const Block& block) {
  auto& places = blocks_.emplace_back();
  places.reserve(block.transactions.size());
  for (std::uint32_t index = 0; index < block.transactions.size(); ++index) {
    places.emplace_back(block.transactions[index]->id, TransactionPlace{block.header.height, index});
  }
  std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  size_ += places.size();
}

std::optional<TransactionPlace> Places::find(const TxId& id) const {
  for (const auto& places : blocks_) {
    auto found =
        std::lower_bound(places.begin(), places.end(), id, [](const auto& a, const TxId& b) { return a.first < b; });
    if (found != places.end() && found->first == id) return found->second;
  }
  return std::nullopt;
}

void put_state(Batch& batch, const StatePoint& point, StateChanges changes, const Places& places) {
  Batch sorted;
  sorted.operations.reserve(places.size() + changes.size());
  for (const auto& of_block : places.blocks_) {
    for (const auto& [id, place] : of_block) sorted.put(Table::kTransactions, to_bytes(id.view()), bcs::encode(place));
  }
  for (auto& [key, value] : changes) {
    sorted.operations.push_back({Table::kState, store_keys::state(key), std::move(value)});
  }
  sorted.sort();
  std::move(sorted.operations.begin(), sorted.operations.end(), std::back_inserter(batch.operations));
  batch.put(Table::kMeta, store_keys::state_point(), bcs::encode(point));
}

}  // namespace medchain::store
