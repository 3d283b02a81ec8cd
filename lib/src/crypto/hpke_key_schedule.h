// HPKE's key schedule without a pre-shared key (RFC 9180 section 5.1), for HKDF-SHA256.
#pragma once

#include "medchain/keys.h"

namespace medchain::hpke {

enum class Mode : std::uint8_t { kBase = 0x00, kAuth = 0x02 };

// RFC 9180 section 7.3. MedChain seals with AES-256-GCM; the others are here because the id enters the key schedule,
// which the RFC's vectors for them check too.
enum class AeadId : std::uint16_t { kAes128Gcm = 1, kAes256Gcm = 2, kChaCha20Poly1305 = 3 };

class KeySchedule {
 public:
  KeySchedule(Mode mode, KeyAlgorithm kem, AeadId aead, const SecretBytes& shared_secret, ByteView info);

  SecretBytes key() const;
  SecretBytes base_nonce() const;                                                // the nonce of the first message
  SecretBytes export_secret(ByteView exporter_context, std::size_t size) const;  // section 5.3
  SecretBytes exporter_secret() const;

 private:
  Bytes suite_id_;
  Bytes context_;
  SecretBytes secret_;
  std::size_t key_size_;
};

}  // namespace medchain::hpke
