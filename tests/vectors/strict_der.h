// SEQUENCE { INTEGER r, INTEGER s } in strict DER, to r || s of 32 bytes each. MedChain itself has no DER: this lets
// the vectors that come as DER reach the raw primitive.
#pragma once

#include <algorithm>
#include <optional>

#include "medchain/bytes.h"

namespace medchain::vectors {

// A positive integer of at most 256 bits, minimal, from the front of `in`.
inline bool take_der_integer(ByteView& in, std::span<std::uint8_t> out) {
  if (in.size() < 3 || in[0] != 0x02 || in[1] == 0 || in[1] > 33 || in.size() < 2u + in[1]) return false;
  ByteView value = in.subspan(2, in[1]);
  in = in.subspan(2u + in[1]);
  if ((value[0] & 0x80) != 0) return false;  // negative
  if (value[0] == 0 && value.size() > 1) {
    if ((value[1] & 0x80) == 0) return false;  // a needless zero
    value = value.subspan(1);
  }
  if (value.size() > out.size()) return false;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  std::copy(value.begin(), value.end(), out.end() - static_cast<std::ptrdiff_t>(value.size()));
  return true;
}

inline std::optional<Bytes> parse_strict_der(ByteView in) {
  if (in.size() < 2 || in[0] != 0x30 || in[1] > 0x7f || in.size() != 2u + in[1]) return std::nullopt;
  in = in.subspan(2);
  Bytes out(64);
  if (!take_der_integer(in, std::span(out).first(32)) || !take_der_integer(in, std::span(out).last(32)) ||
      !in.empty()) {
    return std::nullopt;
  }
  return out;
}

}  // namespace medchain::vectors
