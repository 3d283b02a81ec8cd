#include "medchain/keys.h"

#include "ed25519.h"
#include "p256_low_s.h"
#include "provider.h"
#include "x25519.h"

namespace medchain {
namespace {

constexpr std::size_t kSecretSize = 32;
constexpr std::string_view kBindingDomain = "medchain/sealing-key/v1";
constexpr std::array<std::uint8_t, 1> kSeparator{0};

bool is_p256(KeyAlgorithm algorithm) { return algorithm == KeyAlgorithm::kP256; }

Result<void> check_size(ByteView secret) {
  if (secret.size() == kSecretSize) return {};
  return Error(ErrorCode::kInvalidArgument, "a secret key has 32 bytes, not " + std::to_string(secret.size()));
}

Bytes signed_bytes(std::string_view domain, const ChainId& chain, ByteView message) {
  Bytes bytes;
  bytes.reserve(domain.size() + 1 + chain.bytes.size() + message.size());
  append(bytes, view(domain));
  append(bytes, kSeparator);
  append(bytes, chain.bytes);
  append(bytes, message);
  return bytes;
}

template <std::size_t kSize>
BasicPublicKey<kSize> public_key_from(KeyAlgorithm algorithm, ByteView bytes) {
  BasicPublicKey<kSize> key;
  key.algorithm = algorithm;
  MEDCHAIN_ASSERT(bytes.size() == key.size(), "a public key of the wrong size for its algorithm");
  std::memcpy(key.storage.data(), bytes.data(), bytes.size());
  return key;
}

}  // namespace

Result<KeyAlgorithm> parse_key_algorithm(std::string_view name) {
  if (name == "ed25519") return KeyAlgorithm::kEd25519;
  if (name == "p256") return KeyAlgorithm::kP256;
  return Error(ErrorCode::kInvalidArgument, "unknown key algorithm, expected \"ed25519\" or \"p256\"");
}

std::string_view to_string(KeyAlgorithm algorithm) { return is_p256(algorithm) ? "p256" : "ed25519"; }

template <>
bool SigningPublicKey::is_valid() const {
  return is_p256(algorithm) ? crypto::provider().p256_is_valid(bytes()) : crypto::ed25519_is_valid(bytes());
}

template <>
bool SealingPublicKey::is_valid() const {
  return is_p256(algorithm) ? crypto::provider().p256_is_valid(bytes()) : crypto::x25519_is_valid(bytes());
}

SigningKey SigningKey::generate(KeyAlgorithm algorithm) {
  SecretBytes secret = is_p256(algorithm) ? crypto::provider().p256_generate() : SecretBytes::random(kSecretSize);
  return std::move(from_secret(algorithm, secret.expose()).value());
}

Result<SigningKey> SigningKey::from_secret(KeyAlgorithm algorithm, ByteView secret) {
  MEDCHAIN_TRY(check_size(secret));
  SigningKey key;
  if (is_p256(algorithm)) {
    auto point = crypto::provider().p256_public(secret, true);
    if (!point) return point.error();
    key.public_key_ = public_key_from<33>(algorithm, *point);
  } else {
    key.public_key_ = public_key_from<33>(algorithm, crypto::ed25519_public(secret));
  }
  key.secret_ = SecretBytes::copy_of(secret);
  return key;
}

Signature SigningKey::sign(std::string_view domain, const ChainId& chain, ByteView message) const {
  if (is_p256(public_key_.algorithm)) {
    Hash digest = hash_with_domain(domain, {chain.bytes, message});
    return crypto::with_low_s(crypto::provider().p256_sign(secret_.expose(), digest));
  }
  return crypto::ed25519_sign(secret_.expose(), public_key_.bytes(), signed_bytes(domain, chain, message));
}

SigningKey SigningKey::clone() const {
  SigningKey copy;
  copy.public_key_ = public_key_;
  copy.secret_ = secret_.clone();
  return copy;
}

bool verify(const SigningPublicKey& key, std::string_view domain, const ChainId& chain, ByteView message,
            const Signature& signature) {
  if (is_p256(key.algorithm)) {
    if (!crypto::has_low_s(signature)) return false;
    Hash digest = hash_with_domain(domain, {chain.bytes, message});
    return crypto::provider().p256_verify(key.bytes(), digest, signature.bytes);
  }
  return crypto::ed25519_verify(key.bytes(), signed_bytes(domain, chain, message), signature.bytes);
}

SealingKey SealingKey::generate(KeyAlgorithm algorithm) {
  SecretBytes secret = is_p256(algorithm) ? crypto::provider().p256_generate() : SecretBytes::random(kSecretSize);
  return std::move(from_secret(algorithm, secret.expose()).value());
}

Result<SealingKey> SealingKey::from_secret(KeyAlgorithm algorithm, ByteView secret) {
  MEDCHAIN_TRY(check_size(secret));
  SealingKey key;
  if (is_p256(algorithm)) {
    auto point = crypto::provider().p256_public(secret, false);
    if (!point) return point.error();
    key.public_key_ = public_key_from<65>(algorithm, *point);
  } else {
    key.public_key_ = public_key_from<65>(algorithm, crypto::x25519_public(secret));
  }
  key.secret_ = SecretBytes::copy_of(secret);
  return key;
}

SealingKey SealingKey::clone() const {
  SealingKey copy;
  copy.public_key_ = public_key_;
  copy.secret_ = secret_.clone();
  return copy;
}

Result<void> PublicKeys::check() const {
  if (!signing.is_valid()) return Error(ErrorCode::kAuthentication, "the signing key is not a valid public key");
  if (!sealing.is_valid()) return Error(ErrorCode::kAuthentication, "the sealing key is not a valid public key");
  if (!verify(signing, kBindingDomain, ChainId{}, bcs::encode(sealing), binding)) {
    return Error(ErrorCode::kAuthentication, "the signing key does not vouch for the sealing key");
  }
  return {};
}

KeyPair KeyPair::generate(KeyAlgorithm algorithm) {
  return {SigningKey::generate(algorithm), SealingKey::generate(algorithm)};
}

PublicKeys KeyPair::public_keys() const {
  const SealingPublicKey& sealed_to = sealing.public_key();
  return {signing.public_key(), sealed_to, signing.sign(kBindingDomain, ChainId{}, bcs::encode(sealed_to))};
}

}  // namespace medchain
