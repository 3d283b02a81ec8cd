// Stake on its way back to the balance. For every epoch in which some is released, the state holds a list of the
// accounts concerned, linked from one to the next: joining it and releasing cost the same however long it is.
#pragma once

#include "overlay.h"

namespace medchain::state {

// Adds `amount` to what `address` gets back when `release` begins. Changes `account`, which the caller writes.
TxStatus add_unbonding(Overlay& state, const Address& address, Account& account, Epoch release, Tokens amount);
// The first block of `epoch` gives back all that is due.
void release_unbondings(Overlay& state, Epoch epoch);

}  // namespace medchain::state
