#include "envelope_writer.h"

#include <algorithm>
#include <set>

namespace medchain::envelope {
namespace {

Bytes header_bytes_of(const Plan& plan) {
  Header header;
  header.context = plan.key.context();
  header.chunk_size = plan.chunk_size;
  header.key_commitment = plan.key.commitment();
  if (plan.author != nullptr) header.author = plan.author->public_key();
  return bcs::encode(header);
}

Result<void> check_readers(const std::vector<PublicKeys>& readers) {
  if (readers.empty()) return Error(ErrorCode::kInvalidArgument, "sealing needs at least one reader");
  if (readers.size() > kMaxWraps) {
    return Error(ErrorCode::kInvalidArgument,
                 "sealing to " + std::to_string(readers.size()) + " readers, expected at most 1024");
  }
  std::set<Address> seen;
  for (const PublicKeys& reader : readers) {
    if (!seen.insert(reader.address()).second) {
      return Error(ErrorCode::kInvalidArgument, "the same reader is named twice");
    }
  }
  return {};
}

}  // namespace

Result<Plan> make_plan(const std::vector<PublicKeys>& readers, const SealContext& context, std::uint32_t chunk_size,
                       const SigningKey* author) {
  MEDCHAIN_TRY(check_readers(readers));
  if (!is_chunk_size(chunk_size)) {
    return Error(ErrorCode::kInvalidArgument,
                 "a chunk size of " + std::to_string(chunk_size) + " bytes, expected 256 to 1048576");
  }
  Plan plan{ContentKey::random(context), {}, chunk_size, author};
  for (const PublicKeys& reader : readers) {
    auto wrap = wrap_to(reader, plan.key);
    if (!wrap) return wrap.error();
    plan.wraps.push_back(std::move(*wrap));
  }
  return plan;
}

EnvelopeWriter::EnvelopeWriter(Plan plan, Sink sink)
    : plan_(std::move(plan)),
      sink_(std::move(sink)),
      header_bytes_(header_bytes_of(plan_)),
      header_hash_(header_hash(header_bytes_)),
      cipher_(plan_.key, header_hash_) {}

EnvelopeWriter::~EnvelopeWriter() { wipe(pending_); }

Result<void> EnvelopeWriter::start() {
  bcs::Encoder encoder;
  encoder.raw(header_bytes_);
  bcs::write(encoder, plan_.attached ? plan_.wraps : std::vector<Wrap>{});
  bcs::write(encoder, std::vector<Wrap>{});
  return sink_(encoder.take());
}

Result<void> EnvelopeWriter::write(ByteView plaintext) {
  if (stopped_) return *stopped_;
  auto result = write_full_chunks(plaintext);
  if (!result) stopped_ = result.error();
  return result;
}

Result<void> EnvelopeWriter::finish() {
  if (stopped_) return *stopped_;
  auto result = write_last();
  stopped_ = result ? Error(ErrorCode::kInvalidArgument, "the envelope is finished already") : result.error();
  return result;
}

Result<void> EnvelopeWriter::write_full_chunks(ByteView plaintext) {
  // A chunk is written only when more follows it, because the last one is marked.
  while (pending_.size() + plaintext.size() > plan_.chunk_size) {
    ByteView rest = plaintext.first(plan_.chunk_size - pending_.size());
    plaintext = plaintext.subspan(rest.size());
    if (pending_.empty()) {
      MEDCHAIN_TRY(write_chunk(rest, false));
    } else {
      append(pending_, rest);
      MEDCHAIN_TRY(write_chunk(pending_, false));
      pending_.clear();
    }
  }
  if (pending_.capacity() == 0) pending_.reserve(plan_.chunk_size);  // growing would leave copies behind
  append(pending_, plaintext);
  return {};
}

Result<void> EnvelopeWriter::write_chunk(ByteView plaintext, bool last) {
  sealed_.resize(kLengthWordSize + plaintext.size() + kTagSize);
  MEDCHAIN_TRY(cipher_.seal(plaintext, last, sealed_));
  if (plan_.author != nullptr) payload_digest_.update(sealed_);
  return sink_(sealed_);
}

Result<void> EnvelopeWriter::write_last() {
  MEDCHAIN_TRY(write_chunk(pending_, true));
  Trailer trailer{wraps_root(plan_.wraps), std::nullopt};
  if (plan_.author != nullptr) {
    trailer.signature =
        sign(*plan_.author, plan_.key.context(), header_hash_, trailer.wraps_root, payload_digest_.finish());
  }
  return sink_(bcs::encode(trailer));
}

}  // namespace medchain::envelope
