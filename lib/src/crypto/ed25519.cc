#include "ed25519.h"

#include <sodium.h>

#include "sodium_init.h"

namespace medchain::crypto {

std::array<std::uint8_t, 32> ed25519_public(ByteView seed) {
  MEDCHAIN_ASSERT(seed.size() == crypto_sign_SEEDBYTES, "an Ed25519 seed has 32 bytes");
  ensure_sodium();
  std::array<std::uint8_t, 32> public_key;
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> expanded;
  crypto_sign_seed_keypair(public_key.data(), expanded.data(), seed.data());
  wipe(expanded);
  return public_key;
}

Signature ed25519_sign(ByteView seed, ByteView public_key, ByteView message) {
  MEDCHAIN_ASSERT(seed.size() == crypto_sign_SEEDBYTES && public_key.size() == crypto_sign_PUBLICKEYBYTES,
                  "signing with something that is not an Ed25519 key");
  ensure_sodium();
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> expanded;  // libsodium's form: seed || public key
  std::memcpy(expanded.data(), seed.data(), seed.size());
  std::memcpy(expanded.data() + seed.size(), public_key.data(), public_key.size());
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(), expanded.data());
  wipe(expanded);
  return signature;
}

bool ed25519_is_valid(ByteView public_key) {
  ensure_sodium();
  return public_key.size() == crypto_core_ed25519_BYTES && crypto_core_ed25519_is_valid_point(public_key.data()) == 1;
}

}  // namespace medchain::crypto
