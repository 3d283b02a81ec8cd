#include "vector_file.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace medchain::vectors {

std::optional<Json> load(const std::string& name) {
  const char* folder = std::getenv("MEDCHAIN_TEST_DATA");
  if (folder == nullptr) {
    std::cout << "SKIPPED: no test data (MEDCHAIN_TEST_DATA is not set)\n";
    return std::nullopt;
  }
  std::string path = std::string(folder) + "/vectors/" + name;
  std::ifstream file(path);
  INFO(path);
  REQUIRE(file.good());
  return Json::parse(file);
}

Bytes hex(const Json& value) { return *from_hex(value.get<std::string>()); }

Counts::~Counts() {
  std::cout << what_ << ": " << run_ << " run";
  for (const auto& [rule, count] : skipped_) std::cout << ", " << count << " skipped (" << rule << ")";
  std::cout << "\n";
}

void with_each_provider(const std::function<void(const crypto::Provider&)>& test) {
  const crypto::Provider& before = crypto::provider();
  for (const crypto::Provider* provider : crypto::providers()) {
    INFO(provider->name());
    crypto::use_provider(*provider);
    test(*provider);
  }
  crypto::use_provider(before);
}

void for_each_test(const Json& file, const std::function<void(const Json& group, const Json& test)>& run) {
  for (const Json& group : file.at("testGroups")) {
    for (const Json& test : group.at("tests")) {
      CAPTURE(test.at("tcId").get<int>(), test.at("comment").get<std::string>());
      run(group, test);
    }
  }
}

}  // namespace medchain::vectors
