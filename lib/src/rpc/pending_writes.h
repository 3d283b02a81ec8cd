// Batches on their way to the disk, readable already: what the engine wrote it must be able to read back, whether or
// not the storage thread has come to it.
#pragma once

#include <array>
#include <deque>
#include <mutex>

#include "medchain/engine.h"

namespace medchain::rpc {

class PendingWrites {
  using Operations = std::vector<const Batch::Operation*>;
  struct Pending;

 public:
  using Write = std::shared_ptr<const Outputs::Write>;

  // What was pending when it was made, for keys >= from, ascending: of each key the newest operation.
  class Cursor {
   public:
    const Batch::Operation* at() const { return at_; }  // nothing: at the end
    void next();

   private:
    friend class PendingWrites;
    struct Source {
      std::shared_ptr<const Pending> batch;
      Operations::const_iterator at, end;
    };
    void settle();

    std::vector<Source> sources_;  // oldest first
    const Batch::Operation* at_ = nullptr;
  };

  void add(Write write);
  // Forgets the oldest `count`: the storage below has them now.
  void applied(std::size_t count);

  // The outer optional: whether something is pending for the key; the inner one: nothing when that is an erasure.
  std::optional<std::optional<Bytes>> find(Table table, ByteView key) const;
  Cursor from(Table table, ByteView key) const;
  std::size_t bytes() const;

 private:
  // A batch, and the last operation on each of its keys, by table in ascending order of keys. Most batches are nearly
  // in that order as they come, which is why there is no map of all keys: it cost more than all else here.
  struct Pending {
    Write write;
    std::array<Operations, kTables> tables;
    std::size_t bytes = 0;
  };
  static std::shared_ptr<const Pending> sorted(Write write);

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const Pending>> pending_;
  std::size_t bytes_ = 0;
};

}  // namespace medchain::rpc
