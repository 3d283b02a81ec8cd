#include "sodium_init.h"

#include <sodium.h>

#include "medchain/assert.h"

namespace medchain::crypto {

void ensure_sodium() {
  static const bool ready = sodium_init() >= 0;
  MEDCHAIN_ASSERT(ready, "libsodium found no source of randomness");
}

}  // namespace medchain::crypto
