#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>

#include <algorithm>

#include "mbedtls_parts.h"

namespace medchain::crypto::mbedtls {
namespace {

constexpr std::size_t kScalarSize = 32;
constexpr std::size_t kCompressedSize = 33;
constexpr std::size_t kUncompressedSize = 65;

using Number = Owned<mbedtls_mpi, mbedtls_mpi_init, mbedtls_mpi_free>;
using Point = Owned<mbedtls_ecp_point, mbedtls_ecp_point_init, mbedtls_ecp_point_free>;
using Group = Owned<mbedtls_ecp_group, mbedtls_ecp_group_init, mbedtls_ecp_group_free>;

void check(int code) { MEDCHAIN_ASSERT(code == 0, "mbedTLS refused a P-256 call"); }

// Whether mbedTLS found its input good. That it found no memory is no verdict: a replica that took it for one would
// judge otherwise than its peers.
bool accepted(int code) {
  MEDCHAIN_ASSERT(code != MBEDTLS_ERR_MPI_ALLOC_FAILED, "no memory for P-256");
  return code == 0;
}

// For blinding, as mbedTLS calls it. Never fails.
int random_for_mbedtls(void*, unsigned char* out, std::size_t size) {
  random_bytes({out, size});
  return 0;
}

// P-256, one for each thread: mbedTLS keeps multiples of the generator in it, the first time that it needs them.
mbedtls_ecp_group* group() {
  struct P256 {
    Group group;
    P256() { check(mbedtls_ecp_group_load(group.get(), MBEDTLS_ECP_DP_SECP256R1)); }
  };
  thread_local P256 mine;
  return mine.group.get();
}

// y of the compressed `point`, SEC 1 section 2.3.4: y^2 = x^3 - 3x + b, and since p = 3 (mod 4), the root of a square
// is its power (p + 1) / 4. Where there is no root, y is of no point of the curve, which the caller finds. mbedTLS 2.28
// reads no compressed points. Points are public, so this need not take constant time.
void decompress(ByteView point, std::span<std::uint8_t, kScalarSize> y_bytes) {
  const mbedtls_mpi* p = &group()->P;
  Number x, square, exponent, y;
  check(mbedtls_mpi_read_binary(x.get(), point.data() + 1, kScalarSize));
  check(mbedtls_mpi_mul_mpi(square.get(), x.get(), x.get()));
  check(mbedtls_mpi_sub_int(square.get(), square.get(), 3));
  check(mbedtls_mpi_mul_mpi(square.get(), square.get(), x.get()));
  check(mbedtls_mpi_add_mpi(square.get(), square.get(), &group()->B));
  check(mbedtls_mpi_mod_mpi(square.get(), square.get(), p));

  check(mbedtls_mpi_add_int(exponent.get(), p, 1));
  check(mbedtls_mpi_shift_r(exponent.get(), 2));
  check(mbedtls_mpi_exp_mod(y.get(), square.get(), exponent.get(), p, nullptr));
  if (mbedtls_mpi_get_bit(y.get(), 0) != (point[0] & 1)) check(mbedtls_mpi_sub_mpi(y.get(), p, y.get()));
  check(mbedtls_mpi_write_binary(y.get(), y_bytes.data(), y_bytes.size()));
}

// The hybrid forms (06, 07) and infinity (00) are refused; so are coordinates of p or more, and what is off the curve.
bool load_point(Point& point, ByteView bytes) {
  if (bytes.size() == kUncompressedSize ? bytes[0] != 4
                                        : bytes.size() != kCompressedSize || (bytes[0] != 2 && bytes[0] != 3)) {
    return false;
  }
  std::array<std::uint8_t, kUncompressedSize> whole{4};
  std::copy(bytes.begin() + 1, bytes.end(), whole.begin() + 1);
  if (bytes.size() == kCompressedSize) decompress(bytes, std::span(whole).last<kScalarSize>());
  return accepted(mbedtls_ecp_point_read_binary(group(), point.get(), whole.data(), whole.size())) &&
         accepted(mbedtls_ecp_check_pubkey(group(), point.get()));
}

// False unless it is in [1, n-1].
bool load_scalar(Number& scalar, ByteView secret) {
  if (secret.size() != kScalarSize) return false;
  check(mbedtls_mpi_read_binary(scalar.get(), secret.data(), secret.size()));
  return accepted(mbedtls_ecp_check_privkey(group(), scalar.get()));
}

Error bad_scalar() { return {ErrorCode::kInvalidArgument, "not a P-256 secret key: expected 32 bytes in [1, n-1]"}; }

}  // namespace

SecretBytes p256_generate() {
  SecretBytes secret(kScalarSize);
  Number scalar;
  do {
    random_bytes(secret.expose_mutable());
  } while (!load_scalar(scalar, secret.expose()));
  return secret;
}

Result<Bytes> p256_public(ByteView secret, bool compressed) {
  Number scalar;
  if (!load_scalar(scalar, secret)) return bad_scalar();
  Point point;
  check(mbedtls_ecp_mul(group(), point.get(), scalar.get(), &group()->G, random_for_mbedtls, nullptr));
  Bytes bytes(compressed ? kCompressedSize : kUncompressedSize);
  std::size_t written = 0;
  check(mbedtls_ecp_point_write_binary(group(), point.get(),
                                       compressed ? MBEDTLS_ECP_PF_COMPRESSED : MBEDTLS_ECP_PF_UNCOMPRESSED, &written,
                                       bytes.data(), bytes.size()));
  MEDCHAIN_ASSERT(written == bytes.size(), "mbedTLS wrote a point of another size");
  return bytes;
}

bool p256_is_valid(ByteView point) {
  Point loaded;
  return load_point(loaded, point);
}

Result<SecretBytes> p256_ecdh(ByteView secret, ByteView point) {
  Number scalar;
  if (!load_scalar(scalar, secret)) return bad_scalar();
  Point theirs;
  if (!load_point(theirs, point)) return Error(ErrorCode::kInvalidArgument, "not a point of P-256");
  Number x;
  check(mbedtls_ecdh_compute_shared(group(), x.get(), theirs.get(), scalar.get(), random_for_mbedtls, nullptr));
  SecretBytes shared(kScalarSize);
  check(mbedtls_mpi_write_binary(x.get(), shared.expose_mutable().data(), shared.size()));
  return shared;
}

// Deterministic, RFC 6979: a small gateway just started, whose random numbers repeat, would give its key away with two
// signatures. The random numbers here only blind.
Signature p256_sign(ByteView secret, const Hash& digest) {
  Number scalar, r, s;
  const bool good = load_scalar(scalar, secret);
  MEDCHAIN_ASSERT(good, "signing with something that is not a P-256 secret key");
  check(mbedtls_ecdsa_sign_det_ext(group(), r.get(), s.get(), scalar.get(), digest.bytes.data(), digest.bytes.size(),
                                   MBEDTLS_MD_SHA256, random_for_mbedtls, nullptr));
  Signature out;
  check(mbedtls_mpi_write_binary(r.get(), out.bytes.data(), kScalarSize));
  check(mbedtls_mpi_write_binary(s.get(), out.bytes.data() + kScalarSize, kScalarSize));
  return out;
}

bool p256_verify(ByteView point, const Hash& digest, ByteView r_and_s) {
  if (r_and_s.size() != 2 * kScalarSize) return false;
  Point key;
  if (!load_point(key, point)) return false;
  Number r, s;
  check(mbedtls_mpi_read_binary(r.get(), r_and_s.data(), kScalarSize));
  check(mbedtls_mpi_read_binary(s.get(), r_and_s.data() + kScalarSize, kScalarSize));
  // Zero, and n or more, are refused within.
  return accepted(mbedtls_ecdsa_verify(group(), digest.bytes.data(), digest.bytes.size(), key.get(), r.get(), s.get()));
}

}  // namespace medchain::crypto::mbedtls
