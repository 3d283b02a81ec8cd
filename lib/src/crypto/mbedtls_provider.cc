#include "mbedtls_parts.h"

namespace medchain::crypto {
namespace {

class MbedtlsProvider : public Provider {
 public:
  std::string_view name() const override { return "mbedTLS"; }

  Hash sha256(std::span<const ByteView> parts) const override { return mbedtls::sha256(parts); }
  std::unique_ptr<HashContext> hash_context() const override { return mbedtls::hash_context(); }
  SecretBytes hkdf_extract(ByteView salt, ByteView ikm) const override { return mbedtls::hkdf_extract(salt, ikm); }
  Result<SecretBytes> hkdf_expand(ByteView prk, ByteView info, std::size_t size) const override {
    return mbedtls::hkdf_expand(prk, info, size);
  }
  std::unique_ptr<AeadContext> aes_256_gcm(ByteView key) const override { return mbedtls::aes_256_gcm(key); }

  SecretBytes p256_generate() const override { return mbedtls::p256_generate(); }
  Result<Bytes> p256_public(ByteView secret, bool compressed) const override {
    return mbedtls::p256_public(secret, compressed);
  }
  bool p256_is_valid(ByteView point) const override { return mbedtls::p256_is_valid(point); }
  Result<SecretBytes> p256_ecdh(ByteView secret, ByteView point) const override {
    return mbedtls::p256_ecdh(secret, point);
  }
  Signature p256_sign(ByteView secret, const Hash& digest) const override { return mbedtls::p256_sign(secret, digest); }
  bool p256_verify(ByteView point, const Hash& digest, ByteView r_and_s) const override {
    return mbedtls::p256_verify(point, digest, r_and_s);
  }
};

}  // namespace

const Provider& mbedtls_provider() {
  static const MbedtlsProvider provider;
  return provider;
}

}  // namespace medchain::crypto
