#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include "openssl_parts.h"

namespace medchain::crypto::openssl {
namespace {

constexpr std::size_t kScalarSize = 32;
constexpr std::size_t kCompressedSize = 33;
constexpr std::size_t kUncompressedSize = 65;

template <class T, void (*kFree)(T*)>
struct Deleter {
  void operator()(T* object) const { kFree(object); }
};
using Bignum = std::unique_ptr<BIGNUM, Deleter<BIGNUM, BN_clear_free>>;
using BignumContext = std::unique_ptr<BN_CTX, Deleter<BN_CTX, BN_CTX_free>>;
using Point = std::unique_ptr<EC_POINT, Deleter<EC_POINT, EC_POINT_free>>;
using Key = std::unique_ptr<EC_KEY, Deleter<EC_KEY, EC_KEY_free>>;
using Ecdsa = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG, ECDSA_SIG_free>>;

void check(bool done) { MEDCHAIN_ASSERT(done, "OpenSSL refused a P-256 call"); }

// A refusal leaves nothing in this thread's OpenSSL error queue, where a TLS connection would take it for its own.
struct QuietErrors {
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
};

const EC_GROUP* group() {
  static const EC_GROUP* const p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  MEDCHAIN_ASSERT(p256 != nullptr, "this OpenSSL has no P-256");
  return p256;
}

// What a verification needs besides its input; making it anew each time costs as much as a Merkle path.
struct Workspace {
  BignumContext numbers{BN_CTX_new()};
  Point point{EC_POINT_new(group())};
  Key key{EC_KEY_new()};
  Workspace() { check(numbers && point && key && EC_KEY_set_group(key.get(), group()) == 1); }
};
Workspace& workspace() {
  thread_local Workspace mine;
  return mine;
}

// Into the workspace's point. The hybrid forms (06, 07) and infinity (00) are refused; oct2point checks the curve.
bool load_point(Workspace& space, ByteView bytes) {
  if (bytes.size() == kUncompressedSize ? bytes[0] != 4
                                        : bytes.size() != kCompressedSize || (bytes[0] != 2 && bytes[0] != 3)) {
    return false;
  }
  return EC_POINT_oct2point(group(), space.point.get(), bytes.data(), bytes.size(), space.numbers.get()) == 1;
}

// Nothing unless it is in [1, n-1].
Bignum load_scalar(ByteView secret) {
  if (secret.size() != kScalarSize) return nullptr;
  Bignum scalar(BN_secure_new());
  check(scalar && BN_bin2bn(secret.data(), static_cast<int>(secret.size()), scalar.get()) != nullptr);
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group())) >= 0) return nullptr;
  return scalar;
}

Error bad_scalar() { return {ErrorCode::kInvalidArgument, "not a P-256 secret key: expected 32 bytes in [1, n-1]"}; }

Key secret_key(const Bignum& scalar) {
  Key key(EC_KEY_new());
  check(key && EC_KEY_set_group(key.get(), group()) == 1 && EC_KEY_set_private_key(key.get(), scalar.get()) == 1);
  return key;
}

}  // namespace

SecretBytes p256_generate() {
  SecretBytes secret(kScalarSize);
  do {
    random_bytes(secret.expose_mutable());
  } while (!load_scalar(secret.expose()));
  return secret;
}

Result<Bytes> p256_public(ByteView secret, bool compressed) {
  Bignum scalar = load_scalar(secret);
  if (!scalar) return bad_scalar();
  Workspace& space = workspace();
  Point point(EC_POINT_new(group()));
  check(point && EC_POINT_mul(group(), point.get(), scalar.get(), nullptr, nullptr, space.numbers.get()) == 1);
  Bytes bytes(compressed ? kCompressedSize : kUncompressedSize);
  check(EC_POINT_point2oct(group(), point.get(),
                           compressed ? POINT_CONVERSION_COMPRESSED : POINT_CONVERSION_UNCOMPRESSED, bytes.data(),
                           bytes.size(), space.numbers.get()) == bytes.size());
  return bytes;
}

bool p256_is_valid(ByteView point) {
  QuietErrors quiet;
  return load_point(workspace(), point);
}

Result<SecretBytes> p256_ecdh(ByteView secret, ByteView point) {
  Bignum scalar = load_scalar(secret);
  if (!scalar) return bad_scalar();
  QuietErrors quiet;
  Workspace& space = workspace();
  if (!load_point(space, point)) return Error(ErrorCode::kInvalidArgument, "not a point of P-256");
  Key key = secret_key(scalar);
  SecretBytes shared(kScalarSize);
  check(ECDH_compute_key(shared.expose_mutable().data(), shared.size(), space.point.get(), key.get(), nullptr) ==
        static_cast<int>(kScalarSize));
  return shared;
}

Signature p256_sign(ByteView secret, const Hash& digest) {
  Bignum scalar = load_scalar(secret);
  MEDCHAIN_ASSERT(scalar != nullptr, "signing with something that is not a P-256 secret key");
  Key key = secret_key(scalar);
  Ecdsa signature(ECDSA_do_sign(digest.bytes.data(), static_cast<int>(digest.bytes.size()), key.get()));
  check(signature != nullptr);
  Signature out;
  check(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.bytes.data(), kScalarSize) == kScalarSize);
  check(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.bytes.data() + kScalarSize, kScalarSize) == kScalarSize);
  return out;
}

bool p256_verify(ByteView point, const Hash& digest, ByteView r_and_s) {
  if (r_and_s.size() != 2 * kScalarSize) return false;
  QuietErrors quiet;
  Workspace& space = workspace();
  if (!load_point(space, point)) return false;
  check(EC_KEY_set_public_key(space.key.get(), space.point.get()) == 1);
  Ecdsa signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(r_and_s.data(), kScalarSize, nullptr);
  BIGNUM* s = BN_bin2bn(r_and_s.data() + kScalarSize, kScalarSize, nullptr);
  check(signature && r != nullptr && s != nullptr && ECDSA_SIG_set0(signature.get(), r, s) == 1);
  // Zero, and n or more, are refused within.
  return ECDSA_do_verify(digest.bytes.data(), static_cast<int>(digest.bytes.size()), signature.get(),
                         space.key.get()) == 1;
}

}  // namespace medchain::crypto::openssl
