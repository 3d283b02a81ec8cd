// libsodium must be initialised before its first use, once per process.
#pragma once

namespace medchain::crypto {

void ensure_sodium();

}  // namespace medchain::crypto
