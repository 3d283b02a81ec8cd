// The provider: the primitives that a platform supplies. One implementation per library, compiled in where that library
// is found, chosen once at start-up; tests run every vector through each of providers().
//
// Nonces and raw keys appear here and nowhere above: this header is not installed.
#pragma once

#include <memory>
#include <vector>

#include "medchain/hash.h"
#include "medchain/keys.h"
#include "medchain/secret.h"

namespace medchain::crypto {

class HashContext {
 public:
  virtual ~HashContext() = default;
  virtual void update(ByteView data) = 0;
  virtual Hash finish() = 0;  // and starts over
};

// AES-256-GCM under one key, any number of messages; a context is used by one thread.
class AeadContext {
 public:
  virtual ~AeadContext() = default;
  // out: plaintext.size() + 16 bytes. nonce: 12 bytes, never twice under one key.
  virtual void seal(ByteView nonce, ByteView aad, ByteView plaintext, std::span<std::uint8_t> out) = 0;
  // out: ciphertext.size() - 16 bytes; false, and out zeroed, when the tag does not match or ciphertext is too short.
  virtual bool open(ByteView nonce, ByteView aad, ByteView ciphertext, std::span<std::uint8_t> out) = 0;
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string_view name() const = 0;

  virtual Hash sha256(std::span<const ByteView> parts) const = 0;  // of their concatenation
  virtual std::unique_ptr<HashContext> hash_context() const = 0;
  // RFC 5869; extract and expand apart, as RFC 9180 needs them. prk: at least 32 bytes; size: at most 255 * 32.
  virtual SecretBytes hkdf_extract(ByteView salt, ByteView ikm) const = 0;
  virtual Result<SecretBytes> hkdf_expand(ByteView prk, ByteView info, std::size_t size) const = 0;
  virtual std::unique_ptr<AeadContext> aes_256_gcm(ByteView key) const = 0;

  // P-256. Secrets are 32-byte big-endian scalars in [1, n-1]. Points: 33 bytes compressed or 65 uncompressed.
  virtual SecretBytes p256_generate() const = 0;
  virtual Result<Bytes> p256_public(ByteView secret, bool compressed) const = 0;
  virtual bool p256_is_valid(ByteView point) const = 0;
  virtual Result<SecretBytes> p256_ecdh(ByteView secret, ByteView point) const = 0;  // the x coordinate, 32 bytes
  virtual Signature p256_sign(ByteView secret, const Hash& digest) const = 0;        // s as it comes, not normalised
  virtual bool p256_verify(ByteView point, const Hash& digest, ByteView r_and_s) const = 0;  // any s in [1, n-1]
};

const Provider& provider();                       // the one in use: the first of providers(), unless told otherwise
const std::vector<const Provider*>& providers();  // all that this build has, the quickest first
// For start-up, before anything else runs, and for tests that go through all of them.
void use_provider(const Provider& chosen);

// Each is there where the build has it.
const Provider& openssl_provider();
const Provider& mbedtls_provider();

}  // namespace medchain::crypto
