// What a node keeps, in terms of blocks, payloads and votes, over any Storage. Keys and values:
// lib/src/storage/FORMAT.md.
//
//   Batch batch;
//   store::put_block(batch, {certified, receipts, next_committee});
//   store::erase_proposal(batch, certified.block.hash());
//   auto written = storage.write(batch, false);           // rides with the next write that is synced
//   auto block = ChainStore(storage).block(Height{7});    // Result of an optional StoredBlock
//
// Reading goes through ChainStore. Writing appends to a Batch, so that the engine decides what becomes durable
// together. Every value read back is decoded strictly: damage is kCorrupt, naming the table and key, never a crash.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "medchain/block.h"
#include "medchain/consensus.h"
#include "medchain/state.h"
#include "medchain/storage.h"

namespace medchain {

// One value per final block: the block is the log from which state is recovered.
struct StoredBlock {
  CertifiedBlock certified;
  std::vector<Receipt> receipts;
  // For the round's last block, the committee that follows; so that receipts prove handovers without replaying.
  std::optional<Committee> next_committee;
  MEDCHAIN_VERSIONED(1, certified, receipts, next_committee)
};

struct TransactionPlace {
  Height height;
  std::uint32_t index = 0;
  MEDCHAIN_FIELDS(height, index)
};

// What a snapshot of the state in Table::kState stands for.
struct StatePoint {
  Height height;  // the state after this block
  Hash root;
  Committee committee;  // of height + 1
  MEDCHAIN_VERSIONED(1, height, root, committee)
};

class ChainStore {
 public:
  explicit ChainStore(const Storage& storage) : storage_(&storage) {}  // borrowed

  // False on an empty store; kConflict when it belongs to another chain; kUnsupportedVersion for a newer format.
  Result<bool> is_initialised(const ChainId& chain) const;

  Result<std::optional<StoredBlock>> block(Height height) const;
  Result<std::optional<Height>> last_block() const;  // highest stored
  // Of blocks up to the state point; Engine::find_transaction() knows those after it, too.
  Result<std::optional<TransactionPlace>> find_transaction(const TxId& id) const;
  // As stored, unchecked: only all parts together show that they belong to the root.
  Result<std::optional<Bytes>> payload_part(const Hash& root, std::uint16_t part) const;
  // All `parts` of it. Nothing when any is missing or they do not give the root, since whoever holds the payload can
  // supply it again, and since a stranger's transaction may claim another number of parts for a root that is here.
  Result<std::optional<Payload>> payload(const Hash& root, std::uint16_t parts) const;
  Result<std::optional<consensus::DurableVotes>> votes() const;
  // The consensus keys whose votes those are: what they ever voted, this store knows. Two while one replaces the other.
  Result<std::vector<SigningPublicKey>> vote_log() const;
  Result<std::optional<Block>> proposal(const Hash& block) const;
  // Hashes of all that are stored; once a height is final its proposals may be erased.
  Result<std::set<Hash>> proposals() const;
  Result<std::optional<StatePoint>> state_point() const;
  Result<void> for_each_state_key(const std::function<void(const StateKey&, ByteView value)>& visit) const;
  // Heights (ascending, up to and including `until`) whose block changed the committee's set: what a receipt must
  // prove.
  Result<std::vector<Height>> handovers(Height until) const;

 private:
  const Storage* storage_;
};

namespace store {
inline constexpr std::uint32_t kFormatVersion = 3;

// The first write to a new store.
void initialise(Batch& batch, const ChainId& chain);
// And its handover. Blocks are put in ascending order of height, one receipt for each transaction: the block put last
// is last_block().
void put_block(Batch& batch, const StoredBlock& block);
// `payload` has passed check_payload() for a transaction that commits to `root`.
void put_payload(Batch& batch, const Hash& root, const Payload& payload);
// Replaces the votes put before. Synced, alone or with what it votes for, before any vote in it leaves the node.
void put_votes(Batch& batch, const consensus::DurableVotes& votes);
// From here on the votes are those of these keys. All of `kept` were in the log before, what is new has never voted;
// when none is kept, the votes of others before them are forgotten. Synced before the first vote of a new one.
void put_vote_log(Batch& batch, const std::vector<SigningPublicKey>& kept, const std::vector<SigningPublicKey>& fresh);
void put_proposal(Batch& batch, const Block& block);
void erase_proposal(Batch& batch, const Hash& block);
// Where the transactions of the blocks after one state point are. They go to the store together, in ascending order of
// keys: a disk takes them so faster than one by one.
class Places {
 public:
  void add(const Block& block);
  std::size_t size() const { return size_; }
  std::optional<TransactionPlace> find(const TxId& id) const;

 private:
  friend void put_state(Batch& batch, const StatePoint& point, StateChanges changes, const Places& places);
  std::vector<std::vector<std::pair<TxId, TransactionPlace>>> blocks_;  // each ascending
  std::size_t size_ = 0;
};
// `changes` and `places` are those of all blocks after the previous point up to `point`.
void put_state(Batch& batch, const StatePoint& point, StateChanges changes, const Places& places);
}  // namespace store

}  // namespace medchain
