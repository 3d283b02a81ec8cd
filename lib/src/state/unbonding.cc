#include "unbonding.h"

#include "state_keys.h"

namespace medchain::state {
namespace {

void join_list(Overlay& state, const Address& address, Epoch release) {
  auto first = state.read<Address>(state_key::release(release));
  state.write(state_key::release_next(release, address), first);
  state.write(state_key::release(release), address);
}

void release_account(Overlay& state, const Address& address, Epoch epoch) {
  auto account = state.expect<Account>(state_key::account(address));
  MEDCHAIN_ASSERT(!account.unbonding.empty() && account.unbonding.front().release == epoch,
                  "an account in the list of an epoch without tokens that it releases");
  auto sum = checked_add(account.balance, account.unbonding.front().amount);
  MEDCHAIN_ASSERT(sum.has_value(), "more tokens than there are");
  account.balance = *sum;
  account.unbonding.erase(account.unbonding.begin());
  state.write(state_key::account(address), account);
}

}  // namespace

TxStatus add_unbonding(Overlay& state, const Address& address, Account& account, Epoch release, Tokens amount) {
  auto& entries = account.unbonding;
  if (!entries.empty() && entries.back().release == release) {
    auto sum = checked_add(entries.back().amount, amount);
    if (!sum) return TxStatus::kOverflow;
    entries.back().amount = *sum;
    return TxStatus::kSuccess;
  }
  if (entries.size() >= limits::kMaxUnbondings) return TxStatus::kTooManyUnbondings;
  entries.push_back({release, amount});
  join_list(state, address, release);
  return TxStatus::kSuccess;
}

void release_unbondings(Overlay& state, Epoch epoch) {
  auto next = state.read<Address>(state_key::release(epoch));
  if (next) state.remove(state_key::release(epoch));
  while (next) {
    Address address = *next;
    auto link = state_key::release_next(epoch, address);
    next = state.expect<std::optional<Address>>(link);
    state.remove(link);
    release_account(state, address, epoch);
  }
}

}  // namespace medchain::state
