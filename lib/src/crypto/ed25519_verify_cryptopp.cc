// Crypto++ has Andrew Moon's ed25519-donna, which computes R' = [S]B - [h]A and compares its bytes with R, without the
// cofactor, as libsodium does. What it lets pass and libsodium refuses is refused here first, so that nodes agree on
// every signature whatever they were built with: an S that is not reduced (RFC 8032 section 5.1.7; Crypto++'s issue
// 1352), an A that is not canonical (issue 1348), and A or R of small order, with which one signature holds for many
// messages (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020). No R' equals an R that is not canonical.
#include <cryptopp/donna.h>

#include "curve25519.h"
#include "ed25519.h"

namespace medchain::crypto {
namespace {

// L = 2^252 + 27742317777372353535851937790883648493, the order of the group (RFC 8032 section 5.1).
constexpr LittleEndian kOrder = number("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

// The y of the points of orders 1, 2, 4 and 8 in turn, two of them of 8; x and -x share one. libsodium has the same in
// ge25519_has_small_order().
constexpr LittleEndian kSmall[] = {
    number("0100000000000000000000000000000000000000000000000000000000000000"),
    number("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    number("0000000000000000000000000000000000000000000000000000000000000000"),
    number("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    number("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
};

// A point as its y, with the sign of x in the highest bit.
LittleEndian y_of(ByteView point) {
  LittleEndian y;
  std::copy(point.begin(), point.end(), y.begin());
  y[31] &= 0x7f;
  return y;
}

bool is_small(const LittleEndian& y) { return std::find(std::begin(kSmall), std::end(kSmall), y) != std::end(kSmall); }

}  // namespace

bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const LittleEndian a = y_of(public_key);
  if (!is_below(a, kFieldPrime) || is_small(a) || is_small(y_of(signature.first(32)))) return false;
  if (!is_below(signature.subspan(32), kOrder)) return false;
  return CryptoPP::Donna::ed25519_sign_open(message.data(), message.size(), public_key.data(), signature.data()) == 0;
}

}  // namespace medchain::crypto
