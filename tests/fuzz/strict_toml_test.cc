// What fuzzing found in reading configuration files.
#include "common/strict_toml.h"

#include <filesystem>
#include <fstream>

#include "medchain/secret.h"
#include "support/catch.h"

using namespace medchain;

namespace {

// A file of its own, gone at the end.
struct TextFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("medchain-" + random_fixed<16, struct FileTag>().hex() + ".toml");
  explicit TextFile(std::string_view content) { std::ofstream(path, std::ios::binary) << content; }
  ~TextFile() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("A table header that begins with no key is an error in every build, not an assertion of the parser") {
  for (const char* content : {"[:", "[::1]:7001", "[ = ]", "[[,]]", "[a.=]", "a.= 1", "[a.:]"}) {
    CAPTURE(content);
    const TextFile file(content);
    auto read = programs::StrictToml::read(file.path);
    REQUIRE_FALSE(read);
    CHECK(read.error().code() == ErrorCode::kInvalidArgument);
    CHECK(read.error().message().find(":1: ") != std::string::npos);
  }
}
