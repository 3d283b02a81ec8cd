// Whatever checks signatures in this build, it accepts what libsodium accepts: a network stands still when its nodes do
// not agree on a signature.
#include "ed25519.h"

#include <sodium.h>

#include "support/catch.h"

using namespace medchain;

namespace {

using Point = std::array<std::uint8_t, 32>;
using Scalar = std::array<std::uint8_t, 32>;

Point point(std::string_view hex) {
  Point result;
  const Bytes bytes = *from_hex(hex);
  std::copy(bytes.begin(), bytes.end(), result.begin());
  return result;
}

// All points of small order, and then all encodings of such points that RFC 8032 does not allow, as in Chalkias,
// Garillot, Nikolaenko, "Taming the many EdDSAs", 2020.
const Point kTorsion[] = {
    point("0100000000000000000000000000000000000000000000000000000000000000"),
    point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    point("0000000000000000000000000000000000000000000000000000000000000000"),
    point("0000000000000000000000000000000000000000000000000000000000000080"),
    point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    point("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    point("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
};
const Point kNotCanonical[] = {
    point("0100000000000000000000000000000000000000000000000000000000000080"),
    point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    point("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    point("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    point("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    point("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
};
// L, RFC 8032 section 5.1.
const Scalar kOrder = point("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

// A point of which the discrete logarithm is known, up to the part of small order.
struct Known {
  Point point;
  Scalar logarithm{};
};

// All that can be made of one scalar: multiplied with B, with each point of small order added; and without B.
std::vector<Known> known_points(std::uint8_t seed) {
  Scalar scalar{};
  scalar.fill(seed);
  scalar[31] = 0;
  Point base;
  REQUIRE(crypto_scalarmult_ed25519_base_noclamp(base.data(), scalar.data()) == 0);
  std::vector<Known> points;
  for (const Point& torsion : kTorsion) {
    Known sum{{}, scalar};
    REQUIRE(crypto_core_ed25519_add(sum.point.data(), base.data(), torsion.data()) == 0);
    points.push_back(sum);
    points.push_back({torsion});
  }
  for (const Point& other : kNotCanonical) points.push_back({other});
  return points;
}

// R || S with S = r + H(R, A, message) a: what [S]B = R + [h]A asks for, but for the parts of small order.
Bytes signature_of(const Known& r, const Known& a, ByteView message) {
  Bytes hashed;
  append(hashed, r.point);
  append(hashed, a.point);
  append(hashed, message);
  std::array<std::uint8_t, crypto_hash_sha512_BYTES> wide;
  crypto_hash_sha512(wide.data(), hashed.data(), hashed.size());
  Scalar scalar;
  crypto_core_ed25519_scalar_reduce(scalar.data(), wide.data());
  crypto_core_ed25519_scalar_mul(scalar.data(), scalar.data(), a.logarithm.data());
  crypto_core_ed25519_scalar_add(scalar.data(), scalar.data(), r.logarithm.data());
  Bytes signature;
  append(signature, r.point);
  append(signature, scalar);
  return signature;
}

Bytes plus_order(Bytes signature) {
  int carry = 0;
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    carry += signature[32 + i] + kOrder[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return signature;
}

// libsodium's verdict, which must be ours.
bool agreed(const Point& key, ByteView message, const Bytes& signature) {
  const bool theirs = crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
  INFO("A " << to_hex(key) << ", signature " << to_hex(signature));
  REQUIRE(crypto::ed25519_verify(key, message, signature) == theirs);
  return theirs;
}

}  // namespace

TEST_CASE("Ed25519: keys and nonces with parts of small order are judged as libsodium judges them") {
  REQUIRE(sodium_init() >= 0);
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const Known& a : known_points(0x11)) {
    for (const Known& r : known_points(0x22)) {
      for (std::uint8_t i = 0; i < 6; ++i) {
        const Bytes message{i};
        ++(agreed(a.point, message, signature_of(r, a, message)) ? accepted : refused);
      }
    }
  }
  // With a part of order 8 in A, one message in eight is accepted: both verdicts are met.
  CHECK(accepted > 10);
  CHECK(refused > 1000);
}

TEST_CASE("Ed25519: one signature has one form") {
  const Known a = known_points(0x11)[0];
  const Known r = known_points(0x22)[0];
  const Bytes message = to_bytes(view("message"));
  const Bytes signature = signature_of(r, a, message);
  CHECK(agreed(a.point, message, signature));
  CHECK_FALSE(agreed(a.point, message, plus_order(signature)));
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Bytes changed = signature;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK_FALSE(agreed(a.point, message, changed));
  }
  for (std::size_t bit = 0; bit < a.point.size() * 8; ++bit) {
    Point changed = a.point;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK_FALSE(agreed(changed, message, signature));
  }
}

TEST_CASE("Ed25519: an S at the bounds is judged as libsodium judges it") {
  const Known a = known_points(0x11)[0];
  for (const Known& r : known_points(0x22)) {
    for (std::string_view hex : {"0000000000000000000000000000000000000000000000000000000000000000",
                                 "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
                                 "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
                                 "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
                                 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff1f",
                                 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
      Bytes signature;
      append(signature, r.point);
      append(signature, point(hex));
      CHECK_FALSE(agreed(a.point, {}, signature));
    }
  }
}

TEST_CASE("Ed25519: other sizes are no signatures") {
  const Known a = known_points(0x11)[0];
  const Bytes message = to_bytes(view("message"));
  Bytes signature = signature_of(known_points(0x22)[0], a, message);
  CHECK_FALSE(crypto::ed25519_verify(ByteView(a.point).first(31), message, signature));
  CHECK_FALSE(crypto::ed25519_verify(a.point, message, ByteView(signature).first(63)));
  signature.push_back(0);
  CHECK_FALSE(crypto::ed25519_verify(a.point, message, signature));
  CHECK_FALSE(crypto::ed25519_verify({}, message, {}));
}
