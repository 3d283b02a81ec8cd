#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct Rounds : World {
  std::vector<std::uint32_t> left() const {
    std::vector<std::uint32_t> all;
    for (std::size_t i = 0; i < 4; ++i) all.push_back(state.candidate(node(i).address())->pass_over_rounds);
    return all;
  }
  void block(std::vector<std::size_t> missed, bool ends_round) {
    BlockContext context = next();
    for (std::size_t i : missed) context.missed_turns.push_back(node(i).address());
    context.ends_round = ends_round;
    World::block(context, {});
  }
};

using Left = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a missed turn costs three rounds, more on top of each other cost more") {
  Rounds rounds;
  rounds.block({1}, false);
  CHECK(rounds.left() == Left{0, 4, 0, 0});
  rounds.block({}, false);
  CHECK(rounds.left() == Left{0, 4, 0, 0});
  rounds.block({2}, true);  // in the round's last block: counted, then counted down
  CHECK(rounds.left() == Left{0, 3, 3, 0});
  rounds.block({2, 2, 2}, true);  // once in a block
  CHECK(rounds.left() == Left{0, 2, 9, 0});
  rounds.block({2}, false);
  rounds.block({2}, false);
  CHECK(rounds.left() == Left{0, 2, 32, 0});
  for (int i = 0; i < 40; ++i) rounds.block({}, true);
  CHECK(rounds.left() == Left{0, 0, 0, 0});
}

TEST_CASE("turns missed by those who do not stand, or are not known, are ignored") {
  Rounds rounds;
  Hash before = rounds.state.root();
  BlockContext context = rounds.next();
  context.missed_turns = {rounds.node(4).address(), rounds.stranger.address()};
  rounds.World::block(context, {});
  CHECK(rounds.state.root() == before);
}

TEST_CASE("the last block of a round, and no other, hands over the standings after it") {
  World world;
  auto resign = world.make(world.node(3), StakeBody{Resign{}});
  CHECK(world.execute({resign}).candidates.empty());
  BlockContext context = world.next();
  context.ends_round = true;
  context.missed_turns = {world.node(0).address()};
  Execution execution = world.execute(context, {resign});
  CHECK(execution.candidates.size() == 3);
  CHECK(execution.candidates.at(world.node(0).address()).pass_over_rounds == 3);
  auto handed_over = execution.candidates;
  world.state.apply(std::move(execution));
  for (const auto& [address, candidate] : world.state.candidates()) {
    CHECK(bcs::encode(candidate) == bcs::encode(handed_over.at(address)));
  }
  CHECK(world.state.candidates().size() == 3);
}
