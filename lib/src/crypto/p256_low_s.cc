#include "p256_low_s.h"

#include <algorithm>

namespace medchain::crypto {
namespace {

// n, the order of P-256 (SP 800-186), and (n - 1) / 2; big-endian.
constexpr std::array<std::uint8_t, 32> kOrder{0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                              0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                              0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
constexpr std::array<std::uint8_t, 32> kHalfOrder = [] {
  std::array<std::uint8_t, 32> half{};
  unsigned carry = 0;
  for (std::size_t i = 0; i < half.size(); ++i) {
    unsigned value = carry << 8 | kOrder[i];
    half[i] = static_cast<std::uint8_t>(value >> 1);
    carry = value & 1;
  }
  return half;
}();

}  // namespace

bool has_low_s(const Signature& signature) {
  return std::memcmp(signature.bytes.data() + 32, kHalfOrder.data(), kHalfOrder.size()) <= 0;
}

Signature with_low_s(Signature signature) {
  if (has_low_s(signature)) return signature;
  std::uint8_t* s = signature.bytes.data() + 32;
  int borrow = 0;
  for (int i = 31; i >= 0; --i) {
    int difference = kOrder[static_cast<std::size_t>(i)] - s[i] - borrow;
    borrow = difference < 0 ? 1 : 0;
    s[i] = static_cast<std::uint8_t>(difference + 256 * borrow);
  }
  return signature;
}

}  // namespace medchain::crypto
