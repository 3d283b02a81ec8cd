#include "dhkem.h"

#include "hpke_kdf.h"
#include "provider.h"
#include "x25519.h"

namespace medchain::hpke {
namespace {

constexpr std::size_t kSecretSize = 32;  // Nsecret and Ndh of both KEMs

Bytes suite_id(KeyAlgorithm algorithm) {
  Bytes id = to_bytes(view("KEM"));
  append_u16(id, kem_id(algorithm));
  return id;
}

Result<SecretBytes> diffie_hellman(const SealingKey& secret, ByteView point) {
  return secret.public_key().algorithm == KeyAlgorithm::kP256
             ? crypto::provider().p256_ecdh(secret.secret().expose(), point)
             : crypto::x25519(secret.secret().expose(), point);
}

// The one or two Diffie-Hellman results, one after the other.
SecretBytes join(const SecretBytes& first, const SecretBytes* second) {
  SecretBytes both(second == nullptr ? kSecretSize : 2 * kSecretSize);
  std::memcpy(both.expose_mutable().data(), first.expose().data(), kSecretSize);
  if (second != nullptr) {
    std::memcpy(both.expose_mutable().data() + kSecretSize, second->expose().data(), kSecretSize);
  }
  return both;
}

SecretBytes extract_and_expand(KeyAlgorithm algorithm, const SecretBytes& dh, ByteView kem_context) {
  Bytes id = suite_id(algorithm);
  SecretBytes prk = labeled_extract(id, {}, "eae_prk", dh.expose());
  return labeled_expand(id, prk.expose(), "shared_secret", kem_context, kSecretSize);
}

Bytes context_of(ByteView enc, const SealingPublicKey& recipient, const SealingPublicKey* sender) {
  Bytes context = to_bytes(enc);
  append(context, recipient.bytes());
  if (sender != nullptr) append(context, sender->bytes());
  return context;
}

Error mixed_algorithms() {
  return {ErrorCode::kInvalidArgument, "the two parties' sealing keys are of different algorithms"};
}

}  // namespace

std::uint16_t kem_id(KeyAlgorithm algorithm) { return algorithm == KeyAlgorithm::kP256 ? 0x0010 : 0x0020; }

Result<Encapsulated> encap(const SealingPublicKey& recipient, const SealingKey* sender) {
  return encap_with_ephemeral(recipient, sender, SealingKey::generate(recipient.algorithm));
}

Result<Encapsulated> encap_with_ephemeral(const SealingPublicKey& recipient, const SealingKey* sender,
                                          const SealingKey& ephemeral) {
  if (ephemeral.public_key().algorithm != recipient.algorithm) return mixed_algorithms();
  auto dh = diffie_hellman(ephemeral, recipient.bytes());
  if (!dh) return dh.error();
  Encapsulated out;
  out.enc = to_bytes(ephemeral.public_key().bytes());
  if (sender == nullptr) {
    out.shared_secret =
        extract_and_expand(recipient.algorithm, join(*dh, nullptr), context_of(out.enc, recipient, nullptr));
    return out;
  }
  if (sender->public_key().algorithm != recipient.algorithm) return mixed_algorithms();
  auto sender_dh = diffie_hellman(*sender, recipient.bytes());
  if (!sender_dh) return sender_dh.error();
  out.shared_secret = extract_and_expand(recipient.algorithm, join(*dh, &*sender_dh),
                                         context_of(out.enc, recipient, &sender->public_key()));
  return out;
}

Result<SecretBytes> decap(const SealingKey& recipient, ByteView enc, const SealingPublicKey* sender) {
  const SealingPublicKey& own = recipient.public_key();
  if (enc.size() != own.size()) return wrong_size("an encapsulated key", own.size(), enc.size());
  auto dh = diffie_hellman(recipient, enc);
  if (!dh) return dh.error();
  if (sender == nullptr) return extract_and_expand(own.algorithm, join(*dh, nullptr), context_of(enc, own, nullptr));
  if (sender->algorithm != own.algorithm) return mixed_algorithms();
  auto sender_dh = diffie_hellman(recipient, sender->bytes());
  if (!sender_dh) return sender_dh.error();
  return extract_and_expand(own.algorithm, join(*dh, &*sender_dh), context_of(enc, own, sender));
}

}  // namespace medchain::hpke
