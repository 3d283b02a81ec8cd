#include "vector_file.h"

using namespace medchain;
using namespace medchain::vectors;

namespace {

void run_test(const crypto::Provider& provider, const Json& test) {
  Bytes sealed = hex(test.at("ct"));
  append(sealed, hex(test.at("tag")));
  Bytes message = hex(test.at("msg"));
  auto aead = provider.aes_256_gcm(hex(test.at("key")));
  Bytes opened(message.size());
  bool valid = test.at("result") == "valid";
  CHECK(aead->open(hex(test.at("iv")), hex(test.at("aad")), sealed, opened) == valid);
  if (!valid) return;
  CHECK(opened == message);
  Bytes again(sealed.size());
  aead->seal(hex(test.at("iv")), hex(test.at("aad")), message, again);
  CHECK(again == sealed);
}

}  // namespace

TEST_CASE("Wycheproof AES-GCM") {
  auto file = load("wycheproof_aes_gcm_test.json");
  if (!file) return;
  with_each_provider([&](const crypto::Provider& provider) {
    Counts counts("AES-256-GCM, " + std::string(provider.name()));
    for_each_test(*file, [&](const Json& group, const Json& test) {
      if (group.at("keySize") != 256) return counts.skip("key size other than 256");
      if (group.at("ivSize") != 96) return counts.skip("nonce size other than 96");
      if (group.at("tagSize") != 128) return counts.skip("tag size other than 128");
      run_test(provider, test);
      counts.run();
    });
    CHECK(counts.ran() == 66);
  });
}
