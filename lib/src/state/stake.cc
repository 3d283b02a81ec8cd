// Contract stake: staking, voting, standing for election. Evidence has a file of its own: reports.cc.
#include <algorithm>

#include "candidates.h"
#include "contracts.h"
#include "unbonding.h"

namespace medchain::state {
namespace {

TxStatus run(Context& context, const Transaction& transaction, const Stake& stake) {
  if (stake.amount == Tokens{0}) return TxStatus::kAmountZero;
  auto account = context.state.expect<Account>(state_key::account(transaction.sender));
  auto balance = checked_sub(account.balance, stake.amount);
  if (!balance) return TxStatus::kInsufficientBalance;
  auto staked = checked_add(account.stake, stake.amount);
  if (!staked) return TxStatus::kOverflow;
  account.balance = *balance;
  account.stake = *staked;
  context.state.write(state_key::account(transaction.sender), account);
  return add_votes(context.state, account.votes, stake.amount);
}

TxStatus run(Context& context, const Transaction& transaction, const Unstake& unstake) {
  if (unstake.amount == Tokens{0}) return TxStatus::kAmountZero;
  auto account = context.state.expect<Account>(state_key::account(transaction.sender));
  auto staked = checked_sub(account.stake, unstake.amount);
  if (!staked) return TxStatus::kInsufficientStake;
  account.stake = *staked;
  // Never the running epoch: its first block, which releases, is past.
  Epoch wait{std::max<std::uint64_t>(context.parameters.unbonding_epochs, 1)};
  auto release = checked_add(context.epoch(), wait);
  if (!release) return TxStatus::kOverflow;
  MEDCHAIN_CHECK(add_unbonding(context.state, transaction.sender, account, *release, unstake.amount));
  context.state.write(state_key::account(transaction.sender), account);
  return remove_votes(context.state, account.votes, unstake.amount);
}

TxStatus run(Context& context, const Transaction& transaction, const Vote& vote) {
  if (vote.candidates.size() > limits::kMaxVotedCandidates) return TxStatus::kTooManyCandidates;
  auto votes = vote.candidates;
  std::sort(votes.begin(), votes.end());
  if (std::adjacent_find(votes.begin(), votes.end()) != votes.end()) return TxStatus::kDuplicate;
  for (const Address& address : votes) {
    if (!context.state.has(state_key::candidate(address))) return TxStatus::kUnknownCandidate;
  }
  auto account = context.state.expect<Account>(state_key::account(transaction.sender));
  MEDCHAIN_CHECK(remove_votes(context.state, account.votes, account.stake));
  MEDCHAIN_CHECK(add_votes(context.state, votes, account.stake));
  account.votes = std::move(votes);
  context.state.write(state_key::account(transaction.sender), account);
  return TxStatus::kSuccess;
}

TxStatus run(Context& context, const Transaction& transaction, const Stand& body) {
  MEDCHAIN_CHECK(may_stand(context.state, transaction.sender, body.consensus_key));
  if (!verify_possession(body, context.chain, transaction.sender, context.verifier)) {
    return TxStatus::kPossessionNotProved;
  }
  return stand(context.state, transaction.sender, context.sender.institution, body.consensus_key);
}

TxStatus run(Context& context, const Transaction& transaction, const Resign&) {
  return end_candidacy(context.state, transaction.sender) ? TxStatus::kSuccess : TxStatus::kNotCandidate;
}

TxStatus run(Context& context, const Transaction&, const ReportDoubleVote& report) { return execute(context, report); }
TxStatus run(Context& context, const Transaction&, const ReportInvalidProposal& report) {
  return execute(context, report);
}

}  // namespace

TxStatus execute(Context& context, const Transaction& transaction, const StakeBody& body) {
  return std::visit([&](const auto& action) { return run(context, transaction, action); }, body);
}

}  // namespace medchain::state
