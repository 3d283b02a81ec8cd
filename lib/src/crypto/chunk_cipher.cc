#include "chunk_cipher.h"

namespace medchain::envelope {
namespace {

// Seven zeros, the number big-endian, and 1 for the last chunk.
std::array<std::uint8_t, 12> nonce_of(std::uint32_t index, bool last) {
  std::array<std::uint8_t, 12> nonce{};
  for (std::size_t i = 0; i < 4; ++i) nonce[7 + i] = static_cast<std::uint8_t>(index >> (24 - 8 * i));
  nonce[11] = last ? 1 : 0;
  return nonce;
}

Error too_many_chunks() { return {ErrorCode::kTooLarge, "an envelope holds at most 2^31 chunks; use larger chunks"}; }

}  // namespace

ChunkCipher::ChunkCipher(const ContentKey& key, const Hash& header_hash, std::uint32_t next)
    : aead_(crypto::provider().aes_256_gcm(key.aead_key().expose())), header_hash_(header_hash), next_(next) {}

Result<void> ChunkCipher::seal(ByteView plaintext, bool last, std::span<std::uint8_t> out) {
  if (next_ >= kMaxChunks) return too_many_chunks();
  auto size = static_cast<std::uint32_t>(plaintext.size() + kTagSize);
  std::uint32_t word = last ? size | kLastChunkBit : size;
  for (std::size_t i = 0; i < kLengthWordSize; ++i) out[i] = static_cast<std::uint8_t>(word >> (8 * i));
  aead_->seal(nonce_of(next_, last), header_hash_.bytes, plaintext, out.subspan(kLengthWordSize));
  ++next_;
  return {};
}

Result<void> ChunkCipher::open(ByteView ciphertext, bool last, std::span<std::uint8_t> out) {
  if (next_ >= kMaxChunks) return too_many_chunks();
  if (!aead_->open(nonce_of(next_, last), header_hash_.bytes, ciphertext, out)) {
    return Error(ErrorCode::kAuthentication,
                 "chunk " + std::to_string(next_) + " of the envelope was altered, moved or cut off");
  }
  ++next_;
  return {};
}

}  // namespace medchain::envelope
