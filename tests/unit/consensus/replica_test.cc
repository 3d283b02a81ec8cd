#include "drive.h"
#include "support/catch.h"

namespace medchain::consensus {

TEST_CASE("before any height is entered nothing happens") {
  Driver d(0);
  CHECK(d.step(Tick{}).empty());
  CHECK(d.step(WorkWaiting{true}).empty());
  CHECK(d.vote(1, VoteType::kPrepare, View{0}, Hash{}).empty());
  CHECK_FALSE(d.replica.deadline_ms());
  CHECK_FALSE(d.replica.is_leader());
  CHECK(d.replica.height() == Height{0});
}

TEST_CASE("work that waited before the height was entered counts from its beginning") {
  Driver d(1);  // leads height 2
  d.step(WorkWaiting{true});
  Effects effects = d.enter();
  REQUIRE(effects.size() == 1);
  CHECK(all<MakeProposal>(effects)[0].view == View{0});
  CHECK(d.replica.is_leader());
  CHECK(d.step(WorkWaiting{true}).empty());  // one MakeProposal in a view
}

TEST_CASE("a leader without work proposes after idle_ms") {
  Driver d(1);
  d.now_ms = 5'000;
  CHECK(d.enter().empty());
  CHECK(d.replica.deadline_ms() == 6'000);
  CHECK(d.tick_at(5'999).empty());
  CHECK(all<MakeProposal>(d.tick_at(6'000)).size() == 1);
  CHECK(d.replica.deadline_ms() == 7'000);  // now only the view timer
}

TEST_CASE("a proposal is durable before it is sent, and is not sent twice for two answers") {
  Driver d(1);
  d.enter();
  d.step(WorkWaiting{true});
  BlockPtr block = d.s.block(1);
  Effects effects = d.step(Proposed{View{0}, block});
  REQUIRE(effects.size() == 2);
  REQUIRE(std::holds_alternative<Persist>(effects[0]));
  CHECK(std::get<Persist>(effects[0]).votes.proposed == block->hash());
  CHECK(std::get<Persist>(effects[0]).block == block);
  CHECK(sent(effects)[0] == d.s.ballot(VoteType::kProposal, View{0}, block->hash()));
  CHECK(d.step(Proposed{View{0}, d.s.block(1, 99)}).empty());
}

TEST_CASE("answers that fit no question are ignored") {
  Driver d(1);
  d.enter();
  CHECK(d.step(Proposed{View{0}, d.s.block(1)}).empty());
  CHECK(d.step(Validated{d.s.block(1)->hash(), true}).empty());
  CHECK(d.step(BlockFetched{d.s.block(1)}).empty());
  d.step(WorkWaiting{true});
  CHECK(d.step(Proposed{View{1}, d.s.block(1)}).empty());
  CHECK(d.step(Proposed{View{0}, nullptr}).empty());
  d.s.height = Height{3};
  CHECK(d.step(Proposed{View{0}, d.s.block(1)}).empty());  // made for another height
}

TEST_CASE("prepare only for a valid block, commit only for a prepared one, decide by a quorum") {
  Driver d(0);
  d.enter();
  BlockPtr block = d.s.block(1);
  const Hash digest = block->hash();
  Effects effects = d.receive(d.s.proposal(View{0}, block));
  REQUIRE(effects.size() == 1);
  CHECK(all<Validate>(effects)[0].fresh);
  for (std::size_t member : {1, 2, 3}) CHECK(d.vote(member, VoteType::kPrepare, View{0}, digest).empty());
  effects = d.step(Validated{digest, true});
  REQUIRE(effects.size() == 4);  // persist, prepare, persist, commit
  CHECK(std::get<Persist>(effects[0]).votes.prepare_vote == digest);
  CHECK(std::get<Persist>(effects[0]).block == block);
  CHECK_FALSE(std::get<Persist>(effects[0]).votes.commit_vote);
  CHECK(std::get<Persist>(effects[2]).votes.commit_vote == digest);
  CHECK(sent(effects) ==
        std::vector{d.s.ballot(VoteType::kPrepare, View{0}, digest), d.s.ballot(VoteType::kCommit, View{0}, digest)});
  const Certificate& prepared = *std::get<Persist>(effects[2]).votes.prepared;
  CHECK(prepared.check(d.s.committee.sorted(), d.s.chain, d.s.verifier));
  CHECK(d.vote(1, VoteType::kCommit, View{0}, digest).empty());
  CHECK(d.vote(2, VoteType::kCommit, View{0}, digest).empty());
  effects = d.echo(effects);  // the own commit is the third
  REQUIRE(all<Decide>(effects).size() == 1);
  const Certificate certificate = all<Decide>(effects)[0].certificate;
  CHECK(certificate.ballot == d.s.ballot(VoteType::kCommit, View{0}, digest));
  CHECK(certificate.check(d.s.committee.sorted(), d.s.chain, d.s.verifier));
  CHECK_FALSE(d.replica.deadline_ms());
  CHECK(d.tick_at(1'000'000).empty());
  CHECK(d.vote(3, VoteType::kCommit, View{0}, digest).empty());
}

TEST_CASE("own votes count only when they come back") {
  Driver d(0);
  d.enter();
  BlockPtr block = d.s.block(1);
  d.receive(d.s.proposal(View{0}, block));
  Effects effects = d.step(Validated{block->hash(), true});
  d.vote(1, VoteType::kPrepare, View{0}, block->hash());
  CHECK(d.vote(2, VoteType::kPrepare, View{0}, block->hash()).empty());  // two others; the own one is still on its way
  CHECK(sent(d.echo(effects)) == std::vector{d.s.ballot(VoteType::kCommit, View{0}, block->hash())});
}

TEST_CASE("who only watches does nothing but know its height") {
  Driver d(0);
  Effects effects = d.step(EnterHeight{d.s.height, d.s.committee, std::nullopt, {}, nullptr});
  CHECK(effects.empty());
  CHECK(d.replica.height() == d.s.height);
  CHECK_FALSE(d.replica.is_leader());
  CHECK_FALSE(d.replica.deadline_ms());
  CHECK(d.receive(d.s.proposal(View{0}, d.s.block(1))).empty());
  for (std::size_t member : {0, 1, 2}) CHECK(d.vote(member, VoteType::kCommit, View{0}, d.s.block(1)->hash()).empty());
  CHECK(d.step(WorkWaiting{true}).empty());
  CHECK(d.tick_at(100'000).empty());
}

TEST_CASE("messages of another height, round or member than the committee's are ignored") {
  Driver d(0);
  d.enter();
  BlockPtr block = d.s.block(1);
  VoteMessage stray = d.s.vote(1, VoteType::kCommit, View{0}, block->hash());
  stray.member = 1000;
  CHECK(d.receive(stray).empty());
  for (std::size_t member : {1, 2, 3}) {
    VoteMessage other = d.s.vote(member, VoteType::kCommit, View{0}, block->hash());
    other.ballot.height = Height{3};
    CHECK(d.receive(other).empty());
    other.ballot.height = d.s.height;
    other.ballot.round = Round{4};
    CHECK(d.receive(other).empty());
  }
}

TEST_CASE("entering a height ends whatever was under way") {
  Driver d(0);
  d.enter();
  BlockPtr block = d.s.block(1);
  d.receive(d.s.proposal(View{0}, block));
  d.s.height = Height{3};
  d.enter();
  CHECK(d.replica.height() == Height{3});
  CHECK(d.step(Validated{block->hash(), true}).empty());
  CHECK(d.replica.deadline_ms() == 2'000);
}

TEST_CASE("what was sent is sent again every resend_ms, and nothing of an earlier view") {
  Driver d(0);
  d.enter();
  BlockPtr block = d.s.block(1);
  d.receive(d.s.proposal(View{0}, block));
  d.step(Validated{block->hash(), true});
  const Ballot prepare = d.s.ballot(VoteType::kPrepare, View{0}, block->hash());
  CHECK(d.tick_at(499).empty());
  CHECK(sent(d.tick_at(500)) == std::vector{prepare});
  CHECK(d.tick_at(999).empty());
  CHECK(sent(d.tick_at(1'000)) == std::vector{prepare});
  Effects given_up = d.tick_at(2'000);
  CHECK(sent(given_up) == std::vector{d.s.ballot(VoteType::kViewChange, View{1}, digest_of(std::nullopt))});
  CHECK(sent(d.tick_at(2'500)) == sent(given_up));
}

TEST_CASE("a huge timeout or view never overflows the clock") {
  Driver d(0);
  Config config = d.s.config();
  config.idle_ms = config.view_timeout_ms = config.max_view_timeout_ms = ~std::uint64_t{0};
  config.resend_ms = ~std::uint64_t{0};
  d.replica = Replica(config);
  d.now_ms = 10;
  d.enter();
  CHECK_FALSE(d.replica.deadline_ms());
  CHECK(d.tick_at(~std::uint64_t{0} - 1).empty());
}

TEST_CASE("timeouts of zero neither loop nor divide") {
  Driver d(0);
  Config config = d.s.config();
  config.idle_ms = config.view_timeout_ms = config.max_view_timeout_ms = config.resend_ms = 0;
  d.replica = Replica(config);
  d.enter(DurableVotes{d.s.committee.round, d.s.height, View{~std::uint64_t{0} - 1}, {}, {}, {}, {}, false});
  CHECK(d.replica.deadline_ms() == 1);
  CHECK(sent(d.tick_at(1))[0].view == View{~std::uint64_t{0}});
  for (std::size_t member : {1, 2, 3}) d.receive(d.s.view_change(member, View{~std::uint64_t{0}}));
  CHECK(sent(d.tick_at(2))[0].view == View{~std::uint64_t{0}});  // there is none above: it stays, and sends again
}

TEST_CASE("what floods in is bounded: a step's effects do not grow with it") {
  Driver d(0);
  d.enter();
  Hash digest = d.s.block(1)->hash();
  for (std::uint64_t view = 1; view < 500; ++view) {
    CHECK(d.vote(3, VoteType::kPrepare, View{view << 40}, digest).empty());
    CHECK(d.vote(3, VoteType::kCommit, View{view << 40}, digest).empty());
    CHECK(d.receive(d.s.view_change(3, View{view << 40})).empty());
  }
  CHECK(d.replica.view() == View{0});
}

}  // namespace medchain::consensus
