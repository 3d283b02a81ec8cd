// Keys and signatures. A participant holds two independent pairs: one signs, one opens what is sealed to it.
//
//   KeyPair alice = KeyPair::generate(KeyAlgorithm::kP256);
//   PublicKeys shown = alice.public_keys();            // what may be given to anyone
//   Address address = shown.address();                 // med1...
//   Signature s = alice.signing.sign("example/v1", chain, message);
//   bool good = verify(shown.signing, "example/v1", chain, message, s);
#pragma once

#include <array>
#include <optional>
#include <string>

#include "medchain/bcs.h"
#include "medchain/hash.h"
#include "medchain/secret.h"

namespace medchain {

// kEd25519 signs with Ed25519 (RFC 8032) and opens with X25519 (RFC 7748); kP256 uses NIST P-256 for both (FIPS 186-5,
// SP 800-56A). Persisted: values never change meaning.
enum class KeyAlgorithm : std::uint8_t { kEd25519 = 0, kP256 = 1 };
MEDCHAIN_ENUM_RANGE(KeyAlgorithm, kEd25519, kP256)
Result<KeyAlgorithm> parse_key_algorithm(std::string_view name);  // "ed25519" or "p256"
std::string_view to_string(KeyAlgorithm algorithm);

// 32 bytes that name a participant: hash_with_domain("medchain/address/v1", BCS of the signing key). As text it is
// bech32m (BIP-350) with the prefix "med": 62 characters, any four wrong ones detected.
struct Address : FixedBytes<32, struct AddressTag> {
  static Result<Address> parse(std::string_view text);  // strict: lower or upper case, never mixed
  std::string text() const;                             // lower case
  friend auto operator<=>(const Address&, const Address&) = default;
};

// A public key: the algorithm and its bytes (Ed25519 and X25519: 32; P-256 signing: 33, SEC 1 compressed; P-256
// sealing: 65, SEC 1 uncompressed, as RFC 9180 section 7.1.1 serialises it). BCS: an enum, 0 and 32 bytes or 1 and 33
// (65) bytes. A decoded key has the right shape; that it is a valid point is checked where it is used, and by
// is_valid().
template <std::size_t kP256Size>
struct BasicPublicKey {
  KeyAlgorithm algorithm = KeyAlgorithm::kEd25519;
  std::array<std::uint8_t, kP256Size> storage{};

  std::size_t size() const { return algorithm == KeyAlgorithm::kEd25519 ? 32 : kP256Size; }
  ByteView bytes() const { return {storage.data(), size()}; }
  // On the curve, canonical, and not of small order (an Ed25519 key: in the group of prime order).
  bool is_valid() const;
  friend auto operator<=>(const BasicPublicKey&, const BasicPublicKey&) = default;

  void bcs_encode(bcs::Encoder& encoder) const {
    encoder.uleb128(static_cast<std::uint32_t>(algorithm));
    encoder.raw(bytes());
  }
  static BasicPublicKey bcs_decode(bcs::Decoder& decoder) {
    BasicPublicKey key;
    key.algorithm = bcs::read<KeyAlgorithm>(decoder);
    ByteView bytes = decoder.raw(key.size());
    if (!bytes.empty()) std::memcpy(key.storage.data(), bytes.data(), bytes.size());
    return key;
  }
};
using SigningPublicKey = BasicPublicKey<33>;
using SealingPublicKey = BasicPublicKey<65>;
template <>
bool SigningPublicKey::is_valid() const;
template <>
bool SealingPublicKey::is_valid() const;

Address address_of(const SigningPublicKey& key);

// Ed25519: R || S. P-256: r || s, each 32 bytes big-endian, with s in the lower half of the group order.
using Signature = FixedBytes<64, struct SignatureTag>;

// What a signature stands for besides its message: the chain (its genesis hash, so that nothing replays on another), or
// zeros for what belongs to no chain (key files, envelopes sealed offline).
using ChainId = FixedBytes<32, struct ChainIdTag>;

// Secrets stay in locked memory (secret.h). A key is moved, or copied by clone() where that is meant.
class SigningKey {
 public:
  static SigningKey generate(KeyAlgorithm algorithm);
  // 32 bytes: an Ed25519 seed, or a P-256 scalar, big-endian, in [1, n-1]. Others are kInvalidArgument.
  static Result<SigningKey> from_secret(KeyAlgorithm algorithm, ByteView secret);

  const SigningPublicKey& public_key() const { return public_key_; }
  // Signs domain || 0x00 || chain || message. Deterministic for Ed25519; P-256 draws its own nonce and gives low s.
  Signature sign(std::string_view domain, const ChainId& chain, ByteView message) const;
  const SecretBytes& secret() const { return secret_; }
  SigningKey clone() const;

 private:
  SigningPublicKey public_key_;
  SecretBytes secret_;
};

// Ed25519 by libsodium's rule (S < L, canonical A, neither A nor R of small order, cofactorless); P-256 with high s
// refused. False for anything that does not verify, an invalid key included.
bool verify(const SigningPublicKey& key, std::string_view domain, const ChainId& chain, ByteView message,
            const Signature& signature);

// Opens what was sealed to its public key; see hpke.h and sealing.h.
class SealingKey {
 public:
  static SealingKey generate(KeyAlgorithm algorithm);
  // 32 bytes: an X25519 secret, or a P-256 scalar as above. Others are kInvalidArgument.
  static Result<SealingKey> from_secret(KeyAlgorithm algorithm, ByteView secret);

  const SealingPublicKey& public_key() const { return public_key_; }
  const SecretBytes& secret() const { return secret_; }
  SealingKey clone() const;

 private:
  SealingPublicKey public_key_;
  SecretBytes secret_;
};

// Both public keys of a participant; the signing key vouches for the sealing key (domain "medchain/sealing-key/v1", no
// chain, over the BCS of the sealing key), so that nobody can be given a sealing key that is not the participant's.
struct PublicKeys {
  SigningPublicKey signing;
  SealingPublicKey sealing;
  Signature binding;
  MEDCHAIN_VERSIONED(1, signing, sealing, binding)

  Address address() const { return address_of(signing); }
  Result<void> check() const;  // valid points, and the binding verifies; else kAuthentication
  friend auto operator<=>(const PublicKeys&, const PublicKeys&) = default;
};

struct KeyPair {
  SigningKey signing;
  SealingKey sealing;

  static KeyPair generate(KeyAlgorithm algorithm);
  PublicKeys public_keys() const;
  Address address() const { return address_of(signing.public_key()); }
  KeyPair clone() const { return {signing.clone(), sealing.clone()}; }
};

}  // namespace medchain

template <>
struct std::hash<medchain::Address> {
  std::size_t operator()(const medchain::Address& a) const noexcept {
    return std::hash<medchain::FixedBytes<32, medchain::AddressTag>>{}(a);
  }
};
template <>
struct medchain::bcs::Codec<medchain::Address> {
  static void write(Encoder& encoder, const Address& address) { encoder.raw(address.bytes); }
  static Address read(Decoder& decoder) { return {Codec<FixedBytes<32, AddressTag>>::read(decoder)}; }
};
