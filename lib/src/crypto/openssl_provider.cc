#include "openssl_parts.h"

namespace medchain::crypto {
namespace {

class OpensslProvider : public Provider {
 public:
  std::string_view name() const override { return "OpenSSL"; }

  Hash sha256(std::span<const ByteView> parts) const override { return openssl::sha256(parts); }
  std::unique_ptr<HashContext> hash_context() const override { return openssl::hash_context(); }
  SecretBytes hkdf_extract(ByteView salt, ByteView ikm) const override { return openssl::hkdf_extract(salt, ikm); }
  Result<SecretBytes> hkdf_expand(ByteView prk, ByteView info, std::size_t size) const override {
    return openssl::hkdf_expand(prk, info, size);
  }
  std::unique_ptr<AeadContext> aes_256_gcm(ByteView key) const override { return openssl::aes_256_gcm(key); }

  SecretBytes p256_generate() const override { return openssl::p256_generate(); }
  Result<Bytes> p256_public(ByteView secret, bool compressed) const override {
    return openssl::p256_public(secret, compressed);
  }
  bool p256_is_valid(ByteView point) const override { return openssl::p256_is_valid(point); }
  Result<SecretBytes> p256_ecdh(ByteView secret, ByteView point) const override {
    return openssl::p256_ecdh(secret, point);
  }
  Signature p256_sign(ByteView secret, const Hash& digest) const override { return openssl::p256_sign(secret, digest); }
  bool p256_verify(ByteView point, const Hash& digest, ByteView r_and_s) const override {
    return openssl::p256_verify(point, digest, r_and_s);
  }
};

}  // namespace

const Provider& openssl_provider() {
  static const OpensslProvider provider;
  return provider;
}

}  // namespace medchain::crypto
