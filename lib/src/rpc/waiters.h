// Those who wait for transactions to become final.
#pragma once

#include <kj/async.h>

#include <unordered_map>

#include "medchain/chain_store.h"

namespace medchain::rpc {

class Waiters {
 public:
  // Resolves when a block with the transaction is announced. Dropping the promise stops waiting. Must not outlive this.
  kj::Promise<Receipt> wait(const TxId& id);
  void announce(const StoredBlock& block);
  std::size_t size() const { return waiting_.size(); }

 private:
  class Waiter;
  std::unordered_multimap<TxId, Waiter*> waiting_;
};

}  // namespace medchain::rpc
