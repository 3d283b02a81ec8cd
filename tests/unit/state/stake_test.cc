#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Body stake(std::uint64_t amount) { return StakeBody{Stake{Tokens{amount}}}; }
Body unstake(std::uint64_t amount) { return StakeBody{Unstake{Tokens{amount}}}; }
Body vote(std::vector<Address> candidates) { return StakeBody{Vote{std::move(candidates)}}; }
Body stand(const World& world, const KeyPair& validator, const SigningKey& key) {
  return stand_body(world.state.chain(), validator, key);
}
Body resign() { return StakeBody{Resign{}}; }

Tokens votes(const World& world, const KeyPair& node) { return world.state.candidate(node.address())->votes; }

}  // namespace

TEST_CASE("the genesis lets validators stand with their own stake as votes") {
  World world;
  CHECK(world.state.candidates().size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    auto candidate = world.state.candidate(world.node(i).address());
    REQUIRE(candidate);
    CHECK(candidate->votes == Tokens{1'000'000 - i});
    CHECK(candidate->institution == world.institution(i).address());
    CHECK(candidate->consensus_key == world.made.validators[i].consensus.public_key());
    CHECK(candidate->pass_over_rounds == 0);
    CHECK(world.account(world.node(i)).votes == std::vector{world.node(i).address()});
  }
  CHECK_FALSE(world.state.candidate(world.node(4).address()));
}

TEST_CASE("the tally follows every stake and vote") {
  World world;
  Address a = world.node(0).address();
  Address b = world.node(1).address();
  CHECK(world.run(world.doctor, stake(600)) == TxStatus::kSuccess);
  CHECK(votes(world, world.node(0)) == Tokens{1'000'000});
  CHECK(world.run(world.doctor, vote({b, a})) == TxStatus::kSuccess);
  CHECK(world.account(world.doctor).votes == (a < b ? std::vector{a, b} : std::vector{b, a}));
  CHECK(votes(world, world.node(0)) == Tokens{1'000'600});
  CHECK(votes(world, world.node(1)) == Tokens{1'000'599});
  CHECK(world.run(world.doctor, stake(1'000)) == TxStatus::kSuccess);
  CHECK(votes(world, world.node(0)) == Tokens{1'001'600});
  CHECK(world.run(world.doctor, unstake(100)) == TxStatus::kSuccess);
  CHECK(votes(world, world.node(1)) == Tokens{1'001'499});
  CHECK(world.run(world.doctor, vote({b})) == TxStatus::kSuccess);
  CHECK(votes(world, world.node(0)) == Tokens{1'000'000});
  CHECK(votes(world, world.node(1)) == Tokens{1'001'499});
  CHECK(world.run(world.doctor, vote({})) == TxStatus::kSuccess);
  CHECK(votes(world, world.node(1)) == Tokens{999'999});
}

TEST_CASE("stake transactions that are refused say why and change nothing") {
  World world;
  auto refused = [&](const KeyPair& sender, Body body) {
    Hash before = world.state.root();
    TxStatus status = world.run(sender, std::move(body));
    CHECK(world.state.root() == before);
    return status;
  };
  auto new_key = test_signing_key("new consensus");
  Address node = world.node(0).address();
  CHECK(refused(world.doctor, stake(0)) == TxStatus::kAmountZero);
  CHECK(refused(world.doctor, stake(10'001)) == TxStatus::kInsufficientBalance);
  CHECK(refused(world.doctor, unstake(0)) == TxStatus::kAmountZero);
  CHECK(refused(world.doctor, unstake(1)) == TxStatus::kInsufficientStake);
  CHECK(refused(world.doctor, vote({world.node(4).address()})) == TxStatus::kUnknownCandidate);
  CHECK(refused(world.doctor, vote({world.stranger.address()})) == TxStatus::kUnknownCandidate);
  CHECK(refused(world.doctor, vote({node, world.node(1).address(), node})) == TxStatus::kDuplicate);
  CHECK(refused(world.doctor, vote(std::vector<Address>(limits::kMaxVotedCandidates + 1))) ==
        TxStatus::kTooManyCandidates);
  CHECK(refused(world.doctor, stand(world, world.doctor, new_key)) == TxStatus::kNotAllowed);
  CHECK(refused(world.institution(0), stand(world, world.institution(0), new_key)) == TxStatus::kNotAllowed);
  const KeyPair& validator = world.node(4);
  CHECK(refused(validator, stand(world, validator, test_signing_key("p256", KeyAlgorithm::kP256))) ==
        TxStatus::kInvalidKeys);
  CHECK(refused(validator, StakeBody{Stand{}}) == TxStatus::kInvalidKeys);
  CHECK(refused(validator, stand(world, validator, world.made.validators[0].consensus)) ==
        TxStatus::kConsensusKeyInUse);
  CHECK(refused(world.node(4), resign()) == TxStatus::kNotCandidate);
  CHECK(refused(world.doctor, resign()) == TxStatus::kNotAllowed);
}

TEST_CASE("standing again rotates the consensus key and ends being passed over") {
  World world;
  BlockContext context = world.next();
  context.missed_turns = {world.node(0).address()};
  world.block(context, {});
  CHECK(world.state.candidate(world.node(0).address())->pass_over_rounds == 4);
  const SigningKey& old_key = world.made.validators[0].consensus;
  auto new_key = test_signing_key("new consensus");
  CHECK(world.run(world.node(0), stand(world, world.node(0), new_key)) == TxStatus::kSuccess);
  auto candidate = world.state.candidate(world.node(0).address());
  CHECK(candidate->consensus_key == new_key.public_key());
  CHECK(candidate->pass_over_rounds == 0);
  CHECK(candidate->votes == Tokens{1'000'000});
  CHECK(world.state.candidates().size() == 4);
  // The old key stays its own: nobody else may be taken for it.
  CHECK(world.run(world.node(4), stand(world, world.node(4), old_key)) == TxStatus::kConsensusKeyInUse);
  CHECK(world.run(world.node(4), stand(world, world.node(4), new_key)) == TxStatus::kConsensusKeyInUse);
}

TEST_CASE("a consensus key that was replaced is retired for good, one that was only laid down is not") {
  World world;
  const KeyPair& node = world.node(0);
  const SigningKey& first = world.made.validators[0].consensus;
  auto second = test_signing_key("second");
  auto third = test_signing_key("third");
  CHECK(world.run(node, resign()) == TxStatus::kSuccess);
  CHECK(world.run(node, stand(world, node, first)) == TxStatus::kSuccess);
  CHECK(world.run(node, stand(world, node, first)) == TxStatus::kSuccess);
  CHECK(world.run(node, stand(world, node, second)) == TxStatus::kSuccess);
  CHECK(world.run(node, stand(world, node, first)) == TxStatus::kConsensusKeyRetired);
  CHECK(world.run(node, resign()) == TxStatus::kSuccess);
  CHECK(world.run(node, stand(world, node, first)) == TxStatus::kConsensusKeyRetired);
  CHECK(world.run(node, stand(world, node, third)) == TxStatus::kSuccess);  // replaced while not standing
  CHECK(world.run(node, stand(world, node, second)) == TxStatus::kConsensusKeyRetired);
  CHECK(world.state.candidate(node.address())->consensus_key == third.public_key());
}

TEST_CASE("nobody stands with a consensus key that did not sign for him, here") {
  World world;
  const KeyPair& node = world.node(4);
  const KeySigner key(test_signing_key("consensus 4"));
  auto run = [&](const Stand& stand) { return world.run(node, StakeBody{stand}); };
  Stand good = make_stand(world.state.chain(), node.address(), key);
  Stand unsigned_stand{key.public_key(), {}};
  CHECK(run(unsigned_stand) == TxStatus::kPossessionNotProved);
  CHECK(run(make_stand(world.state.chain(), world.node(3).address(), key)) == TxStatus::kPossessionNotProved);
  CHECK(run(make_stand(ChainId{{1}}, node.address(), key)) == TxStatus::kPossessionNotProved);
  Stand other_key{test_signing_key("another").public_key(), good.possession};
  CHECK(run(other_key) == TxStatus::kPossessionNotProved);
  CHECK_FALSE(world.state.candidate(node.address()));
  CHECK(run(good) == TxStatus::kSuccess);
}

TEST_CASE("votes for one who resigned count again when it stands again") {
  World world;
  Address node = world.node(0).address();
  const SigningKey& key = world.made.validators[0].consensus;
  REQUIRE(world.run(world.doctor, stake(600)) == TxStatus::kSuccess);
  REQUIRE(world.run(world.doctor, vote({node})) == TxStatus::kSuccess);
  CHECK(world.run(world.node(0), resign()) == TxStatus::kSuccess);
  CHECK_FALSE(world.state.candidate(node));
  CHECK(world.state.candidates().size() == 3);
  CHECK(world.run(world.nurse, vote({node})) == TxStatus::kUnknownCandidate);
  CHECK(world.run(world.doctor, stake(400)) == TxStatus::kSuccess);
  CHECK(world.run(world.doctor, unstake(50)) == TxStatus::kSuccess);
  CHECK(world.run(world.node(0), stand(world, world.node(0), key)) == TxStatus::kSuccess);
  CHECK(votes(world, world.node(0)) == Tokens{1'000'950});
  CHECK(world.run(world.node(0), resign()) == TxStatus::kSuccess);
  CHECK(world.run(world.doctor, vote({})) == TxStatus::kSuccess);
  CHECK(world.run(world.node(0), stand(world, world.node(0), key)) == TxStatus::kSuccess);
  CHECK(votes(world, world.node(0)) == Tokens{1'000'000});
}

TEST_CASE("unstaked tokens return with the first block of their epoch, not before") {
  World world;  // epochs of 10 blocks, unbonding for 2
  REQUIRE(world.run(world.doctor, stake(5'000)) == TxStatus::kSuccess);
  world.blocks_until(Height{8});
  REQUIRE(world.run(world.doctor, unstake(1'000)) == TxStatus::kSuccess);  // block 9, epoch 0
  REQUIRE(world.run(world.doctor, unstake(700)) == TxStatus::kSuccess);    // block 10, epoch 1
  REQUIRE(world.run(world.doctor, unstake(30)) == TxStatus::kSuccess);
  REQUIRE(world.run(world.nurse, stake(100)) == TxStatus::kSuccess);
  REQUIRE(world.run(world.nurse, unstake(100)) == TxStatus::kSuccess);
  auto account = world.account(world.doctor);
  CHECK(account.stake == Tokens{3'270});
  CHECK(account.balance == Tokens{5'000});
  REQUIRE(account.unbonding.size() == 2);
  CHECK(account.unbonding[0].release == Epoch{2});
  CHECK(account.unbonding[0].amount == Tokens{1'000});
  CHECK(account.unbonding[1].release == Epoch{3});
  CHECK(account.unbonding[1].amount == Tokens{730});
  world.blocks_until(Height{19});
  CHECK(world.account(world.doctor).balance == Tokens{5'000});
  world.blocks_until(Height{20});
  CHECK(world.account(world.doctor).balance == Tokens{6'000});
  world.blocks_until(Height{29});
  CHECK(world.account(world.doctor).balance == Tokens{6'000});
  CHECK(world.account(world.nurse).balance == Tokens{9'900});
  world.blocks_until(Height{30});
  CHECK(world.account(world.doctor).balance == Tokens{6'730});
  CHECK(world.account(world.nurse).balance == Tokens{10'000});
  CHECK(world.account(world.doctor).unbonding.empty());
}

TEST_CASE("the lists of releases are gone once they are done") {
  World world;
  auto keys = [&] {
    std::size_t count = 0;
    world.state.for_each([&](const StateKey&, const Bytes&) { ++count; });
    return count;
  };
  for (const KeyPair* who : {&world.doctor, &world.nurse, &world.patient}) {
    REQUIRE(world.run(*who, stake(100)) == TxStatus::kSuccess);
  }
  std::size_t before = keys();
  for (const KeyPair* who : {&world.doctor, &world.nurse, &world.patient}) {
    REQUIRE(world.run(*who, unstake(100)) == TxStatus::kSuccess);
  }
  CHECK(keys() == before + 1 + 3);  // a head, and a link for each account
  world.blocks_until(Height{20});
  CHECK(keys() == before);
}

TEST_CASE("an account has at most kMaxUnbondings entries, one for each epoch") {
  Parameters parameters = small_parameters();
  parameters.epoch_heights = 1;
  parameters.unbonding_epochs = 1'000;
  World world(parameters);
  REQUIRE(world.run(world.doctor, stake(1'000)) == TxStatus::kSuccess);
  auto one = [&] { return world.make(world.doctor, unstake(1)); };
  for (std::size_t i = 0; i < limits::kMaxUnbondings; ++i) {
    CHECK(world.block({one(), one()}) == std::vector{TxStatus::kSuccess, TxStatus::kSuccess});
  }
  CHECK(world.run(world.doctor, unstake(1)) == TxStatus::kTooManyUnbondings);
  CHECK(world.account(world.doctor).unbonding.size() == limits::kMaxUnbondings);
}

TEST_CASE("suspending a validator ends its candidacy") {
  World world;
  REQUIRE(world.run(world.institution(1), RegistryBody{Suspend{world.node(1).address()}}) == TxStatus::kSuccess);
  CHECK_FALSE(world.state.candidate(world.node(1).address()));
  REQUIRE(world.run(world.institution(1), RegistryBody{Reinstate{world.node(1).address()}}) == TxStatus::kSuccess);
  CHECK_FALSE(world.state.candidate(world.node(1).address()));
  CHECK(world.run(world.node(1), stand(world, world.node(1), world.made.validators[1].consensus)) ==
        TxStatus::kSuccess);
  CHECK(votes(world, world.node(1)) == Tokens{999'999});
}

TEST_CASE("a validator that finds all places taken does not stand, and claims no key") {
  TestGenesis made = make_test_genesis(limits::kMaxCandidates + 1, limits::kMaxCandidates, small_parameters());
  State state = genesis_state(made.genesis);
  REQUIRE(state.candidates().size() == limits::kMaxCandidates);
  const TestValidator& last = made.validators.back();
  SignedTransaction content;
  content.transaction = {state.chain(), last.node.address(), Height{5}, 1,
                         stand_body(state.chain(), last.node, last.consensus)};
  content.key = last.node.signing.public_key();
  std::vector<TxPtr> block{make_transaction(content)};
  BlockContext context;
  context.height = Height{1};
  auto execution = state.execute(context, block);
  REQUIRE(execution);
  CHECK(execution->receipts[0].status == TxStatus::kTooManyCandidates);
  CHECK(execution->changes.empty());
  CHECK(execution->state_root == state.root());
}
