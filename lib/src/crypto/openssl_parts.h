// The OpenSSL provider, by concern; openssl_provider.cc puts the parts together. Each function does what the one of the
// same name in provider.h says.
//
// SHA-256 and P-256 use OpenSSL's low-level functions, which 3.0 deprecates: for what a ledger does most they save the
// cost of the EVP layer (a Merkle node 93 ns against 128 ns; a P-256 verification with a new key 78 us against 180 us
// through SubjectPublicKeyInfo).
#pragma once

#include "provider.h"

namespace medchain::crypto::openssl {

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

}  // namespace medchain::crypto::openssl
