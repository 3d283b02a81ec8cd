#include "overlay.h"

#include "candidates.h"
#include "contracts.h"
#include "participants.h"
#include "state_keys.h"
#include "support/catch.h"
#include "unbonding.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

constexpr Tokens kNearMost{UINT64_MAX - 1};

StateKey key(std::string_view name) { return {Contract::kTokens, KeyBytes(view(name))}; }

state::Contracts contracts_with(StateChanges changes) {
  state::Contracts contracts;
  auto staged = state::stage(contracts, changes);
  state::merge(contracts, std::move(changes), std::move(staged));
  return contracts;
}

}  // namespace

TEST_CASE("undo takes back what was written since the last keep, and nothing before") {
  auto base = contracts_with({{key("a"), bcs::encode(std::uint64_t{1})}, {key("b"), bcs::encode(std::uint64_t{2})}});
  state::Overlay overlay(base);
  overlay.write(key("a"), std::uint64_t{10});
  overlay.keep();
  overlay.write(key("a"), std::uint64_t{11});
  overlay.write(key("a"), std::uint64_t{12});
  overlay.remove(key("b"));
  overlay.write(key("c"), std::uint64_t{13});
  overlay.remove(key("c"));
  overlay.write(key("c"), std::uint64_t{14});
  overlay.undo();
  CHECK(overlay.read<std::uint64_t>(key("a")) == 10);
  CHECK(overlay.read<std::uint64_t>(key("b")) == 2);
  CHECK_FALSE(overlay.has(key("c")));
  CHECK(overlay.take_changes() == StateChanges{{key("a"), bcs::encode(std::uint64_t{10})}});
}

TEST_CASE("changes hold only what differs from the base") {
  auto base = contracts_with({{key("a"), bcs::encode(std::uint64_t{1})}, {key("b"), bcs::encode(std::uint64_t{2})}});
  state::Overlay overlay(base);
  overlay.write(key("a"), std::uint64_t{5});
  overlay.write(key("a"), std::uint64_t{1});
  overlay.remove(key("absent"));
  overlay.write(key("gone"), std::uint64_t{3});
  overlay.remove(key("gone"));
  overlay.remove(key("b"));
  CHECK(overlay.take_changes() == StateChanges{{key("b"), std::nullopt}});
}

TEST_CASE("what is read of a registered participant alone is what its whole value holds") {
  People people;
  state::Contracts contracts;
  state::Overlay overlay(contracts);
  for (const KeyPair* keys : {&people.doctor, &people.nurse}) {
    const Participant participant{
        Role::kClinician, keys == &people.nurse, people.doctor.address(), keys->public_keys(), "a label", Height{7}};
    state::enter_participant(overlay, keys->address(), participant, Tokens{1});
    auto registered = overlay.registered(keys->address());
    REQUIRE(registered);
    CHECK(registered->role == participant.role);
    CHECK(registered->suspended == participant.suspended);
    CHECK(registered->institution == participant.institution);
    CHECK(registered->keys.signing == participant.keys.signing);
  }
  CHECK_FALSE(overlay.registered(Address{}));
}

TEST_CASE("keys looked up together have the values of keys looked up alone") {
  state::Contracts contracts;
  StateChanges stored;
  for (std::uint8_t i = 0; i < 100; i += 2)
    stored.emplace_back(StateKey{Contract::kTokens, KeyBytes(Bytes{i})}, Bytes{i});
  state::merge(contracts, stored, state::stage(contracts, stored));
  state::Overlay overlay(contracts);
  overlay.write(StateKey{Contract::kTokens, KeyBytes(Bytes{4})}, std::uint8_t{99});
  std::vector<StateKey> keys;
  for (std::uint8_t i = 0; i < 100; ++i) keys.push_back({Contract::kTokens, KeyBytes(Bytes{i})});
  overlay.look_up(keys);
  for (std::uint8_t i = 0; i < 100; ++i) {
    auto value = overlay.read<std::uint8_t>(keys[i]);
    REQUIRE(value.has_value() == (i % 2 == 0));
    if (value) CHECK(*value == (i == 4 ? 99 : i));
  }
}

// Conservation keeps sums far below 2^64, so only a state that could not come about shows what the checks do.
TEST_CASE("sums that do not fit are kOverflow") {
  People people;
  auto parameters = people.made.genesis.parameters;
  state::Contracts contracts;
  state::Overlay overlay(contracts);
  auto enter = [&](const KeyPair& keys, Tokens balance) {
    Participant participant;
    participant.keys = keys.public_keys();
    state::enter_participant(overlay, keys.address(), participant, balance);
    return *overlay.registered(keys.address());
  };
  const state::Registered sender = enter(people.doctor, kNearMost);
  enter(people.nurse, kNearMost);
  overlay.keep();
  ChainId chain;
  ParsedTransaction parsed;
  state::Context context{overlay, parameters, chain, real_signatures(), Height{1}, parsed, sender};
  auto run = [&](Body body) {
    Transaction transaction{chain, people.doctor.address(), Height{1}, 0, std::move(body)};
    return state::execute_body(context, transaction);
  };
  CHECK(run(TokensBody{Transfer{people.nurse.address(), Tokens{2}}}) == TxStatus::kOverflow);

  auto account = overlay.expect<Account>(state_key::account(people.doctor.address()));
  account.stake = kNearMost;
  overlay.write(state_key::account(people.doctor.address()), account);
  CHECK(run(StakeBody{Stake{Tokens{2}}}) == TxStatus::kOverflow);
  context.height = Height{UINT64_MAX};
  parameters.epoch_heights = 1;
  CHECK(run(StakeBody{Unstake{Tokens{1}}}) == TxStatus::kOverflow);

  account.unbonding = {{Epoch{7}, kNearMost}};
  CHECK(state::add_unbonding(overlay, people.doctor.address(), account, Epoch{7}, Tokens{2}) == TxStatus::kOverflow);
  std::vector<Address> votes{people.nurse.address()};
  CHECK(state::add_votes(overlay, votes, kNearMost) == TxStatus::kSuccess);
  CHECK(state::add_votes(overlay, votes, Tokens{2}) == TxStatus::kOverflow);
  CHECK(state::remove_votes(overlay, votes, kNearMost) == TxStatus::kSuccess);
  CHECK(state::remove_votes(overlay, votes, Tokens{1}) == TxStatus::kOverflow);
  CHECK_FALSE(overlay.has(state_key::tally(people.nurse.address())));
}

TEST_CASE("at most kMaxCandidates stand, and one who leaves makes room") {
  state::Contracts contracts;
  state::Overlay overlay(contracts);
  auto validator = [](std::size_t i) { return Address{{sha256(view("validator " + std::to_string(i))).bytes}}; };
  auto stand = [&](std::size_t i) {
    return state::stand(overlay, validator(i), validator(0),
                        test_signing_key("consensus " + std::to_string(i)).public_key());
  };
  for (std::size_t i = 0; i < limits::kMaxCandidates; ++i) REQUIRE(stand(i) == TxStatus::kSuccess);
  CHECK(stand(limits::kMaxCandidates) == TxStatus::kTooManyCandidates);
  CHECK(stand(3) == TxStatus::kSuccess);
  CHECK(state::end_candidacy(overlay, validator(3)));
  CHECK_FALSE(state::end_candidacy(overlay, validator(3)));
  CHECK(stand(limits::kMaxCandidates) == TxStatus::kSuccess);
  CHECK(state::standing_candidates(overlay).size() == limits::kMaxCandidates);
}
