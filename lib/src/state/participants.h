// How a participant enters the registry.
#pragma once

#include "overlay.h"

namespace medchain::state {

// Writes the participant under `address`, its key as in use, and an account with `balance`. The caller has checked it.
void enter_participant(Overlay& state, const Address& address, const Participant& participant, Tokens balance);

// kInvalidValue or kLabelTooLong for a label that this role may not bear.
TxStatus check_label(Role role, std::string_view label);

}  // namespace medchain::state
