// Reads the front of an envelope, header and wraps, from pieces of any size.
#pragma once

#include "envelope_format.h"

namespace medchain::envelope {

class FrontReader {
 public:
  // How many bytes of `part` belong to the front: all of them until done(). Holds no more than the front itself, which
  // the limits on wraps bound.
  Result<std::size_t> write(ByteView part);
  bool done() const { return stage_ == Stage::kDone; }

  // Complete once done().
  const Header& header() const { return header_; }
  const Bytes& header_bytes() const { return header_bytes_; }
  const std::vector<Wrap>& wraps() const { return wraps_; }
  const std::vector<Wrap>& added() const { return added_; }
  std::size_t size() const { return size_; }  // of the whole front

 private:
  enum class Stage { kHeader, kWrapsCount, kWraps, kAddedCount, kAdded, kDone };

  std::size_t largest_element() const;
  Result<void> read_element(bcs::Decoder& decoder);
  Result<void> read_header(bcs::Decoder& decoder);
  Result<void> read_count(bcs::Decoder& decoder);
  Result<void> read_wrap(bcs::Decoder& decoder);
  void skip_empty_lists();

  Stage stage_ = Stage::kHeader;
  Bytes pending_;  // of an element that is not complete yet
  std::uint32_t wraps_left_ = 0;
  std::size_t size_ = 0;
  Header header_;
  Bytes header_bytes_;
  std::vector<Wrap> wraps_;
  std::vector<Wrap> added_;
};

// The front of an envelope that is at hand as a whole.
Result<FrontReader> read_front(ByteView envelope);

}  // namespace medchain::envelope
