#include "vector_file.h"
#include "x25519.h"

using namespace medchain;
using namespace medchain::vectors;

namespace {

bool has_flag(const Json& test, std::string_view flag) {
  const auto& flags = test.at("flags");
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

}  // namespace

// libsodium's alone, whichever provider is in use. "acceptable" is decided by POLICY.md: computed, unless the shared
// secret is all zeros.
TEST_CASE("Wycheproof X25519") {
  auto file = load("wycheproof_x25519_test.json");
  if (!file) return;
  Counts counts("X25519, libsodium");
  std::size_t zeros = 0;
  for_each_test(*file, [&](const Json&, const Json& test) {
    auto shared = crypto::x25519(hex(test.at("private")), hex(test.at("public")));
    Bytes expected = hex(test.at("shared"));
    bool zero = expected == Bytes(32);
    CHECK(zero == has_flag(test, "ZeroSharedSecret"));
    CHECK(shared.ok() == !zero);
    if (shared) CHECK(equal(shared->expose(), expected));
    zeros += zero;
    counts.run();
  });
  CHECK(zeros > 0);
  CHECK(counts.ran() == 518);
}
