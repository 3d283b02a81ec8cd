#include "candidates.h"

#include <algorithm>
#include <set>

#include "state_keys.h"

namespace medchain::state {
namespace {

using Change = std::optional<Tokens> (*)(Tokens, Tokens);

std::vector<Address> standing(const Overlay& state) {
  return state.read<std::vector<Address>>(state_key::standing()).value_or(std::vector<Address>{});
}

TxStatus change_votes(Overlay& state, const Address& address, Tokens amount, Change change) {
  if (auto candidate = state.read<Candidate>(state_key::candidate(address))) {
    auto votes = change(candidate->votes, amount);
    if (!votes) return TxStatus::kOverflow;
    candidate->votes = *votes;
    state.write(state_key::candidate(address), *candidate);
    return TxStatus::kSuccess;
  }
  auto votes = change(state.read<Tokens>(state_key::tally(address)).value_or(Tokens{0}), amount);
  if (!votes) return TxStatus::kOverflow;
  if (*votes == Tokens{0}) {
    state.remove(state_key::tally(address));
  } else {
    state.write(state_key::tally(address), *votes);
  }
  return TxStatus::kSuccess;
}

TxStatus change_all(Overlay& state, const std::vector<Address>& votes, Tokens amount, Change change) {
  if (amount == Tokens{0}) return TxStatus::kSuccess;
  for (const Address& address : votes) {
    TxStatus status = change_votes(state, address, amount, change);
    if (status != TxStatus::kSuccess) return status;
  }
  return TxStatus::kSuccess;
}

TxStatus enter(Overlay& state, const Address& validator, Candidate candidate) {
  auto all = standing(state);
  if (all.size() >= limits::kMaxCandidates) return TxStatus::kTooManyCandidates;
  all.insert(std::lower_bound(all.begin(), all.end(), validator), validator);
  state.write(state_key::standing(), all);
  candidate.votes = state.read<Tokens>(state_key::tally(validator)).value_or(Tokens{0});
  state.remove(state_key::tally(validator));
  state.write(state_key::candidate(validator), candidate);
  return TxStatus::kSuccess;
}

}  // namespace

TxStatus add_votes(Overlay& state, const std::vector<Address>& votes, Tokens amount) {
  return change_all(state, votes, amount, checked_add);
}

TxStatus remove_votes(Overlay& state, const std::vector<Address>& votes, Tokens amount) {
  return change_all(state, votes, amount, checked_sub);
}

TxStatus may_stand(const Overlay& state, const Address& validator, const SigningPublicKey& key) {
  if (key.algorithm != KeyAlgorithm::kEd25519 || !key.is_valid()) return TxStatus::kInvalidKeys;
  if (state.has(state_key::barred(validator))) return TxStatus::kBarred;
  auto owner = state.read<Address>(state_key::consensus_key(key));
  if (!owner) return TxStatus::kSuccess;
  if (*owner != validator) return TxStatus::kConsensusKeyInUse;
  auto current = state.expect<SigningPublicKey>(state_key::current_key(validator));
  return current == key ? TxStatus::kSuccess : TxStatus::kConsensusKeyRetired;
}

TxStatus stand(Overlay& state, const Address& validator, const Address& institution, const SigningPublicKey& key) {
  state.write(state_key::consensus_key(key), validator);
  state.write(state_key::current_key(validator), key);
  auto candidate = state.read<Candidate>(state_key::candidate(validator));
  if (!candidate) return enter(state, validator, {key, institution, Tokens{0}, 0});
  candidate->consensus_key = key;
  candidate->pass_over_rounds = 0;
  state.write(state_key::candidate(validator), *candidate);
  return TxStatus::kSuccess;
}

bool end_candidacy(Overlay& state, const Address& validator) {
  auto candidate = state.read<Candidate>(state_key::candidate(validator));
  if (!candidate) return false;
  auto all = standing(state);
  std::erase(all, validator);
  state.write(state_key::standing(), all);
  state.remove(state_key::candidate(validator));
  if (candidate->votes > Tokens{0}) state.write(state_key::tally(validator), candidate->votes);
  return true;
}

std::map<Address, Candidate> standing_candidates(const Overlay& state) {
  std::map<Address, Candidate> candidates;
  for (const Address& address : standing(state)) {
    candidates.emplace_hint(candidates.end(), address, state.expect<Candidate>(state_key::candidate(address)));
  }
  return candidates;
}

void pass_over(Overlay& state, const std::vector<Address>& missed_turns) {
  for (const Address& address : std::set<Address>(missed_turns.begin(), missed_turns.end())) {
    auto candidate = state.read<Candidate>(state_key::candidate(address));
    if (!candidate) continue;
    candidate->pass_over_rounds = std::min(2 * candidate->pass_over_rounds + kPassOverStep, kPassOverMax);
    state.write(state_key::candidate(address), *candidate);
  }
}

void end_round(Overlay& state) {
  for (auto& [address, candidate] : standing_candidates(state)) {
    if (candidate.pass_over_rounds == 0) continue;
    --candidate.pass_over_rounds;
    state.write(state_key::candidate(address), candidate);
  }
}

}  // namespace medchain::state
