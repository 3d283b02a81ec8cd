#include "medchain/chain_store.h"
#include "store_keys.h"

namespace medchain::store {

void initialise(Batch& batch, const ChainId& chain) {
  batch.put(Table::kMeta, store_keys::format(), bcs::encode(kFormatVersion));
  batch.put(Table::kMeta, store_keys::chain(), bcs::encode(chain));
}

void put_block(Batch& batch, const StoredBlock& stored) {
  const BlockHeader& header = stored.certified.block.header;
  const std::vector<TxPtr>& transactions = stored.certified.block.transactions;
  MEDCHAIN_ASSERT(stored.receipts.size() == transactions.size(), "a block stored with receipts that are not its own");

  batch.put(Table::kBlocks, store_keys::height(header.height), bcs::encode(stored));
  for (std::uint32_t index = 0; index < transactions.size(); ++index) {
    batch.put(Table::kTransactions, to_bytes(transactions[index]->id.view()),
              bcs::encode(TransactionPlace{header.height, index}));
  }
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

void put_state(Batch& batch, const StateChanges& changes, const StatePoint& point) {
  for (const auto& [key, value] : changes) {
    if (value) {
      batch.put(Table::kState, store_keys::state(key), *value);
    } else {
      batch.erase(Table::kState, store_keys::state(key));
    }
  }
  batch.put(Table::kMeta, store_keys::state_point(), bcs::encode(point));
}

}  // namespace medchain::store
