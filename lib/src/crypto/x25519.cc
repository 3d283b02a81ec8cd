#include "x25519.h"

#include <sodium.h>

#include "curve25519.h"
#include "sodium_init.h"

namespace medchain::crypto {

std::array<std::uint8_t, 32> x25519_public(ByteView secret) {
  MEDCHAIN_ASSERT(secret.size() == crypto_scalarmult_SCALARBYTES, "an X25519 secret has 32 bytes");
  ensure_sodium();
  std::array<std::uint8_t, 32> public_key;
  crypto_scalarmult_base(public_key.data(), secret.data());
  return public_key;
}

Result<SecretBytes> x25519(ByteView secret, ByteView public_key) {
  if (secret.size() != crypto_scalarmult_SCALARBYTES || public_key.size() != crypto_scalarmult_BYTES) {
    return Error(ErrorCode::kInvalidArgument, "X25519 keys have 32 bytes");
  }
  ensure_sodium();
  SecretBytes shared(crypto_scalarmult_BYTES);
  if (crypto_scalarmult(shared.expose_mutable().data(), secret.data(), public_key.data()) != 0) {
    return Error(ErrorCode::kInvalidArgument,
                 "the X25519 public key has small order: the shared secret would be zeros");
  }
  return shared;
}

bool x25519_is_valid(ByteView public_key) {
  if (public_key.size() != kFieldPrime.size() || !is_below(public_key, kFieldPrime)) return false;
  static constexpr std::array<std::uint8_t, 32> kAnyScalar{8};  // it meets the cofactor: small order gives zeros
  return x25519(kAnyScalar, public_key).ok();
}

}  // namespace medchain::crypto
