// Which of two connections between the same two nodes stays, on a clock that stands still until it is told to go.
#include "peers.h"

#include "support/catch.h"
#include "support/genesis.h"

namespace medchain::rpc {
namespace {

constexpr kj::Duration kHandshake = 5 * kj::SECONDS;

class Ignoring final : public schema::PeerService::Server {
  kj::Promise<void> consensus(ConsensusContext) override { return kj::READY_NOW; }
  kj::Promise<void> transactions(TransactionsContext) override { return kj::READY_NOW; }
  kj::Promise<void> blocks(BlocksContext) override { return kj::READY_NOW; }
  kj::Promise<void> payloads(PayloadsContext) override { return kj::READY_NOW; }
};

// One node's view of one other, whose address is higher or lower than its own.
struct Pair {
  explicit Pair(bool we_are_lower) {
    const Address first = made.validators[0].node.address(), second = made.validators[1].node.address();
    self = (first < second) == we_are_lower ? 0 : 1;
    EngineConfig engine;
    engine.genesis = made.genesis;
    engine.self = made.validators[self].node.address();
    HostConfig config{engine.self, "test", 1, false, genesis_committee(engine.genesis), engine.verifier, log};
    auto started = Host::start(std::move(config), engine, storage, mailbox);
    REQUIRE(started);
    host = std::move(*started);
    peers.emplace(*host, timer, log, kHandshake);
  }
  Result<std::uint64_t> connect(bool dialled_by_us, const SigningKey& key) {
    return peers->connect(other().address(), key.public_key(), dialled_by_us, kj::heap<Ignoring>(),
                          std::make_shared<Lifeline>());
  }
  Result<std::uint64_t> connect(bool dialled_by_us) { return connect(dialled_by_us, other().signing); }
  const KeyPair& other() const { return made.validators[1 - self].node; }
  void pass(kj::Duration time) { timer.advanceTo(timer.now() + time); }

  test::TestGenesis made = test::make_test_genesis(2, 2);
  std::size_t self = 0;
  kj::EventLoop loop;
  kj::WaitScope scope{loop};
  kj::TimerImpl timer{kj::origin<kj::TimePoint>() + 1 * kj::HOURS};
  Log log{nullptr};
  MemoryStorage storage;
  Mailbox mailbox;
  std::unique_ptr<Host> host;
  std::optional<Peers> peers;
};

TEST_CASE("of connections made at the same time the one stays that the lower address dialled") {
  const bool we_are_lower = GENERATE(true, false);
  CAPTURE(we_are_lower);
  Pair pair(we_are_lower);
  const bool by_lower = we_are_lower;  // dialled by us
  auto first = pair.connect(!by_lower);
  REQUIRE(first);
  auto second = pair.connect(by_lower);
  REQUIRE(second);
  CHECK(*second != *first);
  pair.pass(2 * kHandshake);
  auto third = pair.connect(!by_lower);
  REQUIRE_FALSE(third);
  CHECK(third.error().code() == ErrorCode::kUnavailable);
  CHECK(pair.peers->connected() == 1);
}

TEST_CASE("a peer that comes back has lost the old connection, whoever dialled that") {
  const bool we_are_lower = GENERATE(true, false);
  const bool old_by_us = GENERATE(true, false);
  const bool new_by_us = GENERATE(true, false);
  CAPTURE(we_are_lower, old_by_us, new_by_us);
  Pair pair(we_are_lower);
  auto old = pair.connect(old_by_us);
  REQUIRE(old);
  pair.pass(2 * kHandshake + 1 * kj::MILLISECONDS);
  auto back = pair.connect(new_by_us);
  REQUIRE(back);
  CHECK(*back != *old);
  CHECK(pair.peers->connected() == 1);
}

TEST_CASE("nobody takes the place of a peer without its key") {
  Pair pair(true);
  REQUIRE(pair.connect(true));
  pair.pass(10 * kHandshake);
  const KeyPair thief = test::test_keys("thief");
  auto refused = pair.connect(false, thief.signing);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kPermissionDenied);
  CHECK(pair.peers->is_connected(pair.other().address()));
}

}  // namespace
}  // namespace medchain::rpc
