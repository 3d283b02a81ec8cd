#include "json_text.h"

#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::http;

namespace {

std::string why(std::string_view text, const JsonBounds& bounds = {}) {
  auto json = parse_json(text, bounds);
  return json ? "good" : std::string(error_name(json.error().code())) + ": " + json.error().message();
}

// What reading the object `text` with `read` ends in.
template <class Read>
std::string outcome(const std::string& text, Read read) {
  auto json = parse_json(text);
  REQUIRE(json);
  std::optional<Error> error;
  JsonObject object(*json, "", error);
  read(object);
  object.finish();
  return error ? error->message() : "good";
}

}  // namespace

TEST_CASE("What RFC 8259 allows is read") {
  auto json = parse_json(" {\"a\" : [1, -2, 3.5, true, false, null, \"\\u00e4\\ud83d\\ude00\"], \"\":{} }\r\n\t");
  REQUIRE(json);
  CHECK(json->dump() == "{\"\":{},\"a\":[1,-2,3.5,true,false,null,\"\xc3\xa4\xf0\x9f\x98\x80\"]}");
  for (const char* scalar : {"0", "\"\"", "null", "18446744073709551615", "1e300"}) CHECK(why(scalar) == "good");
}

TEST_CASE("What RFC 8259 does not allow is refused, with line and column") {
  CHECK(why("{\n \"a\": 1,\n}") == "malformed: line 3, column 1: not JSON");
  CHECK(why("[1 2]") == "malformed: line 1, column 4: not JSON");
  CHECK(why("") == "malformed: line 1, column 1: the text ends here");
  CHECK(why("{\"a\":") == "malformed: line 1, column 6: the text ends here");
  for (const char* text : {"{}{}",        "NaN",
                           "Infinity",    "01",
                           "+1",          "1.",
                           ".5",          "'a'",
                           "{a:1}",       "[1,]",
                           "// a\n1",     "/* a */1",
                           "\"\t\"",      "\"\\x41\"",
                           "\"\\ud800\"", "\"\\ud800\\u0041\"",
                           "tru",         "{\"a\"}",
                           "]",           "\"a",
                           "1e999",       "\xef\xbb\xbf{}"}) {
    CAPTURE(text);
    CHECK(why(text).starts_with("malformed: line 1, column "));
  }
  CHECK(why(std::string("1\0", 2)).starts_with("malformed"));
}

TEST_CASE("Strings that are not UTF-8 are refused") {
  for (const char* text : {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xc3\""}) {
    CHECK(why(text).starts_with("malformed: line 1, column "));
  }
}

TEST_CASE("A name that comes twice in one object is refused, with its place") {
  CHECK(why("{\"a\":1,\"b\":2,\"a\":1}") == "malformed: : the member \"a\" comes twice");
  CHECK(why("{\"x\":[0,{\"y/z\":{\"a\":1,\"\\u0061\":2}}]}") == "malformed: /x/1/y~1z: the member \"a\" comes twice");
  CHECK(why("[{\"a\":1},{\"a\":1}]") == "good");
}

TEST_CASE("Bytes, depth and the number of values are bounded") {
  CHECK(why("[[[]]]", {.depth = 3}) == "good");
  CHECK(why("[[[]]]", {.depth = 2}) == "too_large: nested deeper than 2");
  CHECK(why("[1,2]", {.values = 3}) == "good");
  CHECK(why("[1,2,3]", {.values = 3}) == "too_large: more than 3 values in one JSON text");
  CHECK(why("[1,2,3]", {.bytes = 7}) == "good");
  CHECK(why("[1,2,3]", {.bytes = 6}) == "too_large: 7 bytes of JSON, at most 6 are allowed");
  CHECK(why(std::string(500'000, '[')) == "too_large: nested deeper than 32");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  CHECK(why(deep) == "too_large: nested deeper than 32");
  std::string wide = "{";
  for (int i = 0; i < 60'000; ++i) wide += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
  CHECK(why(wide + "}") == "good");
}

TEST_CASE("Random bytes and damaged texts are refused or read, and never throw") {
  test::Rng rng(1);
  const std::string good = R"({"a":[1,2.5e3,"x\u00e4\n"],"b":{"c":null,"d":[true,false,{}]},"e":"\ud83d\ude00"})";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (std::size_t changes = 1 + rng.below(4); changes > 0; --changes) {
      text[rng.below(text.size())] = static_cast<char>(rng.below(256));
    }
    auto json = parse_json(text.substr(0, rng.below(text.size() + 1)));
    if (json) CHECK(parse_json(json->dump()));
  }
}

TEST_CASE("Members of each kind are read") {
  const std::string text = R"({"text":"a","yes":true,"number":18446744073709551615,"decimal":"18446744073709551615",
      "hex":"00ff","base64":"AP8=","address":")" +
                           Address{}.text() + R"(","list":[")" + Address{}.text() +
                           R"("],"in":{"n":3},"role":"patient"})";
  CHECK(outcome(text, [](JsonObject& o) {
          CHECK(o.text("text") == "a");
          CHECK(o.boolean("yes"));
          CHECK(o.number("number") == UINT64_MAX);
          CHECK(o.decimal("decimal") == UINT64_MAX);
          CHECK(o.hex("hex") == Bytes{0, 255});
          CHECK(o.fixed<FixedBytes<2, struct TestTag>>("hex").bytes == std::array<std::uint8_t, 2>{0, 255});
          CHECK(o.base64("base64") == Bytes{0, 255});
          CHECK(o.address("address") == Address{});
          CHECK(o.addresses("list") == std::vector{Address{}});
          o.object("in", [](JsonObject& in) { CHECK(in.number("n") == 3); });
          CHECK_FALSE(o.has("none"));
          CHECK(o.has("role"));
          CHECK(o.named<KeyAlgorithm>("role", [](std::string_view name) {
            return name == "patient" ? Result<KeyAlgorithm>(KeyAlgorithm::kP256) : parse_key_algorithm(name);
          }) == KeyAlgorithm::kP256);
        }) == "good");
}

TEST_CASE("An error names the member, what was expected and what is there") {
  auto of = [](const std::string& value, auto read) {
    return outcome("{\"in\":{\"x\":" + value + "}}", [&](JsonObject& o) { o.object("in", read); });
  };
  CHECK(of("1", [](JsonObject& o) { o.text("x"); }) == "/in/x: expected a string, not 1");
  CHECK(of("1", [](JsonObject& o) { o.text("y"); }) == "/in/y: is missing");
  CHECK(of("1", [](JsonObject&) {}) == "/in/x: unknown here");
  CHECK(of("\"a\\nb\"", [](JsonObject& o) { o.boolean("x"); }) == "/in/x: expected true or false, not \"a?b\"");
  for (const char* value : {"11", "-1", "1.0", "\"1\"", "1e1", "null", "[]", "{}", "99999999999999999999"}) {
    CHECK(of(value, [](JsonObject& o) {
            o.number("x", 10);
          }).starts_with("/in/x: expected a whole number from 0 to 10, not "));
  }
  for (const char* value : {"1", "\"\"", "\"01\"", "\"-1\"", "\"+1\"", "\" 1\"", "\"1 \"", "\"0x1\"", "\"11\"",
                            "\"18446744073709551616\"", "null"}) {
    CAPTURE(value);
    CHECK(of(value, [](JsonObject& o) {
            o.decimal("x", 10);
          }).starts_with("/in/x: expected a string of decimal digits, from \"0\" to \"10\", not "));
  }
  for (const char* value : {"\"0\"", "\"0G\"", "\"0A\""}) {
    CHECK(of(value, [](JsonObject& o) { o.hex("x"); }).starts_with("/in/x: expected lower-case hexadecimal, not "));
  }
  CHECK(of("\"00\"", [](JsonObject& o) { o.fixed<Hash>("x"); }) ==
        "/in/x: expected 32 bytes in lower-case hexadecimal, not \"00\"");
  for (const char* value : {"\"AA\"", "\"A===\"", "\"AB==\"", "\"AA=A\"", "\"A-==\"", "\" AA=\"", "3"}) {
    CAPTURE(value);
    CHECK(of(value, [](JsonObject& o) { o.base64("x"); }).starts_with("/in/x: expected base64 with its padding, not "));
  }
  CHECK(of("\"med1x\"", [](JsonObject& o) {
          o.address("x");
        }).starts_with("/in/x: expected an address (med1...), not \"med1x\""));
  CHECK(of("[3]", [](JsonObject& o) { o.addresses("x"); }) == "/in/x/0: expected an address (med1...), not 3");
  CHECK(of("[1,2]", [](JsonObject& o) { o.array("x", 1, [](const Json&, const std::string&) {}); }) ==
        "/in/x: 2 elements, at most 1 are allowed");
  CHECK(of("{}", [](JsonObject& o) { o.array("x", 1, [](const Json&, const std::string&) {}); }) ==
        "/in/x: expected an array, not an object");
  CHECK(of("\"nurse\"", [](JsonObject& o) {
          o.named("x", &parse_key_algorithm);
        }).starts_with("/in/x: unknown key algorithm"));
  CHECK(outcome("[]", [](JsonObject& o) { o.text("x"); }) == "the whole text: expected an object, not an array");
}

TEST_CASE("The first error stays, and later reads give empty values") {
  CHECK(outcome("{\"a\":1,\"b\":2}", [](JsonObject& o) {
          CHECK(o.text("a").empty());
          CHECK(o.number("b") == 0);
          CHECK(o.hex("c").empty());
          CHECK_FALSE(o.ok());
        }) == "/a: expected a string, not 1");
}

TEST_CASE("Pointers are escaped, and made printable") {
  CHECK(pointer_to("/a", std::string_view("b/c~d\n")) == "/a/b~1c~0d?");
  CHECK(pointer_to("", std::size_t{3}) == "/3");
}

TEST_CASE("A line of JSON is written whatever it holds") {
  CHECK(json_line(OrderedJson{{"b", 1}, {"a", "x\n"}}) == "{\"b\":1,\"a\":\"x\\n\"}");
  CHECK(json_line(OrderedJson("\xff")) == "\"\xef\xbf\xbd\"");
}
