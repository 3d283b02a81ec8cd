#include "network.h"

using namespace medchain;
using namespace medchain::test;

namespace {

void check_corrupt(const Result<Engine>& started, const char* what) {
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().code() == ErrorCode::kCorrupt);
  CAPTURE(started.error().message());
  CHECK(started.error().message().find(what) != std::string::npos);
}

}  // namespace

TEST_CASE("Any one producer may crash at any time: no transaction with a receipt is lost") {
  for (std::size_t victim = 0; victim < 4; ++victim) {
    CAPTURE(victim);
    Network n(make_test_genesis(4));
    std::vector<TxId> acknowledged;
    for (int i = 0; i < 12; ++i) {
      acknowledged.push_back(n.finish((victim + 1) % 4, n.transfer(n.institution(0), n.node(1), 1)).id);
      if (i % 4 == 1) REQUIRE(n.net.crash_and_restart(victim));
    }
    n.check_agreement({0, 1, 2, 3});
    for (const TxId& id : acknowledged) {
      for (std::size_t i = 0; i < 4; ++i) CHECK(n.net.engine(i).receipt_proof(id).ok());
    }
  }
}

TEST_CASE("All nodes may crash at once: no transaction with a receipt is lost, none happens twice") {
  Network n(make_test_genesis(5, 4));
  std::vector<TxId> acknowledged;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i) {
      acknowledged.push_back(n.finish(i, n.transfer(n.institution(0), n.node(1), 1)).id);
    }
    for (std::size_t i = 0; i < 5; ++i) REQUIRE(n.net.crash_and_restart(i));
  }
  CHECK(n.finish(0, n.transfer(n.institution(0), n.node(1), 1)).status == TxStatus::kSuccess);
  n.check_agreement({0, 1, 2, 3, 4});
  for (const TxId& id : acknowledged) CHECK(n.net.engine(4).receipt_proof(id).ok());
  CHECK(n.net.engine(2).state().account(n.node(1))->balance == Tokens{1'000 + acknowledged.size() + 1});
}

TEST_CASE("A recovered node has the root it had and finds every transaction, whatever was flushed of the state") {
  for (std::uint32_t flush : {1u, 3u, 1000u}) {
    CAPTURE(flush);
    Network n(make_test_genesis(4), flush);
    std::vector<TxId> ids;
    for (int i = 0; i < 10; ++i) ids.push_back(n.finish(0, n.transfer(n.institution(0), n.node(1), 1)).id);
    n.net.advance(300);
    REQUIRE(n.net.storage(1).write({}, true));
    Height height = n.net.engine(1).height();
    Hash root = n.net.engine(1).last_header().state_root;
    n.net.disconnect(1);
    REQUIRE(n.net.crash_and_restart(1));
    CHECK(n.net.engine(1).height() == height);
    CHECK(n.net.engine(1).state().root() == root);
    for (const TxId& id : ids) {
      auto place = n.net.engine(1).find_transaction(id).value();
      REQUIRE(place);
      CHECK(n.net.engine(1).store().block(place->height).value()->receipts.at(place->index).id == id);
      const bool stored = n.net.engine(1).store().find_transaction(id).value().has_value();
      CHECK(stored == (place->height <= n.net.engine(1).store().state_point().value()->height));
    }
    n.net.connect(1);
    n.check_agreement({0, 1, 2, 3});
  }
}

TEST_CASE("A recovery tells of each block that it reads or executes again") {
  Network n(make_test_genesis(4), 4);
  for (int i = 0; i < 6; ++i) n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  REQUIRE(n.net.storage(1).write({}, true));
  EngineConfig config{.genesis = n.made.genesis, .self = n.node(1)};
  std::map<std::string, std::vector<std::uint64_t>, std::less<>> told;
  config.recovering = [&](std::string_view stage, std::uint64_t done) { told[std::string(stage)].push_back(done); };
  REQUIRE(Engine::start(config, n.net.storage(1), {}));
  const auto flushed = n.net.engine(1).store().state_point().value()->height.value;
  const auto last = n.net.engine(1).height().value;
  REQUIRE(flushed > 0);
  REQUIRE(flushed < last);
  const auto& read = told["transactions remembered up to block"];
  const auto& executed = told["executed again up to block"];
  CHECK(read.size() == flushed);
  CHECK(read.back() == flushed);
  CHECK(executed.size() == last - flushed);
  CHECK(executed.back() == last);
}

TEST_CASE("A replayed transaction is refused after a restart, too") {
  Network n(make_test_genesis(4), 1000);
  auto transfer = n.transfer(n.institution(0), n.node(1), 1);
  n.finish(0, transfer);
  for (std::size_t i = 0; i < 4; ++i) REQUIRE(n.net.crash_and_restart(i));
  n.net.advance(500);
  CHECK(n.net.submit(0, transfer).error().code() == ErrorCode::kInadmissible);
}

TEST_CASE("Storage of another chain, or damaged, is refused") {
  TestGenesis made = make_test_genesis(4);
  TestGenesis other = make_test_genesis(5);
  Network n(make_test_genesis(4), 2);
  for (int i = 0; i < 2; ++i) n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  n.net.advance(1'000);
  MemoryStorage& storage = n.net.storage(0);
  EngineConfig config{.genesis = made.genesis, .self = n.node(0)};

  SECTION("another chain's") {
    config.genesis = other.genesis;
    CHECK(Engine::start(config, storage, {}).error().code() == ErrorCode::kConflict);
  }
  SECTION("a block missing") {
    std::vector<Bytes> keys;
    REQUIRE(
        storage.scan(Table::kBlocks, {}, [&](ByteView key, ByteView) { return keys.push_back(to_bytes(key)), true; }));
    Batch batch;
    batch.erase(Table::kBlocks, keys[keys.size() / 2]);
    REQUIRE(storage.write(batch, true));
    CHECK(Engine::start(config, storage, {}).error().code() == ErrorCode::kCorrupt);
  }
  SECTION("a state value altered") {
    Batch batch;
    REQUIRE(storage.scan(Table::kState, {}, [&](ByteView key, ByteView value) {
      Bytes altered = to_bytes(value);
      altered.back() ^= 1;
      batch.put(Table::kState, to_bytes(key), altered);
      return false;
    }));
    REQUIRE(storage.write(batch, true));
    CHECK(Engine::start(config, storage, {}).error().code() == ErrorCode::kCorrupt);
  }
  SECTION("the height of the state lost") {
    Batch batch;
    batch.erase(Table::kMeta, to_bytes(view("state_point")));
    REQUIRE(storage.write(batch, true));
    check_corrupt(Engine::start(config, storage, {}), "the stored state has no height");
  }
  SECTION("the state given out as that of another block") {
    StatePoint point = *n.net.engine(0).store().state_point().value();
    point.height = Height{1};
    REQUIRE(n.net.engine(0).store().block(point.height).value()->certified.block.header.state_root != point.root);
    Batch batch;
    store::put_state(batch, point, {}, {});
    REQUIRE(storage.write(batch, true));
    check_corrupt(Engine::start(config, storage, {}), "the stored state is not that of its block");
  }
  SECTION("the committee stored with the state altered") {
    StatePoint point = *n.net.engine(0).store().state_point().value();
    point.committee.first_height = point.height.next().next();
    Batch batch;
    store::put_state(batch, point, {}, {});
    REQUIRE(storage.write(batch, true));
    check_corrupt(Engine::start(config, storage, {}), "the committee stored with the state");
  }
  SECTION("a vote log that is ahead of the blocks, some of which are therefore lost") {
    consensus::DurableVotes votes;
    votes.height = Height{1'000};
    Batch batch;
    store::put_votes(batch, votes);
    REQUIRE(storage.write(batch, true));
    check_corrupt(Engine::start(config, storage, {}), "the vote log is ahead of the blocks: height 1000");
  }
  SECTION("intact") { CHECK(Engine::start(config, storage, {}).ok()); }
}

TEST_CASE("A stored block that its own execution contradicts is refused when it is replayed") {
  Network n(make_test_genesis(4), 1000);  // no state is flushed: everything is replayed
  n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  n.net.advance(500);
  StoredBlock stored = *n.net.engine(0).store().block(Height{3}).value();
  stored.certified.block.header.state_root.bytes[0] ^= 1;
  const Height last = *n.net.engine(0).store().last_block().value();
  const StoredBlock end = *n.net.engine(0).store().block(last).value();
  Batch batch;
  store::put_block(batch, stored);
  store::put_block(batch, end);  // the block put last is the last one
  REQUIRE(n.net.storage(0).write(batch, true));
  EngineConfig config{.genesis = n.made.genesis, .self = n.node(0)};
  check_corrupt(Engine::start(config, n.net.storage(0), {}), "stored block 3: the state root differs");
}

TEST_CASE("A block that registered bad keys is executed again with the root that it had") {
  Network n(make_test_genesis(4), 1000);
  for (const bool good : {true, false}) {
    PublicKeys keys = KeyPair::generate(KeyAlgorithm::kEd25519).public_keys();
    if (!good) keys.binding.bytes[3] ^= 1;
    const auto enrolled = n.transaction(n.institution(0), RegistryBody{Register{keys, Role::kPatient, {}}});
    CHECK(n.finish(0, enrolled).status == (good ? TxStatus::kSuccess : TxStatus::kInvalidKeys));
  }
  REQUIRE(n.net.storage(1).write({}, true));
  const Hash root = n.net.engine(1).last_header().state_root;
  REQUIRE(n.net.engine(1).store().state_point().value()->height == Height{0});
  n.net.disconnect(1);
  REQUIRE(n.net.crash_and_restart(1));
  CHECK(n.net.engine(1).state().root() == root);
}

TEST_CASE("A disk that fails stops the node with the reason") {
  Network n(make_test_genesis(4));
  n.net.storage(0).fail_writes(true);
  EngineConfig config{.genesis = n.made.genesis, .self = n.node(0)};
  MemoryStorage empty;
  empty.fail_writes(true);
  CHECK(Engine::start(config, empty, {}).error().code() == ErrorCode::kIo);
}
