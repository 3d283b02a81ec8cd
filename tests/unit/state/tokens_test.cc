#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Body transfer(const KeyPair& to, std::uint64_t amount) { return TokensBody{Transfer{to.address(), Tokens{amount}}}; }

}  // namespace

TEST_CASE("a transfer moves tokens and changes nobody else") {
  World world;
  Tokens total = world.state.total_tokens();
  CHECK(world.run(world.doctor, transfer(world.nurse, 400)) == TxStatus::kSuccess);
  CHECK(world.account(world.doctor).balance == Tokens{9'600});
  CHECK(world.account(world.nurse).balance == Tokens{10'400});
  CHECK(world.account(world.patient).balance == Tokens{10'000});
  CHECK(world.run(world.doctor, transfer(world.nurse, 9'600)) == TxStatus::kSuccess);
  CHECK(world.account(world.doctor).balance == Tokens{0});
  CHECK(world.state.total_tokens() == total);
}

TEST_CASE("transfers that are refused say why and change nothing") {
  World world;
  auto refused = [&](const KeyPair& sender, Body body) {
    Hash before = world.state.root();
    TxStatus status = world.run(sender, std::move(body));
    CHECK(world.state.root() == before);
    return status;
  };
  CHECK(refused(world.doctor, transfer(world.nurse, 0)) == TxStatus::kAmountZero);
  CHECK(refused(world.doctor, transfer(world.stranger, 1)) == TxStatus::kUnknownParticipant);
  CHECK(refused(world.doctor, transfer(world.nurse, 10'001)) == TxStatus::kInsufficientBalance);
  CHECK(refused(world.doctor, transfer(world.nurse, UINT64_MAX)) == TxStatus::kInsufficientBalance);
  CHECK(refused(world.doctor, transfer(world.doctor, 10'001)) == TxStatus::kInsufficientBalance);
  REQUIRE(world.run(world.institution(0), RegistryBody{Suspend{world.nurse.address()}}) == TxStatus::kSuccess);
  CHECK(refused(world.doctor, transfer(world.nurse, 1)) == TxStatus::kParticipantSuspended);
}

TEST_CASE("a transfer to oneself is harmless") {
  World world;
  Hash before = world.state.root();
  CHECK(world.run(world.doctor, transfer(world.doctor, 10'000)) == TxStatus::kSuccess);
  CHECK(world.state.root() == before);
}

TEST_CASE("staked and unbonding tokens cannot be transferred") {
  World world;
  REQUIRE(world.run(world.doctor, StakeBody{Stake{Tokens{9'000}}}) == TxStatus::kSuccess);
  CHECK(world.run(world.doctor, transfer(world.nurse, 1'001)) == TxStatus::kInsufficientBalance);
  REQUIRE(world.run(world.doctor, StakeBody{Unstake{Tokens{9'000}}}) == TxStatus::kSuccess);
  CHECK(world.run(world.doctor, transfer(world.nurse, 1'001)) == TxStatus::kInsufficientBalance);
  CHECK(world.run(world.doctor, transfer(world.nurse, 1'000)) == TxStatus::kSuccess);
}
