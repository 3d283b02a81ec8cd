#include "medchain/hpke.h"

#include "dhkem.h"
#include "hpke_key_schedule.h"
#include "provider.h"

namespace medchain::hpke {
namespace {

constexpr std::size_t kTagSize = 16;

Error does_not_open() { return {ErrorCode::kAuthentication, "the sealed message does not open with this key"}; }

// The first and only message of a context, so its nonce is the base nonce: RFC 9180 section 5.2 with sequence number 0.
Result<Sealed> seal_once(Mode mode, const SealingPublicKey& recipient, const SealingKey* sender, ByteView info,
                         ByteView aad, ByteView plaintext) {
  auto encapsulated = encap(recipient, sender);
  if (!encapsulated) return encapsulated.error();
  KeySchedule schedule(mode, recipient.algorithm, AeadId::kAes256Gcm, encapsulated->shared_secret, info);
  Sealed sealed{std::move(encapsulated->enc), Bytes(plaintext.size() + kTagSize)};
  crypto::provider()
      .aes_256_gcm(schedule.key().expose())
      ->seal(schedule.base_nonce().expose(), aad, plaintext, sealed.ciphertext);
  return sealed;
}

Result<SecretBytes> open_once(Mode mode, const SealingKey& recipient, const SealingPublicKey* sender, ByteView enc,
                              ByteView info, ByteView aad, ByteView ciphertext) {
  if (ciphertext.size() < kTagSize) return does_not_open();
  auto shared_secret = decap(recipient, enc, sender);
  if (!shared_secret) return does_not_open();
  KeySchedule schedule(mode, recipient.public_key().algorithm, AeadId::kAes256Gcm, *shared_secret, info);
  SecretBytes plaintext(ciphertext.size() - kTagSize);
  bool good = crypto::provider()
                  .aes_256_gcm(schedule.key().expose())
                  ->open(schedule.base_nonce().expose(), aad, ciphertext, plaintext.expose_mutable());
  if (!good) return does_not_open();
  return plaintext;
}

}  // namespace

Result<Sealed> seal(const SealingPublicKey& recipient, ByteView info, ByteView aad, ByteView plaintext) {
  return seal_once(Mode::kBase, recipient, nullptr, info, aad, plaintext);
}

Result<SecretBytes> open(const SealingKey& recipient, ByteView enc, ByteView info, ByteView aad, ByteView ciphertext) {
  return open_once(Mode::kBase, recipient, nullptr, enc, info, aad, ciphertext);
}

Result<Sealed> seal_auth(const SealingPublicKey& recipient, const SealingKey& sender, ByteView info, ByteView aad,
                         ByteView plaintext) {
  return seal_once(Mode::kAuth, recipient, &sender, info, aad, plaintext);
}

Result<SecretBytes> open_auth(const SealingKey& recipient, const SealingPublicKey& sender, ByteView enc, ByteView info,
                              ByteView aad, ByteView ciphertext) {
  return open_once(Mode::kAuth, recipient, &sender, enc, info, aad, ciphertext);
}

}  // namespace medchain::hpke
