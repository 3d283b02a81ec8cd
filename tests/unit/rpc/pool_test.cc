#include "pool.h"

#include <future>

#include "medchain/transaction.h"
#include "support/catch.h"
#include "support/genesis.h"

namespace medchain::rpc {
namespace {

// Whose first check waits until it is let go.
class Gate final : public SignatureVerifier {
 public:
  bool verify(const SigningPublicKey&, std::string_view, const ChainId&, ByteView, const Signature&) const override {
    if (!begun_.exchange(true)) {
      reached_.set_value();
      opened_.get_future().wait();
    }
    return true;
  }
  void wait_until_reached() { reached_.get_future().wait(); }
  void open() { opened_.set_value(); }

 private:
  mutable std::atomic<bool> begun_ = false;
  mutable std::promise<void> reached_, opened_;
};

TEST_CASE("What a block waits for is checked before what came earlier and no block waits for") {
  const test::TestGenesis made = test::make_test_genesis(1);
  const KeyPair& sender = made.validators[0].institution;
  const TxPtr transaction = make_transaction(sign_transaction(
      {made.genesis.chain_id(), sender.address(), Height{9}, 1, TokensBody{Transfer{sender.address(), Tokens{1}}}},
      sender.signing));
  Gate gate;
  CpuTimes cpu;
  std::mutex mutex;
  std::vector<std::uint64_t> order;
  std::promise<void> all;
  Pool pool(1, gate, cpu, [&](std::uint64_t token, std::vector<Result<void>> results) {
    CHECK(results.size() == 1);
    std::lock_guard lock(mutex);
    order.push_back(token);
    if (order.size() == 4) all.set_value();
  });
  const std::vector<Outputs::Job> jobs{{transaction, nullptr}};
  pool.enqueue({1, jobs});
  gate.wait_until_reached();
  pool.enqueue({2, jobs});
  pool.enqueue({3, jobs, true});
  pool.enqueue({4, jobs, true});
  gate.open();
  all.get_future().wait();
  CHECK(order == std::vector<std::uint64_t>{1, 3, 4, 2});
}

}  // namespace
}  // namespace medchain::rpc
