#include "structured_fields.h"

#include "support/catch.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::http::fields;

namespace {

// Read, and written again; or why it cannot be read.
std::string again(std::string_view text) {
  auto read = parse_dictionary(text);
  if (!read) return std::string(error_name(read.error().code())) + ": " + read.error().message();
  auto written = serialise(*read);
  return written ? *written : "unwritable";
}

}  // namespace

TEST_CASE("The examples of RFC 8941 that need no decimals are read and written canonically") {
  CHECK(again("en=\"Applepie\", da=:w4ZibGV0w6ZydGU=:") == "en=\"Applepie\", da=:w4ZibGV0w6ZydGU=:");  // section 3.2
  CHECK(again("a=?0, b, c; foo=bar") == "a=?0, b, c;foo=bar");
  CHECK(again("a=(1 2), b=3, c=4;aa=bb, d=(5 6);valid") == "a=(1 2), b=3, c=4;aa=bb, d=(5 6);valid");
  CHECK(again("a=( \"foo\"; a=1;b=2);lvl=5,\tb=(\"bar\" \"baz\");lvl=1 ") ==
        "a=(\"foo\";a=1;b=2);lvl=5, b=(\"bar\" \"baz\");lvl=1");
  CHECK(again("a=()") == "a=()");
  CHECK(again("") == "");
  CHECK(again("  ") == "");
  CHECK(again("a=?1") == "a");
  CHECK(again("a;x=?1;y=?0") == "a;x;y=?0");
  CHECK(again("a=-0, b=007, c=-999999999999999") == "a=0, b=7, c=-999999999999999");
  CHECK(again("a=foo123/456:x, b=*t") == "a=foo123/456:x, b=*t");
  CHECK(again("*a_-.1=\"\\\"\\\\ \"") == "*a_-.1=\"\\\"\\\\ \"");
}

TEST_CASE("A signature input keeps its components and parameters") {
  const std::string text =
      "sig1=(\"@method\" \"content-digest\";req);created=1618884473;keyid=\"test\\\"key\";alg=\"ed25519\"";
  auto read = parse_dictionary(text);
  REQUIRE(read);
  REQUIRE(read->size() == 1);
  CHECK(find(*read, "sig1") == &read->front());
  CHECK(find(*read, "sig2") == nullptr);
  const auto& list = std::get<InnerList>(read->front().value);
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[0].value == BareItem(std::string("@method")));
  CHECK(list.items[1].parameters == Parameters{{"req", true}});
  REQUIRE(find(list.parameters, "created") != nullptr);
  CHECK(*find(list.parameters, "created") == BareItem(std::int64_t{1618884473}));
  CHECK(*find(list.parameters, "keyid") == BareItem(std::string("test\"key")));
  CHECK(find(list.parameters, "nonce") == nullptr);
  CHECK(again(text) == text);
}

TEST_CASE("What RFC 8941 does not allow is refused, with the column") {
  CHECK(again("a=1,") == "malformed: column 5: nothing follows the comma");
  CHECK(again("a=1 b=2") == "malformed: column 5: expected a comma");
  CHECK(again("A=1") == "malformed: column 1: expected a key: it begins with a lower-case letter");
  for (const char* text : {",",
                           "a=",
                           "a= 1",
                           "a =1",
                           "1=a",
                           "-a=1",
                           "a=1,,b=2",
                           "a=(",
                           "a=(1",
                           "a=(1,2)",
                           "a=(\"x\"\"y\")",
                           "a=((1))",
                           "a=\"",
                           "a=\"x",
                           "a=\"\\",
                           "a=\"\\n\"",
                           "a=\"\t\"",
                           "a=\"\xc3\xa4\"",
                           "a=\"\x7f\"",
                           "a=:",
                           "a=:AA",
                           "a=:A:",
                           "a=:AB==:",
                           "a=:AA:",
                           "a=:A A=:",
                           "a=?",
                           "a=?2",
                           "a=?true",
                           "a=-",
                           "a=--1",
                           "a=1.5",
                           "a=1000000000000000",
                           "a=@1",
                           "a;",
                           "a;=1",
                           "a;B",
                           "a;b=",
                           "a;b=(1)",
                           "\ta",
                           "a=1;\tb",
                           "a\n",
                           "a=!x"}) {
    CAPTURE(text);
    CHECK(again(text).starts_with("malformed: column "));
  }
  CHECK(again(std::string_view("a\0", 2)).starts_with("malformed: column 2"));
  CHECK(again(std::string_view("a=b\0", 4)).starts_with("malformed: column 4"));
}

TEST_CASE("Stricter than RFC 8941: nothing comes twice") {
  CHECK(again("a=1, b=2, a=3") == "malformed: column 12: the key \"a\" comes twice");
  CHECK(again("a;x;x=2") == "malformed: column 6: the parameter \"x\" comes twice");
  CHECK(again("a=(1;x;x)").starts_with("malformed: column "));
}

TEST_CASE("Sizes and numbers are bounded") {
  CHECK(again("a=\"" + std::string(kMaxFieldBytes - 4, 'x') + "\"").starts_with("a=\"x"));
  CHECK(again("a=\"" + std::string(kMaxFieldBytes - 3, 'x') + "\"").starts_with("too_large: "));
  std::string members = "m0";
  for (std::size_t i = 1; i < kMaxMembers; ++i) members += ",m" + std::to_string(i);
  CHECK(again(members).starts_with("m0, m1"));
  CHECK(again(members + ",x") == "too_large: more than 32 members");
  std::string items;
  for (std::size_t i = 0; i < kMaxItems; ++i) items += "1 ";
  CHECK(again("a=(" + items + ")").starts_with("a=(1 1"));
  CHECK(again("a=(" + items + "1)") == "too_large: more than 64 items in a list");
  std::string parameters;
  for (std::size_t i = 0; i < kMaxParameters; ++i) parameters += ";p" + std::to_string(i);
  CHECK(again("a" + parameters) == "a" + parameters);
  CHECK(again("a" + parameters + ";x") == "too_large: more than 16 parameters");
}

TEST_CASE("What cannot be written is refused") {
  CHECK_FALSE(serialise(BareItem(std::string("a\nb"))));
  CHECK_FALSE(serialise(BareItem(std::string("\xc3\xa4"))));
  CHECK_FALSE(serialise(BareItem(Token{"a b"})));
  CHECK_FALSE(serialise(BareItem(Token{""})));
  CHECK_FALSE(serialise(BareItem(Token{"1"})));
  CHECK_FALSE(serialise(BareItem(std::int64_t{1'000'000'000'000'000})));
  CHECK_FALSE(serialise(BareItem(INT64_MIN)));
  CHECK_FALSE(serialise(Dictionary{{"", Item{true, {}}}}));
  CHECK_FALSE(serialise(Dictionary{{"a b", Item{true, {}}}}));
  CHECK_FALSE(serialise(InnerList{{}, {{"A", true}}}));
}

TEST_CASE("Random texts are refused, or have one canonical form") {
  test::Rng rng(5);
  const std::string alphabet = "ab*(();=,:?01\"\\ \t-._AA==x/";
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (std::size_t left = rng.below(24); left > 0; --left) text += alphabet[rng.below(alphabet.size())];
    auto read = parse_dictionary(text);
    if (!read) continue;
    auto written = serialise(*read);
    CAPTURE(text);
    REQUIRE(written);
    CHECK(again(*written) == *written);
  }
}
