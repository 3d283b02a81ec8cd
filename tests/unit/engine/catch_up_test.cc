// A node that lacks blocks: what it asks for, and when it executes what comes.
#include "network.h"

using namespace medchain;
using namespace medchain::test;

namespace {

// Node 4 follows four producers, and missed all blocks; it is told them here, by hand.
struct Behind {
  Network n{make_test_genesis(5, 4)};
  MemoryStorage storage;
  Engine follower;
  std::uint64_t now_ms = 1'000;

  explicit Behind(bool check_every_signature = false) : follower(started(check_every_signature)) {
    n.net.disconnect(4);
  }
  Engine started(bool check_every_signature) {
    EngineConfig config{.genesis = n.made.genesis, .self = n.node(4)};
    config.check_every_signature = check_every_signature;
    auto engine = Engine::start(config, storage, {});
    REQUIRE(engine);
    return std::move(*engine);
  }

  Height last() const { return const_cast<Behind*>(this)->n.net.engine(0).height(); }
  CertifiedBlock block(std::uint64_t height) {
    auto stored = n.net.engine(0).store().block(Height{height});
    REQUIRE((stored && *stored));
    return (*stored)->certified;
  }
  peer::Blocks blocks(std::uint64_t first, std::uint64_t last) {
    peer::Blocks some;
    for (std::uint64_t height = first; height <= last; ++height) some.blocks.push_back(block(height));
    return some;
  }
  Now now() { return {now_ms, n.made.genesis.time_ms + 10'000'000}; }
  Outputs tell(std::size_t from, PeerBody body) {
    return follower.receive(n.node(from), bcs::encode(PeerMessage{std::move(body)}), now());
  }
  Outputs tick() { return follower.tick(now()); }
  Receipt enrol(bool good) {
    PublicKeys keys = KeyPair::generate(KeyAlgorithm::kEd25519).public_keys();
    if (!good) keys.binding.bytes[3] ^= 1;
    return n.finish(0, n.transaction(n.institution(0), RegistryBody{Register{keys, Role::kPatient, {}}}));
  }
};

// What the node asks for: of whom, from which height.
std::vector<std::pair<Address, Height>> requests(const Outputs& out) {
  std::vector<std::pair<Address, Height>> asked;
  for (const auto& message : out.messages) {
    auto decoded = bcs::decode<PeerMessage>(*message.bytes);
    REQUIRE(decoded);
    if (auto* request = std::get_if<peer::BlocksRequest>(&decoded->body))
      asked.emplace_back(*message.to, request->from);
  }
  return asked;
}

// What is to be checked, which is one thing.
const Outputs::Job& only_job(const Outputs& out) {
  REQUIRE(out.verifications.size() == 1);
  REQUIRE(out.verifications[0].jobs.size() == 1);
  return out.verifications[0].jobs[0];
}

using Requests = std::vector<std::pair<Address, Height>>;

}  // namespace

TEST_CASE("The next blocks are asked for before those that came are executed") {
  Behind b;
  b.n.net.advance(1'500);
  REQUIRE(b.last() >= Height{4});
  CHECK(requests(b.tell(0, peer::Status{b.last(), {}})) == Requests{{b.n.node(0), Height{1}}});
  const Outputs came = b.tell(0, b.blocks(1, 3));
  CHECK(requests(came) == Requests{{b.n.node(0), Height{4}}});
  CHECK(b.follower.height() == Height{0});
  CHECK(came.tick_at_ms == b.now_ms);
  const Outputs executed = b.tick();
  CHECK(b.follower.height() == Height{3});
  CHECK(executed.committed.size() == 3);
  CHECK(requests(executed).empty());  // that answer is still to come
  b.tell(0, b.blocks(4, b.last().value));
  CHECK(b.follower.height() == b.last());  // there was nothing more to ask for
}

TEST_CASE("A vote for a later height tells that its voter has the blocks before it") {
  Behind b;
  b.n.net.advance(1'000);
  REQUIRE(b.last() >= Height{2});
  const Ballot ballot{Round{0}, b.last().next(), View{0}, VoteType::kPrepare, {}};
  const consensus::VoteMessage vote{0, ballot, {}};
  CHECK(requests(b.tell(0, peer::Consensus{vote})) == Requests{{b.n.node(0), Height{1}}});
  b.tell(0, b.blocks(1, b.last().value));
  b.tick();
  CHECK(b.follower.height() == b.last());
}

TEST_CASE("The keys that a certified block registers are believed to be good as long as its roots agree") {
  Behind b;
  CHECK(b.enrol(true).status == TxStatus::kSuccess);
  b.tell(0, peer::Status{b.last(), {}});
  const Outputs came = b.tell(0, b.blocks(1, b.last().value));
  CHECK(came.verifications.empty());
  CHECK(b.follower.height() == b.last());
  CHECK(b.follower.state().root() == b.n.net.engine(0).state().root());
}

TEST_CASE(
    "Where a certified block registers bad keys, they are checked off the engine's thread, and what follows waits") {
  Behind b;
  CHECK(b.enrol(false).status == TxStatus::kInvalidKeys);
  const std::uint64_t height = b.last().value;
  CHECK(b.enrol(true).status == TxStatus::kSuccess);
  b.tell(0, peer::Status{b.last(), {}});
  const Outputs came = b.tell(0, b.blocks(1, b.last().value));
  const Outputs::Job& job = only_job(came);
  CHECK_FALSE(job.signature);
  CHECK(b.follower.height() == Height{height - 1});
  CHECK(b.follower.counters().signatures_checked == 0);

  // Bad keys are no reason to refuse the block: its receipt says so.
  const Result<void> checked = check(job, real_signatures());
  CHECK(checked.ok());
  CHECK_FALSE(job.transaction->keys_good());
  b.follower.verified(came.verifications[0].token, {checked}, b.now());
  CHECK(b.follower.height() == b.last());
  CHECK(b.follower.state().root() == b.n.net.engine(0).state().root());
}

TEST_CASE("Who checks every signature believes no keys either") {
  Behind b(true);
  CHECK(b.enrol(false).status == TxStatus::kInvalidKeys);
  b.tell(0, peer::Status{b.last(), {}});
  const Outputs came = b.tell(0, b.blocks(1, b.last().value));
  const Outputs::Job& job = only_job(came);
  CHECK(job.signature);
  CHECK(b.follower.counters().signatures_checked == 1);
  const Result<void> checked = check(job, real_signatures());
  CHECK(b.follower.verified(came.verifications[0].token, {checked}, b.now()).verifications.empty());
  CHECK(b.follower.height() == b.last());
}

TEST_CASE("Who does not answer soon is asked no more than others: the first answer counts, a late one does no harm") {
  Behind b;
  b.n.net.advance(1'000);
  const std::uint64_t last = b.last().value;
  REQUIRE(last >= 2);
  CHECK(requests(b.tell(0, peer::Status{b.last(), {}})) == Requests{{b.n.node(0), Height{1}}});
  CHECK(requests(b.tell(1, peer::Status{b.last(), {}})).empty());
  b.now_ms += 499;
  CHECK(requests(b.tick()).empty());
  b.now_ms += 1;
  CHECK(requests(b.tick()) == Requests{{b.n.node(1), Height{1}}});
  CHECK(requests(b.tick()).empty());
  CHECK(requests(b.tell(1, b.blocks(1, 1))) == Requests{{b.n.node(1), Height{2}}});
  b.tell(0, b.blocks(1, last));
  b.tick();
  CHECK(b.follower.height() == b.last());
  CHECK(b.follower.counters().messages_refused == 0);
}

TEST_CASE("Who was asked and gives another block is not waited for") {
  Behind b;
  b.n.net.advance(1'000);
  const std::uint64_t last = b.last().value;
  REQUIRE(last >= 3);
  b.tell(0, peer::Status{b.last(), {}});
  CHECK(requests(b.tell(1, peer::Status{b.last(), {}})).empty());
  CHECK(requests(b.tell(0, b.blocks(last, last))) == Requests{{b.n.node(1), Height{1}}});
  b.tell(0, b.blocks(1, last));  // its answer was on the way
  b.tick();
  CHECK(b.follower.height() == b.last());
}

TEST_CASE("Blocks up to one that is not certified are executed, and the rest is asked of another") {
  // The committee of the first round decides heights 1 to 4. What is of a later round is judged when its turn comes.
  const std::size_t bad = GENERATE(3, 6);
  CAPTURE(bad);
  Behind b;
  b.n.net.advance(4'000);
  REQUIRE(b.last() >= Height{9});
  b.tell(0, peer::Status{b.last(), {}});
  peer::Blocks some = b.blocks(1, 8);
  SECTION("a changed header") { some.blocks[bad - 1].block.header.time_ms += 1; }
  SECTION("a transaction more") {
    some.blocks[bad - 1].block.transactions.push_back(
        make_transaction(b.n.transfer(b.n.institution(0), b.n.node(1), 1)));
  }
  const Outputs came = b.tell(0, some);
  CHECK(came.refusals.size() == (bad == 3 ? 1 : 0));
  CHECK(requests(came) == (bad == 3 ? Requests{} : Requests{{b.n.node(0), Height{9}}}));
  const Outputs other = b.tell(1, peer::Status{b.last(), {}});
  const Outputs executed = b.tick();
  CHECK(b.follower.height() == Height{bad - 1});
  CHECK(executed.refusals.size() == (bad == 3 ? 0 : 1));
  CHECK(requests(bad == 3 ? other : executed) == Requests{{b.n.node(1), Height{bad}}});
  CHECK(requests(b.tell(0, b.blocks(9, 9))).empty());  // too late, and of no use
  b.tell(1, b.blocks(bad, b.last().value));
  b.tick();
  CHECK(b.follower.height() == b.last());
  CHECK(b.follower.counters().messages_refused == 1);
}

TEST_CASE("A block that is given while others wait for their turn follows them, if it is certified") {
  Behind b;
  b.enrol(false);
  const std::uint64_t waits = b.last().value;
  b.n.finish(0, b.n.transfer(b.n.institution(0), b.n.node(1), 7));
  REQUIRE(b.last() > Height{waits});
  b.tell(0, peer::Status{Height{waits}, {}});
  const Outputs came = b.tell(0, b.blocks(1, waits));
  REQUIRE(came.verifications.size() == 1);
  REQUIRE(b.follower.committee().covers(Height{waits + 1}));

  CertifiedBlock forged = b.block(waits + 1);
  forged.certificate.signatures.pop_back();
  CHECK(b.tell(2, peer::Blocks{{forged}}).refusals.size() == 1);
  CHECK(b.tell(1, b.blocks(waits + 1, waits + 1)).refusals.empty());
  CHECK(b.follower.height() < Height{waits});
  b.follower.verified(came.verifications[0].token, {check(came.verifications[0].jobs[0], real_signatures())}, b.now());
  CHECK(b.follower.height() == Height{waits + 1});
}

TEST_CASE("Of what nobody certified, no signature or key is checked as far as the committee is known") {
  Behind b;
  b.enrol(false);
  const std::uint64_t height = b.last().value;
  REQUIRE(height <= 4);
  b.tell(0, peer::Status{b.last(), {}});
  peer::Blocks some = b.blocks(1, height);
  some.blocks.back().certificate.signatures.pop_back();
  const Outputs came = b.tell(0, some);
  CHECK(came.verifications.empty());
  CHECK(came.refusals.size() == 1);
  CHECK(b.follower.height() == Height{height - 1});
}

TEST_CASE("Of what is fetched, so much waits at most: no more is asked for until some is executed") {
  Behind b;
  b.n.net.advance(4'000);
  REQUIRE(b.last() >= Height{6});
  // Nobody certified the last ones; they are judged when their turn comes.
  peer::Blocks some = b.blocks(1, 6);
  const auto filler = make_transaction(b.n.transfer(b.n.institution(0), b.n.node(1), 7));
  some.blocks[5].block.transactions.assign(2 * 1024 * 1024 / filler->bytes.size() + 1, filler);
  b.tell(0, peer::Status{Height{100}, {}});
  CHECK(requests(b.tell(0, some)).empty());
  CHECK(b.follower.height() == Height{5});
  CHECK(b.follower.counters().messages_refused == 1);
}

TEST_CASE(
    "Of an answer larger than any honest one the rest is not kept, and a block that is too large is not checked") {
  Behind b(true);
  b.n.net.advance(4'000);
  REQUIRE(b.last() >= Height{9});
  const auto filler = make_transaction(b.n.transfer(b.n.institution(0), b.n.node(1), 7));
  const std::size_t limit = b.follower.state().parameters().max_block_bytes / filler->bytes.size();
  b.tell(0, peer::Status{Height{100}, {}});
  auto checks_of = [&](std::uint64_t last, std::size_t transactions) {  // of heights from 5 on: of a later round
    peer::Blocks some = b.blocks(1, last);
    for (std::size_t i = 4; i < some.blocks.size(); ++i) {
      some.blocks[i].block.transactions.assign(transactions, filler);
    }
    return b.tell(0, some).verifications.size();
  };
  SECTION("blocks of three quarters of the limit: the third passes twice what an answer holds") {
    CHECK(checks_of(9, limit * 3 / 4) == 3);
  }
  SECTION("a block above the limit") { CHECK(checks_of(5, limit + 1) == 0); }
}
