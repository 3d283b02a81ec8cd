// Random histories of tokens, stakes, votes and candidacies against a twin that keeps no tally and no lists: it
// computes everything again from plain maps.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct TwinAccount {
  std::uint64_t balance = 0;
  std::uint64_t stake = 0;
  std::set<Address> votes;
  std::map<std::uint64_t, std::uint64_t> unbonding;  // by epoch
  bool suspended = false;
};

struct TwinCandidate {
  SigningPublicKey key;
  std::uint32_t pass_over = 0;
};

struct Twin {
  std::map<Address, TwinAccount> accounts;
  std::map<Address, TwinCandidate> standing;
  std::map<SigningPublicKey, Address> consensus_keys;
  std::map<Address, SigningPublicKey> current_keys;
  std::set<Address> barred;
  std::uint64_t slashed = 0;
  std::set<Address> validators;
  Address institution;
  std::uint64_t height = 0;

  std::uint64_t votes_of(const Address& candidate) const {
    std::uint64_t votes = 0;
    for (const auto& [address, account] : accounts) {
      if (account.votes.contains(candidate)) votes += account.stake;
    }
    return votes;
  }

  void begin_block(const BlockContext& context) {
    height = context.height.value;
    std::set<Address> missed(context.missed_turns.begin(), context.missed_turns.end());
    for (auto& [address, candidate] : standing) {
      if (missed.contains(address)) candidate.pass_over = std::min(2 * candidate.pass_over + 4, 32u);
    }
    if (height % 10 != 0) return;
    for (auto& [address, account] : accounts) {
      account.balance += account.unbonding[height / 10];
      account.unbonding.erase(height / 10);
    }
  }
  void end_block(const BlockContext& context) {
    if (!context.ends_round) return;
    for (auto& [address, candidate] : standing) {
      if (candidate.pass_over > 0) --candidate.pass_over;
    }
  }

  TxStatus run(const Address& sender, const Body& body) {
    if (accounts.at(sender).suspended) return TxStatus::kParticipantSuspended;
    return std::visit(
        [&](const auto& contract) {
          return std::visit([&](const auto& action) { return run(accounts.at(sender), sender, action); }, contract);
        },
        body);
  }

  TxStatus run(TwinAccount& from, const Address&, const Transfer& transfer) {
    if (transfer.amount.value == 0) return TxStatus::kAmountZero;
    if (!accounts.contains(transfer.to)) return TxStatus::kUnknownParticipant;
    if (accounts.at(transfer.to).suspended) return TxStatus::kParticipantSuspended;
    if (transfer.amount.value > from.balance) return TxStatus::kInsufficientBalance;
    from.balance -= transfer.amount.value;
    accounts.at(transfer.to).balance += transfer.amount.value;
    return TxStatus::kSuccess;
  }
  TxStatus run(TwinAccount& from, const Address&, const Stake& stake) {
    if (stake.amount.value == 0) return TxStatus::kAmountZero;
    if (stake.amount.value > from.balance) return TxStatus::kInsufficientBalance;
    from.balance -= stake.amount.value;
    from.stake += stake.amount.value;
    return TxStatus::kSuccess;
  }
  TxStatus run(TwinAccount& from, const Address&, const Unstake& unstake) {
    if (unstake.amount.value == 0) return TxStatus::kAmountZero;
    if (unstake.amount.value > from.stake) return TxStatus::kInsufficientStake;
    from.stake -= unstake.amount.value;
    from.unbonding[height / 10 + 2] += unstake.amount.value;
    return TxStatus::kSuccess;
  }
  TxStatus run(TwinAccount& from, const Address&, const Vote& vote) {
    std::set<Address> votes(vote.candidates.begin(), vote.candidates.end());
    if (votes.size() != vote.candidates.size()) return TxStatus::kDuplicate;
    for (const Address& address : votes) {
      if (!standing.contains(address)) return TxStatus::kUnknownCandidate;
    }
    from.votes = votes;
    return TxStatus::kSuccess;
  }
  TxStatus run(TwinAccount&, const Address& sender, const Stand& stand) {
    if (!validators.contains(sender)) return TxStatus::kNotAllowed;
    if (barred.contains(sender)) return TxStatus::kBarred;
    auto owner = consensus_keys.find(stand.consensus_key);
    if (owner != consensus_keys.end()) {
      if (owner->second != sender) return TxStatus::kConsensusKeyInUse;
      if (current_keys.at(sender) != stand.consensus_key) return TxStatus::kConsensusKeyRetired;
    }
    if (stand.possession == Signature{}) return TxStatus::kPossessionNotProved;
    consensus_keys[stand.consensus_key] = sender;
    current_keys[sender] = stand.consensus_key;
    standing[sender] = {stand.consensus_key, 0};
    return TxStatus::kSuccess;
  }
  TxStatus run(TwinAccount&, const Address&, const ReportDoubleVote& report) {
    auto owner = consensus_keys.find(report.consensus_key);
    if (owner == consensus_keys.end()) return TxStatus::kUnknownConsensusKey;
    if (!barred.insert(owner->second).second) return TxStatus::kBarred;
    TwinAccount& offender = accounts.at(owner->second);
    slashed += std::exchange(offender.stake, 0);
    for (auto& [epoch, amount] : offender.unbonding) slashed += std::exchange(amount, 0);
    standing.erase(owner->second);
    return TxStatus::kSuccess;
  }
  TxStatus run(TwinAccount&, const Address& sender, const Resign&) {
    if (!validators.contains(sender)) return TxStatus::kNotAllowed;
    return standing.erase(sender) > 0 ? TxStatus::kSuccess : TxStatus::kNotCandidate;
  }
  TxStatus run(TwinAccount&, const Address&, const Suspend& suspend) {
    if (accounts.at(suspend.participant).suspended) return TxStatus::kParticipantSuspended;
    accounts.at(suspend.participant).suspended = true;
    standing.erase(suspend.participant);
    return TxStatus::kSuccess;
  }
  TxStatus run(TwinAccount&, const Address&, const Reinstate& reinstate) {
    if (!accounts.at(reinstate.participant).suspended) return TxStatus::kNotSuspended;
    accounts.at(reinstate.participant).suspended = false;
    return TxStatus::kSuccess;
  }
  template <class Other>
  TxStatus run(TwinAccount&, const Address&, const Other&) {
    FAIL("a request that this history does not make");
    return TxStatus::kSuccess;
  }
};

// One institution with six validators, of which four stand, and six others.
struct Histories {
  World world;
  Twin twin;
  std::vector<KeyPair> people;
  std::vector<SigningKey> keys;
  std::mt19937_64 random;
  std::set<TxStatus> seen;

  explicit Histories(std::uint64_t seed) : world(with_people()), random(seed) {
    for (const auto& entry : world.made.genesis.participants) {
      Address address = entry.keys.address();
      TwinAccount& account = twin.accounts[address];
      account.balance = entry.balance.value;
      account.stake = entry.stake.value;
      if (entry.role == Role::kValidator) twin.validators.insert(address);
      if (!entry.consensus_key) continue;
      account.votes = {address};
      twin.standing[address] = {*entry.consensus_key, 0};
      twin.consensus_keys[*entry.consensus_key] = address;
      twin.current_keys.emplace(address, *entry.consensus_key);
    }
    for (std::size_t i = 0; i < 4; ++i) keys.push_back(world.made.validators[i].consensus.clone());
    for (int i = 0; i < 8; ++i) keys.push_back(test_signing_key("spare " + std::to_string(i)));
    for (std::size_t i = 0; i < 5; ++i) people.push_back(world.node(i).clone());
    for (const KeyPair* keys : {&world.doctor, &world.nurse, &world.patient, &world.auditor}) {
      people.push_back(keys->clone());
    }
  }
  static Parameters with_people() { return small_parameters(); }

  const KeyPair& someone() { return people[random() % people.size()]; }
  Tokens amount() {
    switch (random() % 8) {
      case 0: return Tokens{0};
      case 1: return Tokens{UINT64_MAX - random() % 3};
      default: return Tokens{random() % 4'000};
    }
  }
  Body stand(const KeyPair& sender) {
    auto stand = make_stand(world.state.chain(), sender.address(), KeySigner(keys[random() % keys.size()].clone()));
    if (random() % 8 == 0) stand.possession = {};
    return StakeBody{stand};
  }
  Body request(const KeyPair& sender) {
    if (random() % 250 == 0) return StakeBody{double_vote(world.state.chain(), keys[random() % keys.size()])};
    switch (random() % 12) {
      case 0:
      case 1: return TokensBody{Transfer{someone().address(), amount()}};
      case 2: return TokensBody{Transfer{world.stranger.address(), amount()}};
      case 3:
      case 4: return StakeBody{Stake{amount()}};
      case 5:
      case 6: return StakeBody{Unstake{amount()}};
      case 7:
      case 8: {
        Vote vote;
        for (auto left = random() % 4; left > 0; --left) vote.candidates.push_back(world.node(random() % 5).address());
        return StakeBody{vote};
      }
      case 9:
      case 10: return stand(sender);
      default: return StakeBody{Resign{}};
    }
  }
  std::pair<TxPtr, Body> transaction() {
    if (random() % 10 == 0) {  // only those whom an institution of its own number registered
      std::size_t i = random() % 5;
      Address who = world.node(i).address();
      Body body = random() % 3 == 0 ? RegistryBody{Suspend{who}} : RegistryBody{Reinstate{who}};
      return {world.make(world.institution(i), body), body};
    }
    const KeyPair& sender = someone();
    Body body = request(sender);
    return {world.make(sender, body), body};
  }

  void block() {
    BlockContext context = world.next();
    context.ends_round = random() % 4 == 0;
    while (random() % 4 == 0) context.missed_turns.push_back(world.node(random() % 5).address());
    twin.begin_block(context);
    std::vector<TxPtr> transactions;
    std::vector<TxStatus> expected;
    for (auto left = random() % 12; left > 0; --left) {
      auto [transaction, body] = this->transaction();
      if (!world.state.admissible(*transaction)) continue;  // suspended before this block
      transactions.push_back(transaction);
      expected.push_back(twin.run(transaction->transaction().sender, body));
    }
    twin.end_block(context);
    REQUIRE(world.block(context, transactions) == expected);
    seen.insert(expected.begin(), expected.end());
  }

  void compare() const {
    for (const auto& [address, expected] : twin.accounts) {
      auto account = world.state.account(address);
      REQUIRE(account);
      REQUIRE(account->balance.value == expected.balance);
      REQUIRE(account->stake.value == expected.stake);
      REQUIRE(account->votes == std::vector<Address>(expected.votes.begin(), expected.votes.end()));
      std::map<std::uint64_t, std::uint64_t> unbonding;
      for (const auto& entry : account->unbonding) unbonding[entry.release.value] = entry.amount.value;
      REQUIRE(unbonding == expected.unbonding);
      REQUIRE(account->unbonding.size() == expected.unbonding.size());
    }
    REQUIRE(world.state.slashed().value == twin.slashed);
    for (const Address& validator : twin.validators) {
      REQUIRE(world.state.barred(validator).has_value() == twin.barred.contains(validator));
    }
    auto candidates = world.state.candidates();
    REQUIRE(candidates.size() == twin.standing.size());
    for (const auto& [address, expected] : twin.standing) {
      REQUIRE(candidates.contains(address));
      REQUIRE(candidates.at(address).votes.value == twin.votes_of(address));
      REQUIRE(candidates.at(address).consensus_key == expected.key);
      REQUIRE(candidates.at(address).pass_over_rounds == expected.pass_over);
    }
  }
};

}  // namespace

TEST_CASE("random histories agree with the naive twin, and tokens are conserved") {
  std::set<TxStatus> seen;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    Histories history(seed);
    Tokens total = history.world.state.total_tokens();
    for (int i = 0; i < 200; ++i) {
      history.block();
      history.compare();
      REQUIRE(history.world.state.total_tokens() == total);
    }
    seen.insert(history.seen.begin(), history.seen.end());
  }
  std::set<TxStatus> all{TxStatus::kSuccess,
                         TxStatus::kNotAllowed,
                         TxStatus::kInsufficientBalance,
                         TxStatus::kInsufficientStake,
                         TxStatus::kAmountZero,
                         TxStatus::kUnknownParticipant,
                         TxStatus::kParticipantSuspended,
                         TxStatus::kNotSuspended,
                         TxStatus::kUnknownCandidate,
                         TxStatus::kNotCandidate,
                         TxStatus::kDuplicate,
                         TxStatus::kConsensusKeyInUse,
                         TxStatus::kConsensusKeyRetired,
                         TxStatus::kPossessionNotProved,
                         TxStatus::kBarred,
                         TxStatus::kUnknownConsensusKey};
  CHECK(seen == all);
}
