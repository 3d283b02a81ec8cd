#include "p256_low_s.h"
#include "strict_der.h"
#include "vector_file.h"

using namespace medchain;
using namespace medchain::vectors;

namespace {

bool run_test(const crypto::Provider& provider, const Json& group, const Json& test, ByteView r_and_s,
              std::size_t& high) {
  Bytes point = hex(group.at("publicKey").at("uncompressed"));
  Hash digest = sha256(hex(test.at("msg")));
  bool verified = provider.p256_verify(point, digest, r_and_s);
  // The compressed form, which the ledger uses, is the same key.
  Bytes compressed(point.begin(), point.begin() + 33);
  compressed[0] = static_cast<std::uint8_t>(2 + point.back() % 2);
  CHECK(provider.p256_verify(compressed, digest, r_and_s) == verified);
  if (!verified) return false;
  // The ledger's rule on top: of the two forms of a signature, verify() takes only the one with low s.
  Signature signature = *Signature::from(r_and_s, "signature");
  if (!crypto::has_low_s(signature)) ++high;
  Signature low = crypto::with_low_s(signature);
  CHECK(crypto::has_low_s(low));
  CHECK(provider.p256_verify(point, digest, low.bytes));
  return true;
}

}  // namespace

TEST_CASE("Wycheproof ECDSA P-256, r and s of 32 bytes each") {
  auto file = load("wycheproof_ecdsa_secp256r1_sha256_p1363_test.shared.json");
  if (!file) return;
  with_each_provider([&](const crypto::Provider& provider) {
    Counts counts("ECDSA P-256 r||s, " + std::string(provider.name()));
    std::size_t high = 0;
    for_each_test(*file, [&](const Json& group, const Json& test) {
      Bytes signature = hex(test.at("sig"));
      bool verified = run_test(provider, group, test, signature, high);
      CHECK(verified == (test.at("result") == "valid"));
      counts.run();
    });
    CHECK(counts.ran() == 183);
    CHECK(high > 0);
  });
}

TEST_CASE("Wycheproof ECDSA P-256, strict DER") {
  auto file = load("wycheproof_ecdsa_secp256r1_sha256_test.json");
  if (!file) return;
  with_each_provider([&](const crypto::Provider& provider) {
    Counts counts("ECDSA P-256 DER, " + std::string(provider.name()));
    std::size_t high = 0;
    for_each_test(*file, [&](const Json& group, const Json& test) {
      auto signature = parse_strict_der(hex(test.at("sig")));
      bool verified = signature && run_test(provider, group, test, *signature, high);
      CHECK(verified == (test.at("result") == "valid"));
      counts.run();
    });
    CHECK(counts.ran() == 484);
    CHECK(high > 0);
  });
}
