// An input cut into pieces: what the fuzzer's bytes mean to a target, and how seeds are written. Every byte string is a
// valid input, so that no mutation is lost.
#pragma once

#include <algorithm>

#include "medchain/bcs.h"

namespace medchain::fuzz {

class Pieces {
 public:
  explicit Pieces(ByteView input) : rest_(input) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() { return rest_.empty() ? 0 : take(1)[0]; }  // zero at the end
  // A size in two bytes, little-endian, and as many bytes, or what is left of them.
  ByteView piece() {
    std::size_t size = byte();
    size |= std::size_t{byte()} << 8;
    return take(size);
  }
  ByteView rest() { return take(rest_.size()); }

 private:
  ByteView take(std::size_t size) {
    ByteView taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  ByteView rest_;
};

// The other direction, for seeds.
class Script {
 public:
  Script& byte(std::size_t value) {
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  Script& piece(ByteView bytes) {
    MEDCHAIN_ASSERT(bytes.size() < 0x10000, "a piece has a size of two bytes");
    byte(bytes.size() & 0xff).byte(bytes.size() >> 8);
    return raw(bytes);
  }
  Script& raw(ByteView bytes) {
    append(bytes_, bytes);
    return *this;
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

// What decodes is encoded again to the same bytes: one encoding for each value.
template <class T>
std::optional<T> canonical(ByteView input) {
  auto value = bcs::decode<T>(input);
  if (!value) return std::nullopt;
  MEDCHAIN_ASSERT(equal(bcs::encode(*value), input), "a value with two encodings");
  return std::move(*value);
}

}  // namespace medchain::fuzz
