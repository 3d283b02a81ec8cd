// What the log says of long work, on a clock that stands still until it is told to go.
#include "progress.h"

#include "host.h"
#include "indexer.h"
#include "support/catch.h"
#include "support/genesis.h"
#include "unit/storage/samples.h"

namespace medchain::rpc {
namespace {

TEST_CASE("progress is a share, a pace and the time left at that pace") {
  CHECK(progress_text(0, 1200, 50'000, 4'000) == "1200 of 50000, 2 %, 300 a second, about 162 s left");
  CHECK(progress_text(1'000, 1'200, 50'000, 1'000) == "1200 of 50000, 2 %, 200 a second, about 244 s left");
  CHECK(progress_text(0, 7, 7, 1'000) == "7 of 7, 100 %, 7 a second, about 0 s left");
  CHECK(progress_text(5, 5, 10, 1'000) == "5 of 10, 50 %, 0 a second");
  CHECK(progress_text(0, 0, 0, 0) == "0 of 0, 100 %, 0 a second");
  const std::uint64_t most = ~std::uint64_t{0};  // what a peer may claim
  CHECK(progress_text(0, 1, most, most).starts_with("1 of 18446744073709551615, 0 %, 0 a second, about 1000000"));
}

TEST_CASE("seldom is at most once in so long") {
  Seldom seldom(5'000, 100);
  CHECK_FALSE(seldom.due(5'099));
  CHECK(seldom.due(5'100));
  CHECK_FALSE(seldom.due(10'099));
  CHECK(seldom.due(12'000));
  CHECK_FALSE(seldom.due(16'999));
}

struct Clockwork {
  kj::EventLoop loop;
  kj::WaitScope scope{loop};
  kj::TimerImpl timer{kj::origin<kj::TimePoint>() + 1 * kj::HOURS};
  std::string lines;
  Log log{[this](std::string_view level, std::string_view module, std::string_view line) {
    lines.append(level).append(" ").append(module).append(" ").append(line).append("\n");
  }};
  void pass(kj::Duration time) {
    timer.advanceTo(timer.now() + time);
    scope.poll();
  }
};

TEST_CASE("a node that builds its index says every five seconds how far it is") {
  Clockwork clock;
  MemoryStorage disk;
  constexpr std::uint64_t kBlocks = 200;
  Batch batch;
  for (std::uint64_t height = 1; height <= kBlocks; ++height) {
    store::put_block(batch, testing::sample_block(Height{height}, 1));
  }
  REQUIRE(disk.write(batch, false));
  CpuTimes cpu;
  StorageThread storage(disk, cpu, {[](auto) {}, [](Error) {}});
  Indexer indexer(storage, Height{kBlocks}, clock.timer, clock.log);
  for (int turn = 0; turn < 20; ++turn) clock.pass(1 * kj::SECONDS);  // 16 blocks each
  CHECK(clock.lines ==
        "info index indexing blocks 1 to 200\n"
        "info index indexed block 80 of 200, 40 %, 16 a second, about 7 s left\n"
        "info index indexed block 160 of 200, 80 %, 16 a second, about 2 s left\n"
        "info index all blocks up to 200 are indexed\n");
  CHECK(indexer.reader());
}

// A node of a network, and one peer that says how far it is.
struct Follower : Clockwork {
  struct NoPeers final : PeerSink {
    void send(const std::optional<Address>&, const std::shared_ptr<const Bytes>&) override {}
    void state_changed() override {}
    std::size_t connected() const override { return 1; }
  };
  Follower() {
    EngineConfig engine;
    engine.genesis = made.genesis;
    engine.self = made.validators[0].node.address();
    HostConfig config{engine.self, "test", 1, false, genesis_committee(engine.genesis), engine.verifier, log};
    auto started = Host::start(std::move(config), engine, storage, mailbox);
    REQUIRE(started);
    host = std::move(*started);
    host->enter(timer, peers);
  }
  ~Follower() { host->leave(); }
  void hear(std::size_t peer, std::uint64_t height) {
    const Address address = made.validators[peer].node.address();
    host->peer_connected(address);
    host->receive(address, bcs::encode(PeerMessage{peer::Status{Height{height}, {}}}));
  }

  test::TestGenesis made = test::make_test_genesis(4, 4);
  MemoryStorage storage;
  Mailbox mailbox;
  NoPeers peers;
  std::unique_ptr<Host> host;
};

TEST_CASE("a node that is far behind says every ten seconds how far, and when it is no more") {
  Follower follower;
  follower.pass(30 * kj::SECONDS);
  CHECK(follower.lines.empty());
  follower.hear(1, 5'000);
  follower.pass(10 * kj::SECONDS);
  CHECK(follower.lines == "info consensus catching up: block 0 of 5000, 0 %, 0 a second\n");
  follower.lines.clear();
  follower.host->peer_disconnected(follower.made.validators[1].node.address());  // how far the others are is unknown
  follower.pass(10 * kj::SECONDS);
  CHECK(follower.lines.empty());
  follower.hear(2, 64);
  follower.pass(10 * kj::SECONDS);
  CHECK(follower.lines == "info consensus caught up with the peers, at block 0\n");
}

TEST_CASE("one peer that lies about its height among honest ones changes nothing") {
  Follower follower;
  follower.hear(1, ~std::uint64_t{0});
  follower.hear(2, 10);
  follower.hear(3, 11);
  follower.pass(10 * kj::SECONDS);
  CHECK(follower.lines.empty());
}

}  // namespace
}  // namespace medchain::rpc
