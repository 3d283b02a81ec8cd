#include "vector_file.h"

using namespace medchain;
using namespace medchain::vectors;

TEST_CASE("Wycheproof HKDF-SHA256") {
  auto file = load("wycheproof_hkdf_sha256_test.json");
  if (!file) return;
  with_each_provider([&](const crypto::Provider& provider) {
    Counts counts("HKDF-SHA256, " + std::string(provider.name()));
    for_each_test(*file, [&](const Json&, const Json& test) {
      SecretBytes prk = provider.hkdf_extract(hex(test.at("salt")), hex(test.at("ikm")));
      auto okm = provider.hkdf_expand(prk.expose(), hex(test.at("info")), test.at("size").get<std::size_t>());
      bool valid = test.at("result") == "valid";
      CHECK(okm.ok() == valid);
      if (okm) CHECK(to_hex(okm->expose()) == test.at("okm").get<std::string>());
      counts.run();
    });
    CHECK(counts.ran() == file->at("numberOfTests").get<std::size_t>());
  });
}
