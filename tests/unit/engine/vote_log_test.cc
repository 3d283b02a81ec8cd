// A consensus key votes only where all that it ever voted is known.
#include "liar.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct CountVotes {
  std::size_t votes = 0;
  CountVotes(Network& n, std::size_t node) {
    n.net.watch([this, node](std::size_t from, std::size_t, ByteView bytes) {
      if (from == node && consensus_message(bytes)) ++votes;
    });
  }
};

SignedTransaction stand(Network& n, std::size_t node, const KeySigner& key) {
  return n.transaction(n.made.validators[node].node, StakeBody{make_stand(n.chain(), n.node(node), key)});
}

}  // namespace

TEST_CASE("A node that restarts over its own disk votes on") {
  Network n(make_test_genesis(4));
  n.net.advance(500);
  CountVotes count(n, 1);
  REQUIRE(n.net.crash_and_restart(1));
  CHECK_FALSE(n.net.engine(1).vote_log_missing());
  CHECK(n.net.engine(1).is_producer());
  n.net.advance(500);
  CHECK(count.votes > 0);
}

TEST_CASE("A producer that lost its disk follows, says nothing with its key, and votes again with a new one") {
  Network n(make_test_genesis(4));
  n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  CountVotes count(n, 1);
  REQUIRE(n.net.lose_disk_and_restart(1));
  CHECK(n.net.engine(1).vote_log_missing());
  CHECK_FALSE(n.net.engine(1).is_producer());
  for (int i = 0; i < 6; ++i) n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  REQUIRE(n.net.crash_and_restart(1));  // that a store is there again makes no difference
  CHECK(n.net.engine(1).vote_log_missing());
  for (int i = 0; i < 6; ++i) n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  n.check_agreement({0, 1, 2, 3});
  REQUIRE(n.net.engine(1).committee().index_of(n.node(1)));
  CHECK(count.votes == 0);

  KeySigner renewed(test_signing_key("renewed"));
  n.net.config(1).consensus_key = &renewed;
  n.net.config(1).begin_vote_log = true;
  REQUIRE(n.net.crash_and_restart(1));
  CHECK_FALSE(n.net.engine(1).vote_log_missing());
  CHECK_FALSE(n.net.engine(1).is_producer());  // the committee still lists the other key
  CHECK(n.finish(1, stand(n, 1, renewed)).status == TxStatus::kSuccess);
  n.net.advance(2'000);
  CHECK(n.net.engine(1).is_producer());
  CHECK(count.votes > 0);
  REQUIRE(n.net.crash_and_restart(1));
  CHECK(n.net.engine(1).is_producer());
  CHECK(n.finish(0, stand(n, 1, *n.signers[1])).status == TxStatus::kConsensusKeyRetired);
  n.check_agreement({0, 1, 2, 3});
}

TEST_CASE("A key whose log was not begun here never votes, whatever the store knows of another") {
  Network n(make_test_genesis(4));
  n.net.advance(300);
  KeySigner renewed(test_signing_key("renewed"));
  n.net.config(1).consensus_key = &renewed;
  REQUIRE(n.net.crash_and_restart(1));
  CHECK(n.net.engine(1).vote_log_missing());
  n.net.config(1).begin_vote_log = true;
  REQUIRE(n.net.crash_and_restart(1));
  CHECK_FALSE(n.net.engine(1).vote_log_missing());
  // The log of the first key is gone with that: it does not come back by being configured again.
  n.net.config(1).consensus_key = n.signers[1].get();
  REQUIRE(n.net.crash_and_restart(1));
  CHECK(n.net.engine(1).vote_log_missing());
  n.net.advance(500);
  n.check_agreement({0, 1, 2, 3});
}

TEST_CASE("A key that is replaced votes on until the committee lists the new one: nobody misses a producer") {
  Network n(make_test_genesis(4));
  n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  std::vector<std::unique_ptr<KeySigner>> renewed;
  for (std::size_t i = 0; i < 4; ++i) {  // all at once: each is needed for the round to end
    renewed.push_back(std::make_unique<KeySigner>(test_signing_key("renewed" + std::to_string(i))));
    EngineConfig& config = n.net.config(i);
    config.retiring_key = std::exchange(config.consensus_key, renewed.back().get());
    config.begin_vote_log = true;
    REQUIRE(n.net.crash_and_restart(i));
    CHECK_FALSE(n.net.engine(i).vote_log_missing());
    CHECK(n.net.engine(i).is_producer());
    CHECK(n.net.engine(i).retiring_key_needed());
  }
  auto listed = [&n](std::size_t i) {
    const Committee& committee = n.net.engine(0).committee();
    return committee.order[committee.index_of(n.node(i)).value()].consensus_key;
  };
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(listed(i) == n.signers[i]->public_key());
    CHECK(n.finish(0, stand(n, i, *renewed[i])).status == TxStatus::kSuccess);
  }
  n.net.advance(3'000);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(listed(i) == renewed[i]->public_key());
    CHECK(n.net.engine(i).is_producer());
    CHECK_FALSE(n.net.engine(i).retiring_key_needed());
    n.net.config(i).retiring_key = nullptr;
    REQUIRE(n.net.crash_and_restart(i));
    CHECK(n.net.engine(i).is_producer());
  }
  n.finish(1, n.transfer(n.institution(0), n.node(1), 1));
  n.check_agreement({0, 1, 2, 3});
}

TEST_CASE("A retiring key is needed while a stand with it may come: its validator had resigned when it was replaced") {
  Network n(make_test_genesis(5));
  CHECK(n.finish(0, n.transaction(n.made.validators[1].node, StakeBody{Resign{}})).status == TxStatus::kSuccess);
  n.net.advance(3'000);
  REQUIRE_FALSE(n.net.engine(1).committee().index_of(n.node(1)));
  KeySigner renewed(test_signing_key("renewed"));
  n.net.config(1).retiring_key = std::exchange(n.net.config(1).consensus_key, &renewed);
  n.net.config(1).begin_vote_log = true;
  REQUIRE(n.net.crash_and_restart(1));
  CHECK(n.net.engine(1).retiring_key_needed());
  // Asked for before the key was replaced, final after it.
  CHECK(n.finish(0, stand(n, 1, *n.signers[1])).status == TxStatus::kSuccess);
  n.net.advance(3'000);
  REQUIRE(n.net.engine(1).committee().index_of(n.node(1)));
  CHECK(n.net.engine(1).is_producer());
  CHECK(n.net.engine(1).retiring_key_needed());
  CHECK(n.finish(0, stand(n, 1, renewed)).status == TxStatus::kSuccess);
  n.net.advance(3'000);
  CHECK(n.net.engine(1).is_producer());
  CHECK_FALSE(n.net.engine(1).retiring_key_needed());
  n.check_agreement({0, 1, 2, 3, 4});
}

TEST_CASE("A retiring key whose log is not here never votes, and is not needed") {
  Network n(make_test_genesis(4));
  n.net.advance(300);
  KeySigner renewed(test_signing_key("renewed"));
  n.net.config(1).retiring_key = std::exchange(n.net.config(1).consensus_key, &renewed);
  n.net.config(1).begin_vote_log = true;  // of the new key, not of the retiring one
  REQUIRE(n.net.lose_disk_and_restart(1));
  CHECK_FALSE(n.net.engine(1).vote_log_missing());
  CountVotes count(n, 1);
  for (int i = 0; i < 6; ++i) n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  CHECK_FALSE(n.net.engine(1).is_producer());
  CHECK_FALSE(n.net.engine(1).retiring_key_needed());
  CHECK(count.votes == 0);
  n.check_agreement({0, 1, 2, 3});
}

TEST_CASE("To begin a log that is there already forgets nothing") {
  Network n(make_test_genesis(4));
  n.net.advance(300);
  auto before = n.net.engine(1).store().votes();
  REQUIRE((before && *before));
  EngineConfig config = n.net.config(1);
  config.begin_vote_log = true;
  MemoryStorage& storage = n.net.storage(1);
  auto engine = Engine::start(config, storage, {});
  REQUIRE(engine);
  CHECK_FALSE(engine->vote_log_missing());
  auto after = engine->store().votes();
  REQUIRE((after && *after));
  CHECK(bcs::encode(**after) == bcs::encode(**before));
}

TEST_CASE("The log's beginning is durable before the engine says anything, or it does not start") {
  TestGenesis made = make_test_genesis(4);
  KeySigner key(made.validators[0].consensus.clone());
  EngineConfig config{.genesis = made.genesis, .self = made.validators[0].node.address(), .consensus_key = &key};
  MemoryStorage storage;
  REQUIRE(Engine::start(config, storage, {}));
  CHECK(Engine::start(config, storage, {})->vote_log_missing());
  config.begin_vote_log = true;
  storage.fail_writes(true);
  CHECK(Engine::start(config, storage, {}).error().code() == ErrorCode::kIo);
  storage.fail_writes(false);
  REQUIRE(Engine::start(config, storage, {}));
  storage.crash();
  CHECK(ChainStore(storage).vote_log().value() == std::vector{key.public_key()});
}

TEST_CASE("A follower has no vote log, and misses none") {
  Network n(make_test_genesis(5, 4));
  n.net.config(4).consensus_key = nullptr;
  REQUIRE(n.net.lose_disk_and_restart(4));
  CHECK_FALSE(n.net.engine(4).vote_log_missing());
}
