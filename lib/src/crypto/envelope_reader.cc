#include "envelope_reader.h"

#include <algorithm>

namespace medchain::envelope {

EnvelopeReader::EnvelopeReader(const KeyPair& reader, Sink sink, const Wrap* detached_wrap)
    : reader_(&reader), sink_(std::move(sink)), detached_wrap_(detached_wrap) {}

EnvelopeReader::~EnvelopeReader() { wipe(plaintext_); }

Result<void> EnvelopeReader::write(ByteView part) {
  if (failed_) return *failed_;
  auto result = consume(part);
  if (!result) failed_ = result.error();
  return result;
}

Result<void> EnvelopeReader::consume(ByteView part) {
  if (stage_ == Stage::kFront) MEDCHAIN_TRY(consume_front(part));
  while (!part.empty()) {
    if (stage_ == Stage::kEnd) return Error(ErrorCode::kMalformed, "bytes follow the end of the envelope");
    auto element = gather(part, wanted());
    if (!element) break;
    switch (stage_) {
      case Stage::kLengthWord: MEDCHAIN_TRY(read_length_word(*element)); break;
      case Stage::kChunk: MEDCHAIN_TRY(read_chunk(*element)); break;
      default: MEDCHAIN_TRY(read_trailer(*element)); break;
    }
  }
  return {};
}

// The next `size` bytes: straight from `part` when it has them all, otherwise collected over several calls.
std::optional<ByteView> EnvelopeReader::gather(ByteView& part, std::size_t size) {
  if (std::exchange(gathered_used_, false)) gathered_.clear();
  std::size_t count = std::min(size - gathered_.size(), part.size());
  ByteView taken = part.first(count);
  part = part.subspan(count);
  if (count == size) return taken;
  append(gathered_, taken);
  if (gathered_.size() < size) return std::nullopt;
  gathered_used_ = true;
  return ByteView(gathered_);
}

std::size_t EnvelopeReader::wanted() const {
  if (stage_ == Stage::kLengthWord) return kLengthWordSize;
  return stage_ == Stage::kChunk ? chunk_bytes_ : trailer_size(header_.author.has_value());
}

Result<void> EnvelopeReader::consume_front(ByteView& part) {
  auto used = front_.write(part);
  if (!used) return used.error();
  part = part.subspan(*used);
  return front_.done() ? begin_chunks() : Result<void>();
}

Result<void> EnvelopeReader::begin_chunks() {
  header_ = front_.header();
  header_hash_ = header_hash(front_.header_bytes());
  if (!front_.wraps().empty()) wraps_root_ = wraps_root(front_.wraps());
  if (detached_wrap_ != nullptr && (!front_.wraps().empty() || !front_.added().empty())) {
    return Error(ErrorCode::kInvalidArgument, "the body of a record has wraps in it, expected none");
  }
  const Wrap* wrap =
      detached_wrap_ != nullptr ? detached_wrap_ : find_wrap(reader_->address(), front_.wraps(), front_.added());
  if (wrap == nullptr) {
    return Error(ErrorCode::kPermissionDenied, "the envelope is not sealed to this key: it has no wrap for it");
  }
  auto key = unwrap(*wrap, *reader_, header_);
  if (!key) return key.error();
  key_.emplace(std::move(*key));
  cipher_.emplace(*key_, header_hash_);
  front_ = FrontReader();
  stage_ = Stage::kLengthWord;
  return {};
}

Result<void> EnvelopeReader::read_length_word(ByteView word) {
  std::uint32_t value = bcs::Decoder(word).integer<std::uint32_t>();
  last_chunk_ = (value & kLastChunkBit) != 0;
  chunk_bytes_ = value & ~kLastChunkBit;
  // Full chunks, then one that is shorter or full; an empty one only when it is all there is. So every content has one
  // form, and what is waited for is bounded.
  std::size_t largest = header_.chunk_size + kTagSize;
  std::size_t smallest = !last_chunk_ ? largest : cipher_->next() == 0 ? kTagSize : kTagSize + 1;
  if (chunk_bytes_ < smallest || chunk_bytes_ > largest) {
    return Error(ErrorCode::kMalformed, "chunk " + std::to_string(cipher_->next()) + " of the envelope has " +
                                            std::to_string(chunk_bytes_) + " bytes, expected " +
                                            std::to_string(smallest) + " to " + std::to_string(largest));
  }
  if (header_.author) payload_digest_.update(word);
  stage_ = Stage::kChunk;
  return {};
}

Result<void> EnvelopeReader::read_chunk(ByteView ciphertext) {
  plaintext_.resize(ciphertext.size() - kTagSize);
  MEDCHAIN_TRY(cipher_->open(ciphertext, last_chunk_, plaintext_));
  if (header_.author) payload_digest_.update(ciphertext);
  stage_ = last_chunk_ ? Stage::kTrailer : Stage::kLengthWord;
  return sink_(plaintext_);
}

Result<void> EnvelopeReader::read_trailer(ByteView bytes) {
  auto trailer = bcs::decode<Trailer>(bytes);
  if (!trailer) return trailer.error().in("the trailer of the envelope");
  trailer_ = *trailer;
  stage_ = Stage::kEnd;
  return {};
}

Result<void> EnvelopeReader::check_trailer() {
  if (wraps_root_ && *wraps_root_ != trailer_.wraps_root) {
    return Error(ErrorCode::kAuthentication, "the envelope's wraps are not those it was sealed with");
  }
  if (header_.author.has_value() != trailer_.signature.has_value()) {
    return Error(ErrorCode::kMalformed, "the envelope has an author without a signature, or the reverse");
  }
  if (header_.author &&
      !verify_author(*header_.author, header_.context, header_hash_, trailer_, payload_digest_.finish())) {
    return Error(ErrorCode::kAuthentication, "the author's signature on the envelope does not verify");
  }
  return {};
}

Result<Opened> EnvelopeReader::finish() {
  if (failed_) return *failed_;
  Result<void> checked = stage_ == Stage::kEnd
                             ? check_trailer()
                             : Error(ErrorCode::kMalformed, "the envelope is cut off: its end is missing");
  failed_ = checked ? Error(ErrorCode::kInvalidArgument, "the envelope is finished already") : checked.error();
  if (!checked) return checked.error();
  return Opened{{}, header_.author, header_.context};
}

}  // namespace medchain::envelope
