#include "hpke_key_schedule.h"

#include "dhkem.h"
#include "hpke_kdf.h"

namespace medchain::hpke {
namespace {

constexpr std::uint16_t kHkdfSha256 = 0x0001;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kHashSize = 32;

Bytes suite_id_of(KeyAlgorithm kem, AeadId aead) {
  Bytes id = to_bytes(view("HPKE"));
  append_u16(id, kem_id(kem));
  append_u16(id, kHkdfSha256);
  append_u16(id, static_cast<std::uint16_t>(aead));
  return id;
}

}  // namespace

KeySchedule::KeySchedule(Mode mode, KeyAlgorithm kem, AeadId aead, const SecretBytes& shared_secret, ByteView info)
    : suite_id_(suite_id_of(kem, aead)),
      context_{static_cast<std::uint8_t>(mode)},
      key_size_(aead == AeadId::kAes128Gcm ? 16 : 32) {
  // Base and auth mode have an empty pre-shared key with an empty id; both are hashed all the same.
  append(context_, labeled_extract(suite_id_, {}, "psk_id_hash", {}).expose());
  append(context_, labeled_extract(suite_id_, {}, "info_hash", info).expose());
  secret_ = labeled_extract(suite_id_, shared_secret.expose(), "secret", {});
}

SecretBytes KeySchedule::key() const { return labeled_expand(suite_id_, secret_.expose(), "key", context_, key_size_); }

SecretBytes KeySchedule::base_nonce() const {
  return labeled_expand(suite_id_, secret_.expose(), "base_nonce", context_, kNonceSize);
}

SecretBytes KeySchedule::exporter_secret() const {
  return labeled_expand(suite_id_, secret_.expose(), "exp", context_, kHashSize);
}

SecretBytes KeySchedule::export_secret(ByteView exporter_context, std::size_t size) const {
  return labeled_expand(suite_id_, exporter_secret().expose(), "sec", exporter_context, size);
}

}  // namespace medchain::hpke
