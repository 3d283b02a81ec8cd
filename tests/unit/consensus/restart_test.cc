// What a replica does with the votes that it made durable before a crash.
#include "drive.h"
#include "support/catch.h"

namespace medchain::consensus {
namespace {

DurableVotes votes_at(const Driver& d, View view) {
  return {d.s.committee.round, d.s.height, view, {}, {}, {}, {}, false};
}

}  // namespace

TEST_CASE("a prepare vote is repeated, and no other block is prepared in its view") {
  Driver d(0);
  BlockPtr voted = d.s.block(1, 1), other = d.s.block(1, 2);
  DurableVotes votes = votes_at(d, View{0});
  votes.prepare_vote = voted->hash();
  CHECK(sent(d.enter(votes)) == std::vector{d.s.ballot(VoteType::kPrepare, View{0}, voted->hash())});
  CHECK(d.receive(d.s.proposal(View{0}, other)).empty());
  CHECK(all<Validate>(d.receive(d.s.proposal(View{0}, voted))).size() == 1);
  CHECK(d.step(Validated{voted->hash(), true}).empty());  // said already
  d.vote(1, VoteType::kPrepare, View{0}, voted->hash());
  d.vote(2, VoteType::kPrepare, View{0}, voted->hash());
  CHECK(sent(d.vote(3, VoteType::kPrepare, View{0}, voted->hash())) ==
        std::vector{d.s.ballot(VoteType::kCommit, View{0}, voted->hash())});
}

TEST_CASE("a commit vote is repeated, and the block needs no proposal to be decided") {
  Driver d(0);
  BlockPtr block = d.s.block(1);
  DurableVotes votes = votes_at(d, View{0});
  votes.prepare_vote = votes.commit_vote = block->hash();
  votes.prepared = d.s.certificate(VoteType::kPrepare, View{0}, block->hash(), {0, 1, 2});
  Effects effects = d.enter(votes, block);
  CHECK(sent(effects) == std::vector{d.s.ballot(VoteType::kPrepare, View{0}, block->hash()),
                                     d.s.ballot(VoteType::kCommit, View{0}, block->hash())});
  d.vote(1, VoteType::kCommit, View{0}, block->hash());
  d.vote(2, VoteType::kCommit, View{0}, block->hash());
  effects = d.echo(effects);
  REQUIRE(all<Decide>(effects).size() == 1);
  CHECK(all<Decide>(effects)[0].block == block);
}

TEST_CASE("a view given up stays given up, with the same view change") {
  Driver d(0);
  BlockPtr block = d.s.block(1);
  DurableVotes votes = votes_at(d, View{2});
  votes.view_change_vote = true;
  votes.prepared = d.s.certificate(VoteType::kPrepare, View{0}, block->hash(), {0, 1, 2});
  CHECK(sent(d.enter(votes)) == std::vector{d.s.ballot(VoteType::kViewChange, View{2}, digest_of(votes.prepared))});
  CHECK(d.replica.view() == View{2});
  CHECK(d.receive(d.s.proposal(View{0}, block)).empty());
  CHECK(sent(d.tick_at(100'000)).size() == 1);  // alone it only repeats
  CHECK(d.replica.view() == View{2});
}

TEST_CASE("the back-off is that of the view returned to") {
  Driver d(0);
  d.enter(votes_at(d, View{2}));
  CHECK(d.replica.deadline_ms() == 4'000);
  d.enter(votes_at(d, View{60}));
  CHECK(d.replica.deadline_ms() == 20'000);
}

TEST_CASE("a leader proposes the same block again in view 0, or none") {
  Driver d(1);
  BlockPtr block = d.s.block(1);
  DurableVotes votes = votes_at(d, View{0});
  votes.proposed = block->hash();
  SECTION("with its block at hand") {
    Effects effects = d.enter(votes, nullptr, block);
    CHECK(sent(effects) == std::vector{d.s.ballot(VoteType::kProposal, View{0}, block->hash())});
    CHECK(all<Persist>(effects).empty());  // it is durable
  }
  SECTION("without") { CHECK(d.enter(votes).empty()); }
  CHECK(d.step(WorkWaiting{true}).empty());
  CHECK(all<MakeProposal>(d.tick_at(1'500)).empty());
  CHECK(d.step(Proposed{View{0}, d.s.block(1, 9)}).empty());
}

TEST_CASE("a new view's leader that had proposed keeps to it") {
  Driver d(2);  // leads view 1
  BlockPtr own = d.s.block(2), old_block = d.s.block(1);
  DurableVotes votes = votes_at(d, View{1});
  votes.view_change_vote = true;
  votes.proposed = own->hash();
  Effects own_change = d.enter(votes, nullptr, own);
  d.receive(d.s.view_change(0, View{1}));
  SECTION("the same block, when the view changes allow it") {
    d.echo(own_change);
    CHECK(sent(d.receive(d.s.view_change(3, View{1}))) ==
          std::vector{d.s.ballot(VoteType::kProposal, View{1}, own->hash())});
  }
  SECTION("silence, when they demand another") {
    auto prepared = d.s.certificate(VoteType::kPrepare, View{0}, old_block->hash(), {0, 1, 3});
    d.echo(own_change);
    CHECK(d.receive(d.s.view_change(3, View{1}, prepared)).empty());
    CHECK(d.step(BlockFetched{old_block}).empty());
  }
}

TEST_CASE("votes of another height or round are not this height's") {
  Driver d(0);
  DurableVotes votes = votes_at(d, View{3});
  votes.view_change_vote = true;
  votes.height = Height{1};
  CHECK(d.enter(votes).empty());
  CHECK(d.replica.view() == View{0});
  votes.height = d.s.height;
  votes.round = Round{2};
  CHECK(d.enter(votes).empty());
  CHECK(d.replica.view() == View{0});
}

TEST_CASE("what is persisted never goes back") {
  Driver d(0);
  d.enter();
  BlockPtr block = d.s.block(1);
  d.receive(d.s.proposal(View{0}, block));
  d.vote(1, VoteType::kPrepare, View{0}, block->hash());
  d.vote(2, VoteType::kPrepare, View{0}, block->hash());
  Effects effects = d.step(Validated{block->hash(), true});
  d.echo(effects);
  effects = d.tick_at(2'000);
  REQUIRE(all<Persist>(effects).size() == 1);
  DurableVotes votes = all<Persist>(effects)[0].votes;
  CHECK(votes.view == View{1});
  CHECK(votes.view_change_vote);
  REQUIRE(votes.prepared);
  CHECK(votes.prepared->ballot.digest == block->hash());
  CHECK_FALSE(votes.prepare_vote);
  CHECK_FALSE(votes.commit_vote);
  // A new view's prepare is persisted with the view entered, and what was prepared before is still there.
  BlockPtr fresh = d.s.block(2);
  std::vector<ViewChange> changes = {d.s.view_change(1, View{1}), d.s.view_change(2, View{1}),
                                     d.s.view_change(3, View{1})};
  d.receive(d.s.proposal(View{1}, fresh, changes));
  effects = d.step(Validated{fresh->hash(), true});
  REQUIRE(all<Persist>(effects).size() == 1);
  votes = all<Persist>(effects)[0].votes;
  CHECK(votes.view == View{1});
  CHECK_FALSE(votes.view_change_vote);
  CHECK(votes.prepare_vote == fresh->hash());
  REQUIRE(votes.prepared);
  CHECK(votes.prepared->ballot.view == View{0});
}

TEST_CASE("a view entered without having asked for it does not forget what was prepared before") {
  Driver d(0);
  d.enter();
  BlockPtr block = d.s.block(1), fresh = d.s.block(2);
  d.receive(d.s.proposal(View{0}, block));
  d.vote(1, VoteType::kPrepare, View{0}, block->hash());
  d.vote(2, VoteType::kPrepare, View{0}, block->hash());
  d.vote(3, VoteType::kPrepare, View{0}, block->hash());
  REQUIRE(all<Persist>(d.step(Validated{block->hash(), true})).back().votes.prepared);
  d.receive(d.s.proposal(View{1}, fresh,
                         {d.s.view_change(1, View{1}), d.s.view_change(2, View{1}), d.s.view_change(3, View{1})}));
  CHECK(d.replica.view() == View{1});
  Effects effects = d.step(Validated{fresh->hash(), true});
  REQUIRE(all<Persist>(effects).size() == 1);
  REQUIRE(all<Persist>(effects)[0].votes.prepared);
  CHECK(all<Persist>(effects)[0].votes.prepared->ballot == d.s.ballot(VoteType::kPrepare, View{0}, block->hash()));
  effects = d.tick_at(2'000);
  const auto change = std::get<ViewChange>(all<Send>(effects).at(0).message);
  REQUIRE(change.prepared);
  CHECK(change.prepared->ballot.digest == block->hash());
}

}  // namespace medchain::consensus
