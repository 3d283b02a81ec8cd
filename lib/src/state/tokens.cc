// Contract tokens: transfers.
#include "contracts.h"

namespace medchain::state {
namespace {

TxStatus run(Context& context, const Transaction& transaction, const Transfer& transfer) {
  if (transfer.amount == Tokens{0}) return TxStatus::kAmountZero;
  MEDCHAIN_CHECK(check_active(context.state, transfer.to, TxStatus::kUnknownParticipant));
  auto& payer = context.state.at(state_key::account(transaction.sender));
  auto from = context.state.expect<Account>(payer);
  auto left = checked_sub(from.balance, transfer.amount);
  if (!left) return TxStatus::kInsufficientBalance;
  if (transfer.to == transaction.sender) return TxStatus::kSuccess;
  auto& payee = context.state.at(state_key::account(transfer.to));
  auto to = context.state.expect<Account>(payee);
  auto sum = checked_add(to.balance, transfer.amount);
  if (!sum) return TxStatus::kOverflow;
  from.balance = *left;
  to.balance = *sum;
  context.state.write(payer, from);
  context.state.write(payee, to);
  return TxStatus::kSuccess;
}

}  // namespace

TxStatus execute(Context& context, const Transaction& transaction, const TokensBody& body) {
  return std::visit([&](const auto& action) { return run(context, transaction, action); }, body);
}

}  // namespace medchain::state
