#include "ed25519.h"
#include "vector_file.h"

using namespace medchain;
using namespace medchain::vectors;

// As this build verifies, whichever provider is in use.
TEST_CASE("Wycheproof Ed25519") {
  auto file = load("wycheproof_ed25519_test.shared.json");
  if (!file) return;
  Counts counts("Ed25519");
  for_each_test(*file, [&](const Json& group, const Json& test) {
    bool verified =
        crypto::ed25519_verify(hex(group.at("publicKey").at("pk")), hex(test.at("msg")), hex(test.at("sig")));
    CHECK(verified == (test.at("result") == "valid"));
    counts.run();
  });
  CHECK(counts.ran() == 106);
}
