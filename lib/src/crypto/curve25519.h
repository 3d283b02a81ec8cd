// What Ed25519 (RFC 8032) and X25519 (RFC 7748) share: numbers of 32 bytes, little-endian, and the field's prime.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "medchain/bytes.h"

namespace medchain::crypto {

using LittleEndian = std::array<std::uint8_t, 32>;

// Of the 64 lower-case digits that a constant is published as.
consteval LittleEndian number(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  LittleEndian bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(kDigits.find(hex[2 * i]) << 4 | kDigits.find(hex[2 * i + 1]));
  }
  return bytes;
}

// p = 2^255 - 19.
inline constexpr LittleEndian kFieldPrime = number("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

// For public numbers: how long it takes tells how far they are alike.
inline bool is_below(ByteView value, const LittleEndian& bound) {
  return std::lexicographical_compare(value.rbegin(), value.rend(), bound.rbegin(), bound.rend());
}

}  // namespace medchain::crypto
