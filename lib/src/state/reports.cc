// Evidence of what no honest validator signs: whoever it is proved of loses its stake and is barred, for ever.
#include <utility>

#include "candidates.h"
#include "contracts.h"
#include "medchain/evidence.h"
#include "state_keys.h"

namespace medchain::state {
namespace {

void add(Tokens& sum, Tokens amount) {
  auto more = checked_add(sum, amount);
  MEDCHAIN_ASSERT(more.has_value(), "more tokens than there are");
  sum = *more;
}

// All of its own that still answers for it. Entries of what is unbonding stay, empty, as the lists of epochs name them.
// The stakes of others who voted for it are theirs.
TxStatus slash(Overlay& state, const Address& offender) {
  auto account = state.expect<Account>(state_key::account(offender));
  MEDCHAIN_CHECK(remove_votes(state, account.votes, account.stake));
  auto slashed = state.read<Tokens>(state_key::slashed()).value_or(Tokens{0});
  add(slashed, std::exchange(account.stake, Tokens{0}));
  for (auto& unbonding : account.unbonding) add(slashed, std::exchange(unbonding.amount, Tokens{0}));
  state.write(state_key::account(offender), account);
  if (slashed > Tokens{0}) state.write(state_key::slashed(), slashed);
  return TxStatus::kSuccess;
}

// What costs signatures comes last: a report that a look at the state refuses is cheap.
template <class Report>
TxStatus execute_report(Context& context, const Report& report) {
  Overlay& state = context.state;
  auto offender = state.read<Address>(state_key::consensus_key(report.consensus_key));
  if (!offender) return TxStatus::kUnknownConsensusKey;
  if (state.has(state_key::barred(*offender))) return TxStatus::kBarred;
  MEDCHAIN_CHECK(judge(report, context.chain, context.verifier));
  MEDCHAIN_CHECK(slash(state, *offender));
  end_candidacy(state, *offender);
  state.write(state_key::barred(*offender), context.height);
  return TxStatus::kSuccess;
}

}  // namespace

TxStatus execute(Context& context, const ReportDoubleVote& report) { return execute_report(context, report); }
TxStatus execute(Context& context, const ReportInvalidProposal& report) { return execute_report(context, report); }

}  // namespace medchain::state
