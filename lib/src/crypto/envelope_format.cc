#include "envelope_format.h"

namespace medchain::envelope {
namespace {

constexpr std::string_view kSignatureDomain = "medchain/envelope/v1";

struct SignedParts {
  Hash header_hash;
  Hash wraps_root;
  Hash payload_digest;
  MEDCHAIN_FIELDS(header_hash, wraps_root, payload_digest)
};

ChainId chain_of(const SealContext& context) {
  auto* record = std::get_if<RecordContext>(&context);
  return record == nullptr ? ChainId{} : record->chain;
}

}  // namespace

bool is_chunk_size(std::uint32_t size) { return size >= kMinChunkSize && size <= kMaxChunkSize; }

Hash header_hash(ByteView header_bytes) { return hash_with_domain("medchain/envelope-header/v1", {header_bytes}); }

Hash wraps_root(const std::vector<Wrap>& wraps) {
  std::vector<Hash> leaves;
  leaves.reserve(wraps.size());
  for (const Wrap& wrap : wraps) leaves.push_back(merkle::leaf_hash(bcs::encode(wrap)));
  return merkle::root(leaves);
}

Signature sign(const SigningKey& author, const SealContext& context, const Hash& header_hash, const Hash& wraps_root,
               const Hash& payload_digest) {
  return author.sign(kSignatureDomain, chain_of(context),
                     bcs::encode(SignedParts{header_hash, wraps_root, payload_digest}));
}

bool verify_author(const SigningPublicKey& author, const SealContext& context, const Hash& header_hash,
                   const Trailer& trailer, const Hash& payload_digest) {
  return trailer.signature.has_value() &&
         verify(author, kSignatureDomain, chain_of(context),
                bcs::encode(SignedParts{header_hash, trailer.wraps_root, payload_digest}), *trailer.signature);
}

}  // namespace medchain::envelope
