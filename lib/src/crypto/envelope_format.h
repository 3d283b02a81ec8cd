// The parts of an envelope as FORMAT.md lays them out:
//
//   Header | wraps: vector<Wrap> | added: vector<Wrap> | chunks | Trailer
#pragma once

#include "medchain/merkle.h"
#include "medchain/sealing.h"

namespace medchain::envelope {

using KeyCommitment = FixedBytes<32, struct KeyCommitmentTag>;

// Suite 1: HPKE base mode, HKDF-SHA256, AES-256-GCM in STREAM chunks. Another one is kUnsupportedVersion, because a
// newer build may know it.
struct Suite {
  std::uint32_t value = kHpkeStream;
  static constexpr std::uint32_t kHpkeStream = 1;

  void bcs_encode(bcs::Encoder& encoder) const { encoder.uleb128(value); }
  static Suite bcs_decode(bcs::Decoder& decoder) {
    Suite suite{decoder.uleb128()};
    if (suite.value != kHpkeStream) decoder.fail(ErrorCode::kUnsupportedVersion, "an unknown suite");
    return suite;
  }
};

struct Header {
  Suite suite;
  SealContext context;
  std::uint32_t chunk_size = kDefaultChunkSize;
  KeyCommitment key_commitment;
  std::optional<SigningPublicKey> author;
  MEDCHAIN_VERSIONED(1, suite, context, chunk_size, key_commitment, author)
};

// Its signature is there exactly when the header names an author.
struct Trailer {
  Hash wraps_root;  // over the original wraps, those in `wraps`
  std::optional<Signature> signature;
  MEDCHAIN_FIELDS(wraps_root, signature)
};

// Sizes no valid part exceeds, so that a reader knows when to stop waiting for more.
inline constexpr std::size_t kMaxHeaderSize = 1 + 1 + (1 + 32 + 32) + 4 + 32 + (1 + 1 + 33);
inline constexpr std::size_t kMaxWrapSize = 32 + 1 + (1 + 65) + (1 + 48);
inline constexpr std::size_t kMaxCountSize = 2;  // the ULEB128 of at most kMaxWraps
static_assert(kMaxWraps < (1u << (7 * kMaxCountSize)));
inline std::size_t trailer_size(bool with_signature) { return with_signature ? 32 + 1 + 64 : 32 + 1; }

inline constexpr std::size_t kLengthWordSize = 4;
inline constexpr std::uint32_t kLastChunkBit = 0x80000000;
inline constexpr std::size_t kTagSize = 16;
static_assert(kMaxChunkSize + kTagSize < kLastChunkBit);

bool is_chunk_size(std::uint32_t size);
Hash header_hash(ByteView header_bytes);
Hash wraps_root(const std::vector<Wrap>& wraps);

// The author's signature; `payload_digest` is SHA-256 of the chunks as they stand, length words included.
Signature sign(const SigningKey& author, const SealContext& context, const Hash& header_hash, const Hash& wraps_root,
               const Hash& payload_digest);
bool verify_author(const SigningPublicKey& author, const SealContext& context, const Hash& header_hash,
                   const Trailer& trailer, const Hash& payload_digest);

}  // namespace medchain::envelope
