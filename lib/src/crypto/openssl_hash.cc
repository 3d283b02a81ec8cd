#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "openssl_parts.h"

#include <algorithm>

namespace medchain::crypto::openssl {
namespace {

constexpr std::size_t kHashSize = 32;
constexpr std::size_t kBlockSize = 64;

class OpensslHash : public HashContext {
 public:
  OpensslHash() { SHA256_Init(&context_); }
  ~OpensslHash() override { OPENSSL_cleanse(&context_, sizeof context_); }
  OpensslHash(const OpensslHash&) = delete;
  OpensslHash& operator=(const OpensslHash&) = delete;

  void update(ByteView data) override { SHA256_Update(&context_, data.data(), data.size()); }
  Hash finish() override {
    Hash hash;
    finish_into(hash.bytes);
    return hash;
  }
  void finish_into(std::span<std::uint8_t, kHashSize> out) {
    SHA256_Final(out.data(), &context_);
    SHA256_Init(&context_);
  }

 private:
  SHA256_CTX context_;
};

// HMAC-SHA-256 (RFC 2104). Keys here are at most a block long or hashed first, as the RFC says.
class Hmac {
 public:
  explicit Hmac(ByteView key) {
    if (key.size() > kBlockSize) {
      inner_.update(key);
      inner_.finish_into(std::span(block_).first<kHashSize>());
    } else if (!key.empty()) {
      std::memcpy(block_.data(), key.data(), key.size());
    }
    start();
  }
  ~Hmac() { OPENSSL_cleanse(block_.data(), block_.size()); }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  void update(ByteView data) { inner_.update(data); }
  // And starts over under the same key.
  void finish_into(std::span<std::uint8_t, kHashSize> out) {
    inner_.finish_into(out);
    update_padded(outer_, 0x5c);
    outer_.update(out);
    outer_.finish_into(out);
    start();
  }

 private:
  void start() { update_padded(inner_, 0x36); }
  void update_padded(OpensslHash& hash, std::uint8_t pad) {
    for (std::uint8_t& byte : block_) byte ^= pad;
    hash.update(block_);
    for (std::uint8_t& byte : block_) byte ^= pad;
  }

  std::array<std::uint8_t, kBlockSize> block_{};
  OpensslHash inner_, outer_;
};

}  // namespace

Hash sha256(std::span<const ByteView> parts) {
  SHA256_CTX context;
  SHA256_Init(&context);
  for (ByteView part : parts) SHA256_Update(&context, part.data(), part.size());
  Hash hash;
  SHA256_Final(hash.bytes.data(), &context);
  return hash;
}

std::unique_ptr<HashContext> hash_context() { return std::make_unique<OpensslHash>(); }

SecretBytes hkdf_extract(ByteView salt, ByteView ikm) {
  Hmac hmac(salt);
  hmac.update(ikm);
  SecretBytes prk(kHashSize);
  hmac.finish_into(prk.expose_mutable().first<kHashSize>());
  return prk;
}

Result<SecretBytes> hkdf_expand(ByteView prk, ByteView info, std::size_t size) {
  MEDCHAIN_ASSERT(prk.size() >= kHashSize, "HKDF expands keys of at least 32 bytes");
  if (size > 255 * kHashSize) {
    return Error(ErrorCode::kInvalidArgument, "HKDF-SHA256 gives at most 8160 bytes, not " + std::to_string(size));
  }
  Hmac hmac(prk);
  SecretBytes out(size);
  SecretBytes block(kHashSize);
  std::size_t filled = 0;
  for (std::uint8_t counter = 1; filled < size; ++counter) {
    if (counter > 1) hmac.update(block.expose());
    hmac.update(info);
    hmac.update({&counter, 1});
    hmac.finish_into(block.expose_mutable().first<kHashSize>());
    std::size_t count = std::min(kHashSize, size - filled);
    std::memcpy(out.expose_mutable().data() + filled, block.expose().data(), count);
    filled += count;
  }
  return out;
}

}  // namespace medchain::crypto::openssl
