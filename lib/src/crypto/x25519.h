// X25519 (RFC 7748), by libsodium.
#pragma once

#include "medchain/keys.h"

namespace medchain::crypto {

std::array<std::uint8_t, 32> x25519_public(ByteView secret);
// Non-canonical points are taken as RFC 7748 section 5 says; a shared secret of zeros is refused (section 6.1).
Result<SecretBytes> x25519(ByteView secret, ByteView public_key);
// For keys that are handed out: canonical, and not of small order.
bool x25519_is_valid(ByteView public_key);

}  // namespace medchain::crypto
