// Contract tokens: transfers.
#include "contracts.h"

namespace medchain::state {
namespace {

TxStatus run(Context& context, const Transaction& transaction, const Transfer& transfer) {
  if (transfer.amount == Tokens{0}) return TxStatus::kAmountZero;
  MEDCHAIN_CHECK(check_active(context.state, transfer.to, TxStatus::kUnknownParticipant));
  auto from = context.state.expect<Account>(state_key::account(transaction.sender));
  auto left = checked_sub(from.balance, transfer.amount);
  if (!left) return TxStatus::kInsufficientBalance;
  if (transfer.to == transaction.sender) return TxStatus::kSuccess;
  auto to = context.state.expect<Account>(state_key::account(transfer.to));
  auto sum = checked_add(to.balance, transfer.amount);
  if (!sum) return TxStatus::kOverflow;
  from.balance = *left;
  to.balance = *sum;
  context.state.write(state_key::account(transaction.sender), from);
  context.state.write(state_key::account(transfer.to), to);
  return TxStatus::kSuccess;
}

}  // namespace

TxStatus execute(Context& context, const Transaction& transaction, const TokensBody& body) {
  return std::visit([&](const auto& action) { return run(context, transaction, action); }, body);
}

}  // namespace medchain::state
