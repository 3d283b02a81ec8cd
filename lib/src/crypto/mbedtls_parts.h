// The mbedTLS provider, by concern, for machines where OpenSSL is too large; mbedtls_provider.cc puts the parts
// together. Each function does what the one of the same name in provider.h says. Written for what mbedTLS 2.28 and 3.6
// both have.
//
// Where the processor has no AES instructions, mbedTLS looks its tables up in memory, so that who shares the caches of
// such a machine may learn of its keys. README.md says so to whoever chooses.
#pragma once

#include "provider.h"

namespace medchain::crypto::mbedtls {

Hash sha256(std::span<const ByteView> parts);
std::unique_ptr<HashContext> hash_context();
SecretBytes hkdf_extract(ByteView salt, ByteView ikm);
Result<SecretBytes> hkdf_expand(ByteView prk, ByteView info, std::size_t size);

std::unique_ptr<AeadContext> aes_256_gcm(ByteView key);

SecretBytes p256_generate();
Result<Bytes> p256_public(ByteView secret, bool compressed);
bool p256_is_valid(ByteView point);
Result<SecretBytes> p256_ecdh(ByteView secret, ByteView point);
Signature p256_sign(ByteView secret, const Hash& digest);
bool p256_verify(ByteView point, const Hash& digest, ByteView r_and_s);

// An object of mbedTLS's with its _init and _free; the latter zeroes what it held.
template <class T, void (*kInit)(T*), void (*kFree)(T*)>
class Owned {
 public:
  Owned() { kInit(&object_); }
  ~Owned() { kFree(&object_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  T* get() { return &object_; }
  T* operator->() { return &object_; }

 private:
  T object_;
};

}  // namespace medchain::crypto::mbedtls
