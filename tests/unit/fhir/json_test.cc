// Our reader of JSON beside nlohmann's: the same texts, but for the limits and keys that come twice.
#include "json.h"

#include <nlohmann/json.hpp>

#include "documents.h"
#include "support/rng.h"
#include "utf8.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

namespace {

// The twin's idea of a value, built from ours.
nlohmann::json convert(const json::Node& node) {
  if (node.is_object()) {
    auto object = nlohmann::json::object();
    for (const json::Node& member : node.children()) object[member.key()] = convert(member);
    return object;
  }
  if (node.is_array()) {
    auto array = nlohmann::json::array();
    for (const json::Node& item : node.children()) array.push_back(convert(item));
    return array;
  }
  if (node.is_string()) return node.text();
  return nlohmann::json::parse(node.raw());
}

void wrong(std::string_view text, std::string_view message) {
  CAPTURE(text);
  auto document = json::Document::parse(text);
  REQUIRE_FALSE(document);
  CHECK(document.error().message() == message);
}

const std::vector<std::string> kPieces{"{",           "}",
                                       "[",           "]",
                                       ",",           ":",
                                       "\"a\"",       "\"b\"",
                                       "\"\\u00e4\"", "\"\\ud83d\\ude00\"",
                                       "\"\\ud83d\"", "0",
                                       "-1.5E-3",     "01",
                                       "1.",          "-",
                                       "true",        "null",
                                       " ",           "\n",
                                       "\"\\x\"",     "\"\xc3\xa4\"",
                                       "\"\xff\"",    "\"",
                                       "1e-5",        "\\u",
                                       "fals"};

}  // namespace

TEST_CASE("JSON is read as nlohmann reads it") {
  test::Rng rng(1);
  std::size_t good = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text = rng.chance(50) ? R"({"a":[1,{"b":"\n\u00e4"}],"c":[]})" : "";
    for (std::size_t i = rng.below(6) + (text.empty() ? 1 : 0); i > 0; --i) {
      const std::string& piece = kPieces[rng.below(kPieces.size())];
      const std::size_t at = rng.below(text.size() + 1);
      text.replace(at, rng.below(2) * rng.below(4), piece);
    }
    CAPTURE(text);
    auto ours = json::Document::parse(text);
    auto theirs = nlohmann::json::parse(text, nullptr, false);
    const bool twice = !ours && ours.error().message().ends_with("twice");
    if (twice) continue;
    if (ours.ok() == theirs.is_discarded()) FAIL("one of the two accepts it");
    if (!ours) continue;
    ++good;
    if (convert(ours->root()) != theirs) FAIL("read as something else");
  }
  CHECK(good > 5'000);
}

TEST_CASE("What is no JSON is told by line and column") {
  wrong("", "not JSON at line 1, column 1: the text ends early");
  wrong("{\n  \"a\": 1,\n  b: 2}", "not JSON at line 3, column 3: expected a name in quotes");
  wrong("{\"a\" 1}", "not JSON at line 1, column 6: expected :");
  wrong("[1 2]", "not JSON at line 1, column 4: expected , or ]");
  wrong("[1,]", "not JSON at line 1, column 4: expected a value");
  wrong("{} x", "not JSON at line 1, column 4: nothing may follow the value");
  wrong("\"a\nb\"", "not JSON at line 1, column 3: a control character in a string");
  wrong("\"\\udc00\"", "not JSON at line 1, column 8: half of a surrogate pair");
  wrong("\"\xc0\xaf\"", "not JSON at line 1, column 2: not UTF-8");
  wrong("\"abc", "not JSON at line 1, column 5: the text ends within a string");
  wrong("{\"a\":1,\"b\":2,\"\\u0061\":3}", "not JSON at line 1, column 25: the object that ends here has \"a\" twice");
}

TEST_CASE("JSON is bounded in depth, in values and in the members of an object") {
  auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(json::Document::parse(nested(kMaxDepth)));
  wrong(nested(kMaxDepth + 1), "too large at line 1, column 65: nested deeper than is allowed");
  CHECK(json::Document::parse(nested(1'000'000)).error().code() == ErrorCode::kTooLarge);
  std::string many = "[0";
  for (std::size_t i = 2; i < kMaxValues; ++i) many += ",0";
  CHECK(json::Document::parse(many + "]"));
  CHECK(json::Document::parse(many + ",0]").error().code() == ErrorCode::kTooLarge);
  std::string members = "{";
  for (std::size_t i = 0; i < kMaxMembers; ++i) members += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  CHECK(json::Document::parse(members + "}"));
  CHECK(json::Document::parse(members + ",\"x\":0}").error().code() == ErrorCode::kTooLarge);
}

TEST_CASE("A name in a message is short, whole characters and no controls") {
  CHECK(shown_name("status") == "status");
  CHECK(shown_name("a\nb\x7f\xc2\x85") == "a?b??");
  CHECK(shown_name(std::string(41, 'x')) == std::string(40, 'x') + "...");
  CHECK(shown_name(std::string(39, 'x') + "\xc3\xa4") == std::string(39, 'x') + "...");
  CHECK(shown_code("in-progress") == "\"in-progress\"");
  CHECK(shown_code("Anna Schmidt") == "this");
  CHECK(shown_code("4711") == "this");
}
