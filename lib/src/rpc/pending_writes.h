// Batches on their way to the disk, readable already: what the engine wrote it must be able to read back, whether or
// not the storage thread has come to it.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <mutex>

#include "medchain/engine.h"

namespace medchain::rpc {

class PendingWrites {
 public:
  using Write = std::shared_ptr<const Outputs::Write>;

  void add(Write write);
  // Forgets the oldest `count`: the storage below has them now.
  void applied(std::size_t count);

  // The outer optional: whether something is pending for the key; the inner one: nothing when that is an erasure.
  std::optional<std::optional<Bytes>> find(Table table, ByteView key) const;
  // Copies of what is pending for keys >= from, ascending.
  std::map<Bytes, std::optional<Bytes>> from(Table table, ByteView key) const;
  std::size_t bytes() const;

 private:
  struct Less {
    using is_transparent = void;
    bool operator()(ByteView a, ByteView b) const;
  };
  struct Entry {
    const std::optional<Bytes>* value;  // in a batch of pending_
    std::uint64_t number;               // of that batch
  };

  mutable std::mutex mutex_;
  std::deque<Write> pending_;
  std::uint64_t first_number_ = 0;  // of pending_.front()
  std::array<std::map<Bytes, Entry, Less>, kTables> newest_;
  std::size_t bytes_ = 0;
};

}  // namespace medchain::rpc
