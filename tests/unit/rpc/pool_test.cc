#include "pool.h"

#include <future>
#include <set>

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

// Refuses one signature, and gives no answer before so many threads have asked.
class Meeting final : public SignatureVerifier {
 public:
  Meeting(std::size_t threads, const Signature& refused) : threads_(threads), refused_(refused) {}
  bool verify(const SigningPublicKey&, std::string_view, const ChainId&, ByteView,
              const Signature& signature) const override {
    std::unique_lock lock(mutex_);
    if (met_.insert(std::this_thread::get_id()).second) changed_.notify_all();
    return changed_.wait_until(lock, given_up_, [this] { return met_.size() == threads_; }) && signature != refused_;
  }

 private:
  std::size_t threads_;
  Signature refused_;
  std::chrono::steady_clock::time_point given_up_ = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::set<std::thread::id> met_;
};

TxPtr transfer(const test::TestGenesis& made, std::uint64_t amount) {
  const KeyPair& sender = made.validators[0].institution;
  return make_transaction(sign_transaction(
      {made.genesis.chain_id(), sender.address(), Height{9}, 1, TokensBody{Transfer{sender.address(), Tokens{amount}}}},
      sender.signing));
}

TEST_CASE("All threads check one verification together, and it is answered once, each job in its place") {
  constexpr std::size_t kThreads = 4, kJobs = 1000;
  const test::TestGenesis made = test::make_test_genesis(1);
  const TxPtr good = transfer(made, 1), bad = transfer(made, 2);
  std::vector<Outputs::Job> jobs(kJobs, {good, nullptr});
  for (std::size_t i = 0; i < kJobs; i += 7) jobs[i].transaction = bad;
  const Meeting meeting(kThreads, bad->content.signature);
  CpuTimes cpu;
  std::mutex mutex;
  std::map<std::uint64_t, std::vector<Result<void>>> answers;
  std::promise<void> all;
  {
    Pool pool(kThreads, meeting, cpu, [&](std::uint64_t token, std::vector<Result<void>> results) {
      std::lock_guard lock(mutex);
      CHECK(answers.emplace(token, std::move(results)).second);
      if (answers.size() == 3) all.set_value();
    });
    pool.enqueue({1, jobs});
    pool.enqueue({2, jobs, true});
    pool.enqueue({3, {}});
    all.get_future().wait();
  }
  CHECK(answers.at(3).empty());
  for (const std::uint64_t token : {1, 2}) {
    REQUIRE(answers.at(token).size() == kJobs);
    for (std::size_t i = 0; i < kJobs; ++i) CHECK(answers.at(token)[i].ok() == (i % 7 != 0));
  }
}

TEST_CASE("What a block waits for is checked before what came earlier and no block waits for") {
  const test::TestGenesis made = test::make_test_genesis(1);
  const TxPtr transaction = transfer(made, 1);
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
