// Those who wait for transactions, or for anything, to become final. The promises must not outlive what gave them;
// dropping one stops waiting.
#pragma once

#include <kj/async.h>

#include <list>
#include <unordered_map>

#include "medchain/chain_store.h"

namespace medchain::rpc {

class Waiters {
 public:
  // Resolves when a block with the transaction is announced.
  kj::Promise<Receipt> wait(const TxId& id);
  void announce(const StoredBlock& block);
  std::size_t size() const { return waiting_.size(); }

 private:
  class Waiter;
  std::unordered_multimap<TxId, Waiter*> waiting_;
};

class BlockSignal {
 public:
  kj::Promise<void> wait();  // for the next raise()
  void raise();

 private:
  class Waiter;
  std::list<Waiter*> waiting_;
};

}  // namespace medchain::rpc
