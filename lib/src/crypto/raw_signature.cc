#include "medchain/raw_signature.h"

#include "ed25519.h"
#include "p256_low_s.h"
#include "provider.h"

namespace medchain {

bool verify_raw(const SigningPublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != Signature::kSize) return false;
  if (key.algorithm == KeyAlgorithm::kEd25519) return crypto::ed25519_verify(key.bytes(), message, signature);
  return crypto::provider().p256_verify(key.bytes(), sha256(message), signature);
}

Signature sign_raw(const SigningKey& key, ByteView message) {
  const ByteView secret = key.secret().expose();
  if (key.public_key().algorithm == KeyAlgorithm::kEd25519) {
    return crypto::ed25519_sign(secret, key.public_key().bytes(), message);
  }
  return crypto::with_low_s(crypto::provider().p256_sign(secret, sha256(message)));
}

}  // namespace medchain
