#include "front_reader.h"

#include <algorithm>

#include "content_key.h"

namespace medchain::envelope {

std::size_t FrontReader::largest_element() const {
  if (stage_ == Stage::kHeader) return kMaxHeaderSize;
  return stage_ == Stage::kWraps || stage_ == Stage::kAdded ? kMaxWrapSize : kMaxCountSize;
}

// An element is tried again with each piece that arrives, until it decodes or has more bytes than any valid one.
Result<std::size_t> FrontReader::write(ByteView part) {
  std::size_t used = 0;
  while (!done() && used < part.size()) {
    std::size_t count = std::min(largest_element() - pending_.size(), part.size() - used);
    append(pending_, part.subspan(used, count));
    used += count;
    bcs::Decoder decoder(pending_);
    bool may_grow = pending_.size() < largest_element();
    auto read = read_element(decoder);
    if (!decoder.ok() && decoder.error().code() == ErrorCode::kMalformed && may_grow) continue;
    if (!read) return read.error().in("the front of the envelope");
    used -= decoder.remaining();  // they came with this part: the bytes before it did not complete the element
    size_ += decoder.position();
    pending_.clear();
    skip_empty_lists();
  }
  return used;
}

Result<void> FrontReader::read_element(bcs::Decoder& decoder) {
  switch (stage_) {
    case Stage::kHeader: return read_header(decoder);
    case Stage::kWrapsCount:
    case Stage::kAddedCount: return read_count(decoder);
    case Stage::kWraps:
    case Stage::kAdded: return read_wrap(decoder);
    case Stage::kDone: break;
  }
  return {};
}

Result<void> FrontReader::read_header(bcs::Decoder& decoder) {
  header_ = bcs::read<Header>(decoder);
  if (!decoder.ok()) return decoder.error();
  if (!is_chunk_size(header_.chunk_size)) {
    return Error(ErrorCode::kMalformed, "a chunk size of " + std::to_string(header_.chunk_size) + " bytes");
  }
  header_bytes_ = to_bytes(ByteView(pending_).first(decoder.position()));
  stage_ = Stage::kWrapsCount;
  return {};
}

Result<void> FrontReader::read_count(bcs::Decoder& decoder) {
  wraps_left_ = decoder.uleb128();
  if (!decoder.ok()) return decoder.error();
  if (wraps_left_ > kMaxWraps) {
    return Error(ErrorCode::kTooLarge, std::to_string(wraps_left_) + " wraps in one list, expected at most 1024");
  }
  stage_ = stage_ == Stage::kWrapsCount ? Stage::kWraps : Stage::kAdded;
  return {};
}

Result<void> FrontReader::read_wrap(bcs::Decoder& decoder) {
  Wrap wrap = bcs::read<Wrap>(decoder);
  if (!decoder.ok()) return decoder.error();
  if (find_wrap(wrap.reader, wraps_, added_) != nullptr) {
    return Error(ErrorCode::kMalformed, "two wraps for the same reader");
  }
  (stage_ == Stage::kWraps ? wraps_ : added_).push_back(std::move(wrap));
  --wraps_left_;
  return {};
}

void FrontReader::skip_empty_lists() {
  if (wraps_left_ > 0) return;
  if (stage_ == Stage::kWraps) {
    stage_ = Stage::kAddedCount;
  } else if (stage_ == Stage::kAdded) {
    stage_ = Stage::kDone;
  }
}

Result<FrontReader> read_front(ByteView envelope) {
  FrontReader front;
  auto used = front.write(envelope);
  if (!used) return used.error();
  if (!front.done())
    return Error(ErrorCode::kMalformed,
                 "the envelope ends within its header or wraps: it was cut off or altered there");
  return front;
}

}  // namespace medchain::envelope
