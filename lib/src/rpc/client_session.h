// What one client may ask: the ClientService behind one connection. Every call checks the caller's standing anew, so
// that suspending somebody takes effect at once.
#pragma once

#include <kj/function.h>

#include <deque>

#include "connection.h"
#include "host.h"
#include "medchain/rpc/service.h"

namespace medchain::rpc {

class ClientSession final : public schema::ClientService::Server, private kj::TaskSet::ErrorHandler {
 public:
  static constexpr std::size_t kMaxWaits = 100'000;  // of one connection at a time
  // `caller`: nothing for a guest. `host` outlives the connection.
  ClientSession(Host& host, kj::Timer& timer, std::optional<Identity> caller, LifelinePtr lifeline);

  kj::Promise<void> submit(SubmitContext context) override;
  kj::Promise<void> waitReceipt(WaitReceiptContext context) override;
  kj::Promise<void> status(StatusContext context) override;
  kj::Promise<void> committee(CommitteeContext context) override;
  kj::Promise<void> block(BlockContext context) override;
  kj::Promise<void> transaction(TransactionContext context) override;
  kj::Promise<void> receiptProof(ReceiptProofContext context) override;
  kj::Promise<void> account(AccountContext context) override;
  kj::Promise<void> record(RecordContext context) override;
  kj::Promise<void> fetch(FetchContext context) override;
  kj::Promise<void> stateProof(StateProofContext context) override;
  kj::Promise<void> subscribe(SubscribeContext context) override;

 private:
  void require_alive() const;
  // Runs `answer` now, or, while the client does not read, later and one at a time.
  kj::Promise<void> in_turn(kj::Function<void()> answer);
  kj::Promise<void> serve_turns();
  struct Subscriber;  // of one call
  kj::Promise<void> tell_events(Subscriber& subscriber);
  void taskFailed(kj::Exception&& exception) override;

  Host& host_;
  kj::Timer& timer_;
  Answers answers_;
  LifelinePtr lifeline_;
  std::size_t waits_ = 0;
  std::size_t submits_ = 0;
  struct Turn {
    kj::Function<void()> answer;
    kj::Own<kj::PromiseFulfiller<void>> done;
  };
  std::deque<Turn> turns_;
  bool serving_turns_ = false;
  kj::TaskSet tasks_;
};

}  // namespace medchain::rpc
