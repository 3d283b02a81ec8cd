// The chunks of an envelope: AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizar, CRYPTO
// 2015). The nonce is the chunk's number and whether it is the last, so chunks cannot be reordered, dropped or followed
// by others; the key is fresh for each envelope, so no nonce repeats.
#pragma once

#include <memory>

#include "content_key.h"
#include "provider.h"

namespace medchain::envelope {

inline constexpr std::uint32_t kMaxChunks = 1u << 31;

class ChunkCipher {
 public:
  // `next` is the number of the first chunk; other than 0 only in tests.
  ChunkCipher(const ContentKey& key, const Hash& header_hash, std::uint32_t next = 0);

  // Into `out`: the length word, the ciphertext and its tag; plaintext.size() + 20 bytes. kTooLarge after kMaxChunks.
  Result<void> seal(ByteView plaintext, bool last, std::span<std::uint8_t> out);
  // `ciphertext` without its length word; `out` is 16 bytes shorter.
  Result<void> open(ByteView ciphertext, bool last, std::span<std::uint8_t> out);

  std::uint32_t next() const { return next_; }

 private:
  std::unique_ptr<crypto::AeadContext> aead_;
  Hash header_hash_;
  std::uint32_t next_;
};

}  // namespace medchain::envelope
