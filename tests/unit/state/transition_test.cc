#include <algorithm>

#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Body transfer(const KeyPair& to, std::uint64_t amount) { return TokensBody{Transfer{to.address(), Tokens{amount}}}; }

std::map<StateKey, std::optional<Bytes>> everything(const State& state) {
  std::map<StateKey, std::optional<Bytes>> all;
  state.for_each([&](const StateKey& key, const Bytes& value) { all.emplace(key, value); });
  return all;
}

}  // namespace

TEST_CASE("executing leaves the state as it is; applying brings exactly what execution told") {
  World world;
  auto before = everything(world.state);
  Hash root = world.state.root();
  Execution execution = world.execute(
      {world.make(world.doctor, transfer(world.nurse, 7)), world.make(world.nurse, StakeBody{Stake{Tokens{10'007}}})});
  CHECK(world.state.root() == root);
  CHECK(everything(world.state) == before);
  CHECK(world.state.height() == Height{0});
  CHECK(execution.height == Height{1});
  CHECK(execution.state_root != root);
  CHECK(execution.receipts_root == receipts_root(execution.receipts));

  auto expected = before;
  for (const auto& [key, value] : execution.changes) expected[key] = value;
  Hash new_root = execution.state_root;
  world.state.apply(std::move(execution));
  CHECK(world.state.root() == new_root);
  CHECK(world.state.height() == Height{1});
  CHECK(everything(world.state) == expected);
}

TEST_CASE("several proposals are executed on one parent, and any of them applied") {
  World world;
  World twin;
  auto a = world.make(world.doctor, transfer(world.nurse, 1));
  auto b = world.make(world.doctor, transfer(world.nurse, 2));
  Execution first = world.execute({a});
  Execution second = world.execute({b, a});
  Execution third = world.execute({a});
  CHECK(first.state_root == third.state_root);
  CHECK(first.state_root != second.state_root);
  Hash expected = second.state_root;
  world.state.apply(std::move(second));
  CHECK(world.state.root() == expected);
  twin.block({b, a});
  CHECK(twin.state.root() == expected);
}

TEST_CASE("a failed transaction has a receipt and no effect, whatever it wrote before it failed") {
  World world;
  World twin;
  // Votes move one candidate after the other: the unknown one comes last, or the duplicates are found late.
  std::vector<TxPtr> failing{
      world.make(world.doctor, transfer(world.nurse, 10'001)),
      world.make(world.node(0), StakeBody{Vote{{world.node(1).address(), world.node(4).address()}}}),
      world.make(world.node(0), StakeBody{Unstake{Tokens{2'000'000}}}),
  };
  auto good = world.make(world.doctor, transfer(world.nurse, 10'000));
  auto statuses = world.block({failing[0], good, failing[1], failing[2]});
  CHECK(statuses == std::vector{TxStatus::kInsufficientBalance, TxStatus::kSuccess, TxStatus::kUnknownCandidate,
                                TxStatus::kInsufficientStake});
  twin.block({good});
  CHECK(everything(world.state) == everything(twin.state));
  CHECK(world.state.root() == twin.state.root());
}

TEST_CASE("a sender suspended or given new keys earlier in the block fails, and does not spoil the block") {
  World world;
  const KeyPair& hospital = world.institution(0);
  auto statuses = world.block({
      world.make(world.doctor, transfer(world.nurse, 1)),
      world.make(hospital, RegistryBody{Suspend{world.doctor.address()}}),
      world.make(world.doctor, transfer(world.nurse, 2)),
      world.make(world.patient, RegistryBody{RotateKeys{test_keys("fresh").public_keys()}}),
      world.make(world.patient, transfer(world.nurse, 4)),
  });
  CHECK(statuses == std::vector{TxStatus::kSuccess, TxStatus::kSuccess, TxStatus::kParticipantSuspended,
                                TxStatus::kSuccess, TxStatus::kNotAllowed});
  CHECK(world.account(world.nurse).balance == Tokens{10'001});
}

TEST_CASE("one registered in a block sends from the next on") {
  World world;
  auto admit =
      world.make(world.institution(0), RegistryBody{Register{world.stranger.public_keys(), Role::kPatient, ""}});
  auto first = world.make(world.stranger, StakeBody{Vote{}});
  std::vector<TxPtr> block{admit, first};
  CHECK_FALSE(world.state.execute(world.next(), block));
  world.block({admit});
  CHECK(world.block({first}) == std::vector{TxStatus::kSuccess});
}

TEST_CASE("the same blocks give the same roots, receipts and changes") {
  auto history = [](std::vector<Hash>& roots) {
    World world;
    std::mt19937_64 random(11);
    std::vector<const KeyPair*> people{&world.doctor, &world.nurse, &world.patient, &world.node(0), &world.node(4)};
    for (int i = 0; i < 40; ++i) {
      std::vector<TxPtr> transactions;
      for (int j = 0; j < 8; ++j) {
        const KeyPair& from = *people[random() % people.size()];
        const KeyPair& to = *people[random() % people.size()];
        switch (random() % 3) {
          case 0: transactions.push_back(world.make(from, transfer(to, random() % 3'000))); break;
          case 1: transactions.push_back(world.make(from, StakeBody{Stake{Tokens{random() % 3'000}}})); break;
          default: transactions.push_back(world.make(from, StakeBody{Unstake{Tokens{random() % 3'000}}}));
        }
      }
      BlockContext context = world.next();
      context.ends_round = i % 4 == 3;
      Execution execution = world.execute(context, transactions);
      roots.push_back(execution.state_root);
      roots.push_back(execution.receipts_root);
      world.state.apply(std::move(execution));
    }
  };
  std::vector<Hash> once, again;
  history(once);
  history(again);
  CHECK(once == again);
}

TEST_CASE("the order in which independent keys entered leaves no trace") {
  std::vector<Hash> roots;
  std::vector<std::vector<StateKey>> keys;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    World world;
    std::vector<TxPtr> admissions;
    for (int i = 0; i < 50; ++i) {
      auto newcomer = test_keys("newcomer " + std::to_string(i));
      admissions.push_back(
          world.make(world.institution(0), RegistryBody{Register{newcomer.public_keys(), Role::kDevice, "d"}}));
    }
    std::mt19937_64 random(seed);
    std::shuffle(admissions.begin(), admissions.end(), random);
    for (TxStatus status : world.block(admissions)) CHECK(status == TxStatus::kSuccess);
    roots.push_back(world.state.root());
    keys.emplace_back();
    world.state.for_each([&](const StateKey& key, const Bytes&) { keys.back().push_back(key); });
    CHECK(std::is_sorted(keys.back().begin(), keys.back().end()));
  }
  for (const Hash& root : roots) CHECK(root == roots[0]);
  for (const auto& order : keys) CHECK(order == keys[0]);
}

TEST_CASE("a genesis that does not pass its checks gives no state") {
  People people;
  people.made.genesis.participants.push_back(people.made.genesis.participants[0]);
  CHECK_FALSE(State::from_genesis(people.made.genesis));
}
