#include "waiters.h"

namespace medchain::rpc {

class Waiters::Waiter {
 public:
  Waiter(kj::PromiseFulfiller<Receipt>& fulfiller, Waiters& waiters, const TxId& id)
      : fulfiller_(fulfiller), waiters_(waiters), place_(waiters.waiting_.emplace(id, this)) {}
  ~Waiter() { waiters_.waiting_.erase(place_); }
  KJ_DISALLOW_COPY(Waiter);

  void fulfill(Receipt receipt) { fulfiller_.fulfill(kj::mv(receipt)); }

 private:
  kj::PromiseFulfiller<Receipt>& fulfiller_;
  Waiters& waiters_;
  std::unordered_multimap<TxId, Waiter*>::iterator place_;
};

kj::Promise<Receipt> Waiters::wait(const TxId& id) { return kj::newAdaptedPromise<Receipt, Waiter>(*this, id); }

void Waiters::announce(const StoredBlock& block) {
  if (waiting_.empty()) return;
  for (const Receipt& receipt : block.receipts) {
    auto [waiter, end] = waiting_.equal_range(receipt.id);
    for (; waiter != end; ++waiter) waiter->second->fulfill(receipt);
  }
}

class BlockSignal::Waiter {
 public:
  Waiter(kj::PromiseFulfiller<void>& fulfiller, BlockSignal& signal)
      : fulfiller_(fulfiller), signal_(signal), place_(signal.waiting_.insert(signal.waiting_.end(), this)) {}
  ~Waiter() { signal_.waiting_.erase(place_); }
  KJ_DISALLOW_COPY(Waiter);

  void fulfill() { fulfiller_.fulfill(); }

 private:
  kj::PromiseFulfiller<void>& fulfiller_;
  BlockSignal& signal_;
  std::list<Waiter*>::iterator place_;
};

kj::Promise<void> BlockSignal::wait() { return kj::newAdaptedPromise<void, Waiter>(*this); }

// Nobody leaves the list here: fulfilling only arms the event of whoever waits.
void BlockSignal::raise() {
  for (Waiter* waiter : waiting_) waiter->fulfill();
}

}  // namespace medchain::rpc
