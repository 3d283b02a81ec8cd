// Runs every script of tests/scenarios and compares its whole transcript. With MEDCHAIN_REWRITE=1 the transcripts are
// written anew: read the difference before committing it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "script.h"
#include "support/catch.h"

namespace medchain::scenarios {
namespace {

std::vector<std::filesystem::path> scripts() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator("tests/scenarios")) {
    if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt")
      found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A script is comments and commands, one a line; below a command, from "----" to an empty line, stands what it printed.
std::string replay(const std::string& text, Script& script) {
  std::istringstream in(text);
  std::string result;
  bool in_output = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "----")
      in_output = true;
    else if (line.empty())
      in_output = false;
    else if (in_output)
      continue;
    else if (line.front() == '#')
      result += line + "\n";
    else
      result += line + "\n----\n" + script.run(line) + "\n";
  }
  while (result.ends_with("\n\n")) result.pop_back();
  return result;
}

}  // namespace

TEST_CASE("every scenario gives its transcript") {
  const bool rewrite = std::getenv("MEDCHAIN_REWRITE") != nullptr;
  REQUIRE(scripts().size() >= 71);
  for (const auto& path : scripts()) {
    INFO(path.string());
    Script script;
    const std::string expected = read(path);
    const std::string actual = replay(expected, script);
    if (rewrite)
      std::ofstream(path) << actual;
    else
      CHECK(actual == expected);
    CHECK(script.clean());
  }
}

}  // namespace medchain::scenarios
