#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Body nothing_much() { return StakeBody{Vote{}}; }

std::string why(const World& world, const TxPtr& transaction) {
  auto result = world.state.admissible(*transaction);
  if (result) return "admissible";
  CHECK(result.error().code() == ErrorCode::kInadmissible);
  // The block that contains it is refused for the same reason, naming its place; a producer leaves it out.
  std::vector<TxPtr> block{transaction};
  auto execution = world.state.execute(world.next(), block);
  REQUIRE_FALSE(execution);
  CHECK(execution.error().code() == ErrorCode::kInadmissible);
  std::vector<TxId> rejected;
  CHECK(world.state.execute_admissible(world.next(), block, rejected).receipts.empty());
  CHECK(rejected == std::vector{transaction->id});
  std::string place = "transaction 0 (" + transaction->id.hex().substr(0, 12) + "...): ";
  CHECK(execution.error().message() == place + result.error().message());
  return result.error().message();
}

bool begins(const std::string& text, std::string_view with) { return text.starts_with(with); }

}  // namespace

TEST_CASE("a transaction is valid up to its own block and the window after the next") {
  World world;  // a window of 20 blocks
  world.blocks_until(Height{9});
  auto until = [&](std::uint64_t height) {
    return world.make(world.doctor.address(), world.doctor.signing.public_key(), nothing_much(), Height{height});
  };
  CHECK(why(world, until(9)) == "expired: valid until 9, the block is 10");
  CHECK(why(world, until(10)) == "admissible");
  CHECK(why(world, until(30)) == "admissible");
  CHECK(why(world, until(31)) == "valid for too long: until 31, block 10 accepts at most 30");
  CHECK(begins(why(world, until(0)), "expired"));
  CHECK(begins(why(world, until(UINT64_MAX)), "valid for too long"));
}

TEST_CASE("a transaction is refused as repeated for as long as it is valid, then as expired") {
  World world;
  auto transaction =
      world.make(world.doctor.address(), world.doctor.signing.public_key(), nothing_much(), Height{1 + 20});
  world.block({transaction});
  while (world.state.height() < Height{20}) {
    CHECK(why(world, transaction) == "repeated: it is in block 1 already");
    world.block();
  }
  CHECK(why(world, transaction) == "repeated: it is in block 1 already");  // for block 21, the last it is valid for
  world.block();
  CHECK(begins(why(world, transaction), "expired"));
}

TEST_CASE("a failed transaction counts as seen too") {
  World world;
  auto transaction = world.make(world.doctor, StakeBody{Unstake{Tokens{1}}});
  CHECK(world.block({transaction}) == std::vector{TxStatus::kInsufficientStake});
  CHECK(begins(why(world, transaction), "repeated"));
}

TEST_CASE("the rules of admission, one by one") {
  World world;
  Height until{10};
  auto key = world.doctor.signing.public_key();
  auto another_chain = [&] {
    SignedTransaction content;
    content.transaction = {ChainId{hash_of("another").bytes}, world.doctor.address(), until, 1, nothing_much()};
    content.key = key;
    return make_transaction(content);
  };
  CHECK(begins(why(world, another_chain()), "made for the chain "));
  auto unregistered = world.make(world.stranger, nothing_much());
  CHECK(why(world, unregistered) == "the sender is not registered");
  auto foreign_key = world.make(world.doctor.address(), world.nurse.signing.public_key(), nothing_much(), until);
  CHECK(why(world, foreign_key) == "signed with a key that is not the sender's current one");
  world.run(world.institution(0), RegistryBody{Suspend{world.doctor.address()}});
  CHECK(why(world, world.make(world.doctor, nothing_much())) == "the sender is suspended");
}

TEST_CASE("a block's first inadmissible transaction is named; a producer executes the others") {
  World world;
  auto good = world.make(world.doctor, nothing_much());
  auto bad = world.make(world.stranger, nothing_much());
  auto last = world.make(world.nurse, nothing_much());
  std::vector<TxPtr> block{good, bad, last};
  auto execution = world.state.execute(world.next(), block);
  REQUIRE_FALSE(execution);
  CHECK(begins(execution.error().message(), "transaction 1 (" + bad->id.hex().substr(0, 12)));
  std::vector<TxId> rejected;
  Execution without = world.state.execute_admissible(world.next(), block, rejected);
  CHECK(rejected == std::vector{bad->id});
  CHECK(block == std::vector{good, last});
  auto same = world.state.execute(world.next(), block);
  REQUIRE(same);
  CHECK(same->state_root == without.state_root);
  CHECK(same->receipts_root == without.receipts_root);
}

TEST_CASE("a transaction that comes twice in one block makes it invalid") {
  World world;
  auto transaction = world.make(world.doctor, nothing_much());
  std::vector<TxPtr> block{transaction, world.make(world.nurse, nothing_much()), transaction};
  auto execution = world.state.execute(world.next(), block);
  REQUIRE_FALSE(execution);
  CHECK(execution.error().code() == ErrorCode::kInadmissible);
  CHECK(begins(execution.error().message(), "transaction 2 "));
  CHECK(execution.error().message().ends_with("repeated: it is in this block already"));
  // Its id had not been seen by the state, and is not now.
  CHECK(world.state.admissible(*transaction));
}
