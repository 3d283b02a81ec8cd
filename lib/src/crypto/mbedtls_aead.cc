#include <mbedtls/gcm.h>

#include <algorithm>

#include "mbedtls_parts.h"

namespace medchain::crypto::mbedtls {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

void check(bool done) { MEDCHAIN_ASSERT(done, "mbedTLS refused an AES-256-GCM call"); }

// The key schedule is made once; each message sets its nonce only.
class MbedtlsGcm : public AeadContext {
 public:
  explicit MbedtlsGcm(ByteView key) {
    MEDCHAIN_ASSERT(key.size() == kKeySize, "an AES-256 key has 32 bytes");
    check(mbedtls_gcm_setkey(context_.get(), MBEDTLS_CIPHER_ID_AES, key.data(), 8 * kKeySize) == 0);
  }

  void seal(ByteView nonce, ByteView aad, ByteView plaintext, std::span<std::uint8_t> out) override {
    MEDCHAIN_ASSERT(nonce.size() == kNonceSize, "an AES-GCM nonce has 12 bytes");
    MEDCHAIN_ASSERT(out.size() == plaintext.size() + kTagSize, "sealing needs room for exactly the tag");
    check(mbedtls_gcm_crypt_and_tag(context_.get(), MBEDTLS_GCM_ENCRYPT, plaintext.size(), nonce.data(), nonce.size(),
                                    aad.data(), aad.size(), plaintext.data(), out.data(), kTagSize,
                                    out.data() + plaintext.size()) == 0);
  }

  bool open(ByteView nonce, ByteView aad, ByteView ciphertext, std::span<std::uint8_t> out) override {
    if (ciphertext.size() < kTagSize) {
      std::fill(out.begin(), out.end(), std::uint8_t{0});
      return false;
    }
    MEDCHAIN_ASSERT(nonce.size() == kNonceSize, "an AES-GCM nonce has 12 bytes");
    MEDCHAIN_ASSERT(out.size() == ciphertext.size() - kTagSize, "opening needs room for exactly the plaintext");
    // Compares the tags in constant time.
    int code = mbedtls_gcm_auth_decrypt(context_.get(), out.size(), nonce.data(), nonce.size(), aad.data(), aad.size(),
                                        ciphertext.data() + out.size(), kTagSize, ciphertext.data(), out.data());
    check(code == 0 || code == MBEDTLS_ERR_GCM_AUTH_FAILED);
    if (code != 0) wipe(out);
    return code == 0;
  }

 private:
  Owned<mbedtls_gcm_context, mbedtls_gcm_init, mbedtls_gcm_free> context_;
};

}  // namespace

std::unique_ptr<AeadContext> aes_256_gcm(ByteView key) { return std::make_unique<MbedtlsGcm>(key); }

}  // namespace medchain::crypto::mbedtls
