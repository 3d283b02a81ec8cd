#include "problem.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "support/catch.h"

using namespace medchain;
using namespace medchain::http;

namespace {

std::string read_source(const std::string& path) {
  std::ifstream file(std::string(MEDCHAIN_SOURCE) + "/" + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("docs/problems.md has exactly the catalogue's rows, in its order") {
  std::string expected;
  for (const ProblemKind& kind : problem_catalogue()) {
    expected +=
        "| `" + std::string(kind.code) + "` | " + std::to_string(kind.status) + " | " + std::string(kind.title) + "\n";
  }
  std::string rows;
  std::istringstream lines(read_source("docs/problems.md"));
  for (std::string line; std::getline(lines, line);) {
    // The columns after the title are for people.
    if (line.starts_with("| `")) rows += line.substr(0, line.rfind(" |", line.rfind(" |") - 1)) + "\n";
  }
  CHECK(rows == expected);
}

TEST_CASE("Codes are distinct, in lower_snake_case, and of failures") {
  std::set<std::string_view> codes;
  for (const ProblemKind& kind : problem_catalogue()) {
    CAPTURE(kind.code);
    CHECK(codes.insert(kind.code).second);
    CHECK(kind.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    CHECK((kind.status >= 400 && kind.status < 600));
    CHECK_FALSE(kind.title.empty());
  }
}

TEST_CASE("Every error becomes a problem of the catalogue") {
  const std::vector<std::pair<ErrorCode, int>> statuses{
      {ErrorCode::kInvalidArgument, 400}, {ErrorCode::kMalformed, 400},        {ErrorCode::kUnsupportedVersion, 400},
      {ErrorCode::kTooLarge, 413},        {ErrorCode::kNotFound, 404},         {ErrorCode::kAuthentication, 401},
      {ErrorCode::kConflict, 409},        {ErrorCode::kPermissionDenied, 403}, {ErrorCode::kInadmissible, 422},
      {ErrorCode::kUnavailable, 503},     {ErrorCode::kTimeout, 504}};
  for (const auto& [code, status] : statuses) {
    const Problem made = problem_of(Error(code, "the reason"));
    CAPTURE(made.code);
    CHECK(made.status == status);
    CHECK(made.code == error_name(code));
    CHECK(made.detail == "the reason");
  }
}

TEST_CASE("Faults of ours say nothing of their inside") {
  for (auto code : {ErrorCode::kInternal, ErrorCode::kCorrupt, ErrorCode::kIo, static_cast<ErrorCode>(99)}) {
    const Problem made = problem_of(Error(code, "the secret inside"));
    CHECK(made.status == 500);
    CHECK(made.code == "internal");
    CHECK(problem_json(made).find("secret") == std::string::npos);
  }
  CHECK(problem("no_such_code", "the secret inside").code == "internal");
  CHECK(problem("no_such_code", "the secret inside").detail.find("secret") == std::string::npos);
}

TEST_CASE("A problem as JSON has RFC 9457's members and ours") {
  const auto json = nlohmann::json::parse(problem_json(invalid_parameter("limit", "a whole number", "a\nb\x80")));
  CHECK(json.at("type") == "urn:medchain:problem:invalid_parameter");
  CHECK(json.at("status") == 400);
  CHECK(json.at("title") == "A parameter cannot be used");
  CHECK(json.at("detail") == "limit: expected a whole number, not \"a?b?\"");
  CHECK(json.at("code") == "invalid_parameter");
  CHECK(json.at("parameter") == "limit");
  CHECK(json.at("expected") == "a whole number");
  CHECK(json.at("given") == "\"a?b?\"");
  CHECK_FALSE(nlohmann::json::parse(problem_json(problem("not_ready", "soon"))).contains("parameter"));
}

TEST_CASE("A detail that is not UTF-8 is shown replaced, and does not throw") {
  CHECK(nlohmann::json::parse(problem_json(problem("malformed", "\xff\xfe"))).at("status") == 400);
}

TEST_CASE("What a stranger sent is shortened and made printable") {
  CHECK(shown("") == "\"\"");
  CHECK(shown(std::string("a\0b", 3)) == "\"a?b\"");
  CHECK(shown(std::string(40, 'x')) == "\"" + std::string(40, 'x') + "\"");
  CHECK(shown(std::string(41, 'x')) == "\"" + std::string(40, 'x') + "...\"");
}
