// The durable queue: what was acknowledged, until it is final. Thread-safe.
//
//   auto added = queue->add({.device = "monitor-3", .author = gateway}, std::move(readings), now_ms);
//   // success: on disk, sealed; the same bytes again give the same ids and add nothing
//
// What came in before the gateway's keys were rotated is known and opened by the key pair before.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "digest.h"
#include "entry.h"
#include "medchain/peer_message.h"
#include "medchain/sealing.h"

namespace medchain::gateway {

struct QueueLimits {
  std::size_t readings = 100'000;
  std::uint64_t bytes = 4ULL << 30;
};

// Who sends, and what the client said of repetition.
struct Origin {
  std::string device;
  Address author;
  // Equal: the same readings again. Different: other readings, though their bytes be equal. Without one, bytes decide.
  std::optional<std::string> idempotency_key{};
};

// A record that was made for an entry.
struct Made {
  EntryId id;
  TxId transaction;
  Height valid_until;
  Submission submission;
};

// What became of an entry.
struct Ended {
  EntryId id;
  EntryState state = EntryState::kFinal;
  TxStatus status = TxStatus::kSuccess;
  Height height;
};

struct OpenEntry {
  EntryId id;
  Entry entry;
};

struct QueueCounts {
  std::size_t readings = 0;  // open ones
  std::uint64_t bytes = 0;
};

class Queue {
 public:
  // Borrows all but the limits. `previous`: the gateway's key pair before `gateway`, if its keys were rotated.
  // kConflict: another gateway's or chain's. kCorrupt: damaged.
  static Result<std::unique_ptr<Queue>> open(Storage& storage, const KeyPair& gateway, const Address& address,
                                             const ChainId& chain, QueueLimits limits,
                                             const KeyPair* previous = nullptr);

  struct Added {
    std::vector<EntryId> ids;  // one for each reading
    std::size_t fresh = 0;     // that were not there
  };
  // All or none; durable when it returns. kUnavailable: full. kConflict: other content under the same idempotency key.
  Result<Added> add(Origin origin, std::vector<Reading> readings, std::uint64_t now_ms);

  // The same in steps, for sealing takes a while: seal_next() until sealed(), then commit(), before which nothing of it
  // is queued. After an error it is of no use any more.
  class Addition;
  Result<void> seal_next(Addition& addition) const;
  Result<Added> commit(Addition& addition);

  Result<std::optional<Entry>> find(const EntryId& id) const;
  // Of what has not ended, in the order of acceptance, at most `most` that are wanted. `wanted` must not use the queue.
  std::vector<OpenEntry> select(std::size_t most,
                                const std::function<bool(const EntryId&, const Entry&)>& wanted) const;
  QueueCounts counts() const;
  std::optional<std::uint64_t> oldest_ms() const;  // when the oldest of them was accepted

  // The content. kCorrupt when it is not what was stored.
  Result<Reading> reading(const EntryId& id) const;
  // Durable when it returns: only then may the transactions be submitted.
  Result<void> keep(std::vector<Made> made);
  Result<Submission> submission(const EntryId& id) const;
  // The record must be made again, under the same nonce. `refused`: because the ledger refused its transaction.
  Result<void> make_again(const EntryId& id, bool refused);
  Result<void> end(const std::vector<Ended>& ended, std::uint64_t now_ms);

  // Of the gateway's own: its receipt proof names every committee up to then.
  std::optional<TxId> own_transaction() const;
  Result<void> set_own_transaction(const TxId& id);

  // Of the storage: after a write has failed nothing more can be promised, and the gateway stops.
  std::optional<Error> failure() const;

  // Forgets what ended before this time, so that its bytes would be a new reading. How many.
  Result<std::size_t> forget(std::uint64_t ended_before_ms);

 private:
  Queue(Storage& storage, const KeyPair& gateway, const KeyPair* previous, const ChainId& chain, QueueLimits limits);

  struct Candidate {
    EntryId id;
    Entry entry;
    Bytes sealed;
  };
  Result<void> load();
  Result<void> write(const Batch& batch, bool sync);
  Result<void> claim(const Address& address);
  struct Keys {
    const KeyPair* pair;
    Digests digests;
  };
  static EntryId id_of(const Digests& digests, const Origin& origin, std::size_t index, const Hash& content);
  Result<std::optional<Entry>> stored(const EntryId& id) const;
  Result<bool> knows(const EntryId& id, const Hash& content) const;
  Result<bool> came_before(const Addition& addition, EntryId& id, Hash& content) const;
  Result<Opened> open_own(ByteView sealed) const;
  Result<Candidate> candidate(const Addition& addition, const EntryId& id, const Hash& content) const;
  Result<void> write_new(std::vector<Candidate> candidates);
  Result<void> check_room(const std::vector<Candidate>& candidates) const;
  Entry* find_open(const EntryId& id);

  Storage& storage_;
  std::vector<Keys> keys_;  // the present ones last
  ChainId chain_;
  QueueLimits limits_;

  mutable std::mutex mutex_;  // over all that follows, and over writes
  std::map<EntryId, Entry> open_;
  std::map<std::uint64_t, EntryId> order_;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t bytes_ = 0;
  std::optional<TxId> own_transaction_;
  std::optional<Error> failure_;
};

class Queue::Addition {
 public:
  Addition(Origin origin, std::vector<Reading> readings, std::uint64_t now_ms)
      : origin_(std::move(origin)), readings_(std::move(readings)), now_ms_(now_ms) {}
  ~Addition();  // wipes what was not sealed
  Addition(const Addition&) = delete;
  Addition& operator=(const Addition&) = delete;

  bool sealed() const { return ids_.size() == readings_.size(); }

 private:
  friend class Queue;
  Origin origin_;
  std::vector<Reading> readings_;
  std::uint64_t now_ms_;
  std::vector<EntryId> ids_;  // of the readings, as far as they are sealed
  std::set<EntryId> fresh_;
  std::vector<Candidate> candidates_;
};

}  // namespace medchain::gateway
