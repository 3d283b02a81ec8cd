// The documents say what the code does.
#include <set>
#include <sstream>

#include "fixture.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

// The first words of the lines between ```<fence> and ```.
std::vector<std::string> fenced_words(const std::string& document, const std::string& fence) {
  std::istringstream lines(document);
  std::vector<std::string> words;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = line == "```" + fence;
    } else if (inside) {
      words.push_back(line.substr(0, line.find(' ')));
    }
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word;
  return all;
}

std::size_t rows(const std::string& document, const std::string& start) {
  std::size_t count = 0;
  for (auto at = document.find(start); at != std::string::npos; at = document.find(start, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("The worked example of FORMAT.md is the golden bytes") {
  const std::string format = read_source("lib/src/ledger/FORMAT.md");
  CHECK(joined(fenced_words(format, "transfer")) == read_golden("signed_transfer"));
  CHECK(joined(fenced_words(format, "transfer-id")) == read_golden("transfer_id"));
  CHECK(joined(fenced_words(format, "ballot")) == read_golden("ballot"));
  CHECK(joined(fenced_words(format, "receipt")) == read_golden("receipt"));
}

TEST_CASE("docs/errors.md has a row for every error code and every status, with its number") {
  const std::string errors = read_source("docs/errors.md");
  for (unsigned code = 1; code <= static_cast<unsigned>(ErrorCode::kInternal); ++code) {
    const std::string row =
        "| " + std::to_string(code) + " | `" + std::string(error_name(static_cast<ErrorCode>(code)));
    CAPTURE(row);
    CHECK(rows(errors, row + "` | ") == 1);
  }
  for (int i = 0; i <= static_cast<int>(TxStatus::kEvidenceNotSigned); ++i) {
    const auto status = static_cast<TxStatus>(i);
    const std::string row = "| " + std::to_string(i) + " | `" + std::string(to_string(status)) + "` | " +
                            std::string(describe(status)) + " | ";
    CAPTURE(row);
    CHECK(rows(errors, row) == 1);
  }
  CHECK(rows(errors, "\n| ") == 2 * 2 + 14 + 33);  // two headings, and no row for what does not exist
}
