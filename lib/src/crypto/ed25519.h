// Ed25519 (RFC 8032). Keys and signing, where secrets must not show in timing, by libsodium; verification by Crypto++,
// which takes seven eighths of the time, or by libsodium in a build without (MEDCHAIN_CRYPTOPP): they agree on every
// signature. Secrets are the 32-byte seed.
#pragma once

#include "medchain/keys.h"

namespace medchain::crypto {

std::array<std::uint8_t, 32> ed25519_public(ByteView seed);
// `public_key` is that of `seed`; passing it saves computing it.
Signature ed25519_sign(ByteView seed, ByteView public_key, ByteView message);
// By libsodium's rule: S < L, canonical A, neither A nor R of small order, cofactorless; false for wrong sizes too.
bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature);
// Canonical, on the curve, and in the group of prime order.
bool ed25519_is_valid(ByteView public_key);

}  // namespace medchain::crypto
