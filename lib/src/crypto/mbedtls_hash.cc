#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

#include "mbedtls_parts.h"

namespace medchain::crypto::mbedtls {
namespace {

constexpr std::size_t kHashSize = 32;
constexpr int kSha256 = 0;  // not SHA-224, which the same functions compute

void check(int code) { MEDCHAIN_ASSERT(code == 0, "mbedTLS refused a SHA-256 call"); }

using Sha256State = Owned<mbedtls_sha256_context, mbedtls_sha256_init, mbedtls_sha256_free>;

// 2.28 has these functions under names in _ret; under those of 3.6 it has older ones, which tell no errors.
#if MBEDTLS_VERSION_NUMBER < 0x03000000
void start(Sha256State& state) { check(mbedtls_sha256_starts_ret(state.get(), kSha256)); }
void add(Sha256State& state, ByteView data) { check(mbedtls_sha256_update_ret(state.get(), data.data(), data.size())); }
void finish(Sha256State& state, Hash& hash) { check(mbedtls_sha256_finish_ret(state.get(), hash.bytes.data())); }
#else
void start(Sha256State& state) { check(mbedtls_sha256_starts(state.get(), kSha256)); }
void add(Sha256State& state, ByteView data) { check(mbedtls_sha256_update(state.get(), data.data(), data.size())); }
void finish(Sha256State& state, Hash& hash) { check(mbedtls_sha256_finish(state.get(), hash.bytes.data())); }
#endif

class MbedtlsHash : public HashContext {
 public:
  MbedtlsHash() { start(state_); }

  void update(ByteView data) override { add(state_, data); }
  Hash finish() override {
    Hash hash;
    mbedtls::finish(state_, hash);
    start(state_);
    return hash;
  }

 private:
  Sha256State state_;
};

const mbedtls_md_info_t* sha256_info() {
  static const mbedtls_md_info_t* const info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  MEDCHAIN_ASSERT(info != nullptr, "this mbedTLS has no SHA-256");
  return info;
}

}  // namespace

Hash sha256(std::span<const ByteView> parts) {
  Sha256State state;
  start(state);
  for (ByteView part : parts) add(state, part);
  Hash hash;
  finish(state, hash);
  return hash;
}

std::unique_ptr<HashContext> hash_context() { return std::make_unique<MbedtlsHash>(); }

SecretBytes hkdf_extract(ByteView salt, ByteView ikm) {
  SecretBytes prk(kHashSize);
  // mbedTLS takes no salt as 32 zeros, as RFC 5869 section 2.2 says, but only when there is no pointer to it either.
  const std::uint8_t* from = salt.empty() ? nullptr : salt.data();
  check(mbedtls_hkdf_extract(sha256_info(), from, salt.size(), ikm.data(), ikm.size(), prk.expose_mutable().data()));
  return prk;
}

Result<SecretBytes> hkdf_expand(ByteView prk, ByteView info, std::size_t size) {
  MEDCHAIN_ASSERT(prk.size() >= kHashSize, "HKDF expands keys of at least 32 bytes");
  if (size > 255 * kHashSize) {
    return Error(ErrorCode::kInvalidArgument, "HKDF-SHA256 gives at most 8160 bytes, not " + std::to_string(size));
  }
  SecretBytes out(size);
  if (size == 0) return out;  // mbedTLS refuses it, for want of a place to write to
  check(mbedtls_hkdf_expand(sha256_info(), prk.data(), prk.size(), info.data(), info.size(),
                            out.expose_mutable().data(), size));
  return out;
}

}  // namespace medchain::crypto::mbedtls
