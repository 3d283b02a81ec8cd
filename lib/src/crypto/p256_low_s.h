// Low s: of the two signatures (r, s) and (r, n - s), which verify alike, the ledger knows only the one with s <= n/2,
// so that nobody can give a signed message a second form.
#pragma once

#include "medchain/keys.h"

namespace medchain::crypto {

bool has_low_s(const Signature& signature);
// (r, n - s) when s is high. s must be in [1, n-1].
Signature with_low_s(Signature signature);

}  // namespace medchain::crypto
