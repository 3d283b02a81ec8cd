// A network finds out by itself who contradicts himself, proves it on the ledger, and goes on without him.
#include "accountability.h"

#include "liar.h"

using namespace medchain;
using namespace medchain::test;

namespace {

SignedBallot ballot_of_view(std::uint64_t view, std::uint8_t digest, VoteType type = VoteType::kPrepare) {
  SignedBallot made;
  made.ballot = {Round{0}, Height{1}, View{view}, type, {}};
  made.ballot.digest.bytes[0] = digest;
  return made;
}

// On every node it is `offender`, and nobody else, that was barred and lost its stake.
void check_barred(Network& n, std::initializer_list<std::size_t> nodes, std::size_t offender) {
  for (std::size_t i : nodes) {
    CAPTURE(i);
    const State& state = n.net.engine(i).state();
    CHECK(barred(n, state) == std::set<Address>{n.node(offender)});
    CHECK(state.slashed() == Tokens{1'000'000 - offender});
    CHECK(state.account(n.node(offender))->stake == Tokens{0});
    CHECK_FALSE(state.candidate(n.node(offender)));
  }
}

}  // namespace

TEST_CASE("The first ballot of a member, type and view stands; a second for another block contradicts it") {
  BallotBook book;
  const SigningPublicKey a = test_signing_key("a").public_key();
  const SigningPublicKey b = test_signing_key("b").public_key();
  CHECK_FALSE(book.add(a, ballot_of_view(0, 1), View{0}));
  CHECK_FALSE(book.add(a, ballot_of_view(0, 1), View{0}));
  CHECK_FALSE(book.add(a, ballot_of_view(0, 2, VoteType::kCommit), View{0}));
  CHECK_FALSE(book.add(a, ballot_of_view(1, 2), View{0}));
  CHECK_FALSE(book.add(b, ballot_of_view(0, 2), View{0}));
  CHECK(book.add(a, ballot_of_view(0, 2), View{0}) == ballot_of_view(0, 1));
  CHECK(book.add(a, ballot_of_view(0, 3), View{0}) == ballot_of_view(0, 1));
  book.clear();
  CHECK_FALSE(book.add(a, ballot_of_view(0, 2), View{0}));
}

TEST_CASE("Ballots of far views neither fill the memory nor push out those of the view being decided") {
  BallotBook book;
  const SigningPublicKey member = test_signing_key("a").public_key();
  for (std::uint64_t view = 0; view < 20; ++view) CHECK_FALSE(book.add(member, ballot_of_view(view, 1), View{5}));
  for (std::uint64_t far = 1; far < 1000; ++far) {
    CHECK_FALSE(book.add(member, ballot_of_view(far << 50, 1), View{5}));
  }
  CHECK(book.size() == BallotBook::kViews);
  for (std::uint64_t view : {3, 4, 5, 6, 7}) CHECK(book.add(member, ballot_of_view(view, 2), View{5}));
}

TEST_CASE("A member that prepares two blocks is reported, slashed and barred, and the network goes on") {
  Network n(make_test_genesis(5, 4));
  Tokens total = n.net.engine(0).state().total_tokens();
  bool lied = false;
  Liar{n, 2}.contradict_prepares(0, [&](const Ballot&) { return !std::exchange(lied, true); });
  n.net.advance(3'000);
  REQUIRE(lied);
  n.check_agreement({0, 1, 2, 3, 4});
  check_barred(n, {0, 1, 2, 3, 4}, 2);
  CHECK(n.net.engine(4).state().total_tokens() == total);
  CHECK_FALSE(n.net.engine(0).committee().index_of(n.node(2)));
  CHECK(n.finish(0, n.transfer(n.institution(0), n.node(1), 1)).status == TxStatus::kSuccess);
  CHECK(n.net.engine(0).mempool_size() == 0);
  auto stand = n.transaction(n.made.validators[2].node,
                             StakeBody{make_stand(n.chain(), n.node(2), KeySigner(test_signing_key("new")))});
  CHECK(n.finish(0, stand).status == TxStatus::kBarred);
}

TEST_CASE("Without an account key a node sees the same and says nothing") {
  Network n(make_test_genesis(4));
  for (std::size_t i = 0; i < 4; ++i) {
    n.net.config(i).account_key = nullptr;
    REQUIRE(n.net.crash_and_restart(i));
  }
  bool lied = false;
  Liar{n, 2}.contradict_prepares(0, [&](const Ballot&) { return !std::exchange(lied, true); });
  n.net.advance(2'000);
  REQUIRE(lied);
  CHECK(barred(n, n.net.engine(0).state()).empty());
}

TEST_CASE("A leader that shows one block to some and another to the others is found out by them together") {
  Network n(make_test_genesis(4));
  n.net.disconnect(0);
  Liar leader{n, 0};
  leader.say(1, leader.first_proposal([](BlockHeader&) {}));
  for (std::size_t to : {2, 3}) leader.say(to, leader.first_proposal([](BlockHeader& h) { h.time_ms += 1; }));
  n.net.advance(4'000);
  n.check_agreement({1, 2, 3});
  check_barred(n, {1, 2, 3}, 0);
}

TEST_CASE("A leader whose block cannot follow its parent is reported by whoever it showed it to") {
  Network n(make_test_genesis(4));
  n.net.disconnect(0);
  Liar leader{n, 0};
  std::function<void(BlockHeader&)> change;
  SECTION("time runs backwards") {
    change = [](BlockHeader& header) { header.time_ms = 1; };
  }
  SECTION("a committee of its own choice") {
    change = [](BlockHeader& header) { header.committee_order.bytes[0] ^= 1; };
  }
  SECTION("another chain, which the members refuse before they look at signatures") {
    change = [](BlockHeader& header) { header.chain.bytes[0] ^= 1; };
  }
  SECTION("a height that was skipped") {
    change = [](BlockHeader& header) { header.height = Height{2}; };
  }
  SECTION("a certificate for the genesis") {
    change = [](BlockHeader& header) { header.parent_certificate = Certificate{}; };
  }
  leader.say(3, leader.first_proposal(change));
  n.net.advance(4'000);
  n.check_agreement({1, 2, 3});
  check_barred(n, {1, 2, 3}, 0);
}

TEST_CASE("A report that was not included in its window is made again") {
  Parameters parameters = fast_parameters();
  parameters.replay_window = 4;  // a report is valid for two heights after the next
  Network n(make_test_genesis(4, 4, parameters));
  for (std::size_t i = 1; i < 4; ++i) {  // nobody but node 0 reports, and nobody else takes its report
    n.net.config(i).account_key = nullptr;
    n.net.config(i).mempool_transactions = 0;
    REQUIRE(n.net.crash_and_restart(i));
  }
  Height lied{0};
  Liar{n, 2}.contradict_prepares(0, [&](const Ballot& ballot) {
    if (lied > Height{0} || ballot.height.value % 4 != 2) return false;  // node 0 has led the height before
    lied = ballot.height;
    return true;
  });
  n.net.advance(3'000);
  REQUIRE(lied > Height{0});
  check_barred(n, {0, 1, 3}, 2);
  CHECK(n.net.engine(0).state().barred(n.node(2)).value_or(Height{}).value == lied.value + 3);
}

TEST_CASE("A report that cannot be sent waits until it can") {
  Network n(make_test_genesis(4));
  for (std::size_t i = 0; i < 3; ++i) {
    n.net.config(i).account_key = nullptr;
    REQUIRE(n.net.crash_and_restart(i));
  }
  REQUIRE(n.net.run_until_height(Height{4}));
  REQUIRE(n.net.engine(3).height().value % 4 == 0);
  auto suspend = n.transaction(n.institution(3), RegistryBody{Suspend{n.node(3)}});
  CHECK(n.finish(0, suspend).status == TxStatus::kSuccess);
  REQUIRE(n.net.engine(3).is_producer());
  bool lied = false;
  Liar{n, 2}.contradict_prepares(3, [&](const Ballot&) { return !std::exchange(lied, true); });
  n.net.advance(1'000);
  REQUIRE(lied);
  CHECK(barred(n, n.net.engine(0).state()).empty());
  auto reinstate = n.transaction(n.institution(3), RegistryBody{Reinstate{n.node(3)}});
  CHECK(n.finish(0, reinstate).status == TxStatus::kSuccess);
  n.net.advance(1'000);
  check_barred(n, {0, 1, 3}, 2);
}
