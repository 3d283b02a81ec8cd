#include "primitives.h"

#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

namespace {

bool is(Type type, std::string_view value) {
  auto document = json::Document::parse(value);
  REQUIRE(document);
  return wrong_primitive(type, document->root()).empty();
}

void all(Type type, std::initializer_list<std::string_view> values, bool expected) {
  for (std::string_view value : values) {
    CAPTURE(value);
    CHECK(is(type, value) == expected);
  }
}

}  // namespace

TEST_CASE("Primitive values are those of R4") {
  using enum Type;
  all(kBoolean, {"true", "false"}, true);
  all(kBoolean, {"\"true\"", "1", "null"}, false);
  all(kInteger, {"0", "-1", "2147483647", "-2147483648"}, true);
  all(kInteger, {"2147483648", "1.0", "1e3", "\"1\"", "-2147483649"}, false);
  all(kUnsignedInt, {"0", "7"}, true);
  all(kUnsignedInt, {"-1"}, false);
  all(kPositiveInt, {"1"}, true);
  all(kPositiveInt, {"0", "-3"}, false);
  all(kDecimal, {"1.00", "-1E-22", "1.000000000000000000E-245"}, true);
  all(kDecimal, {"\"1.0\"", "true"}, false);
  all(kString, {"\"a\"", "\"a\\r\\n\\tb\"", "\" \""}, true);
  all(kString, {"\"\"", "1", "\"\\u0000\"", "\"a\\bc\""}, false);
  all(kCode, {"\"final\"", "\"in progress\""}, true);
  all(kCode, {"\"\"", "\" a\"", "\"a \"", "\"a  b\"", "7"}, false);
  all(kId, {"\"a-B.9\"", "\"x\""}, true);
  all(kId, {"\"\"", "\"a_b\"", "\"a/b\"", "7"}, false);
  CHECK(is(kId, '"' + std::string(64, 'a') + '"'));
  CHECK_FALSE(is(kId, '"' + std::string(65, 'a') + '"'));
  all(kUri, {"\"urn:uuid:7\"", "\"http://x/\\u00e4\""}, true);
  all(kUri, {"\"a b\"", "\"\"", "\"a\\n\""}, false);
  all(kBase64, {"\"AAAA\"", "\"AA==\"", "\"AAAA\\nAAA=\""}, true);
  all(kBase64, {"\"\"", "\"AAA\"", "\"A===\"", "\"AA=A\"", "\"AA-A\""}, false);
  all(kXhtml, {"\"<div>a</div>\"", "\" \\n<div/>\""}, true);
  all(kXhtml, {"\"text\"", "\"\"", "\" \""}, false);
}

TEST_CASE("Dates and times are those of R4 and of the calendar") {
  using enum Type;
  all(kDate, {"\"2026\"", "\"2026-11\"", "\"2024-02-29\""}, true);
  all(kDate,
      {"\"2026-02-29\"", "\"2026-13\"", "\"2026-00-01\"", "\"0000\"", "\"26\"", "\"2026-1-1\"",
       "\"2026-11-22T08:00:00Z\""},
      false);
  all(kDateTime,
      {"\"2026\"", "\"2026-11-22\"", "\"2026-11-22T08:00:00Z\"", "\"2026-11-22T08:00:00.123456+14:00\"",
       "\"2026-12-31T23:59:60-05:30\""},
      true);
  all(kDateTime,
      {"\"2026-11-22T08:00:00\"", "\"2026-11-22T08:00Z\"", "\"2026-11-22T24:00:00Z\"", "\"2026-11-22 08:00:00Z\"",
       "\"2026-11-22T08:00:00+14:30\"", "\"2026-11-22T08:00:00.Z\"", "\"2026-11-22T08:00:00Zx\""},
      false);
  all(kInstant, {"\"2026-11-22T08:00:00.000Z\""}, true);
  all(kInstant, {"\"2026-11-22\"", "\"2026-11-22T08:00:00\""}, false);
  all(kTime, {"\"08:00:00\"", "\"23:59:59.9\""}, true);
  all(kTime, {"\"08:00\"", "\"08:00:00Z\"", "\"24:00:00\""}, false);
}

TEST_CASE("A time counts from its beginning, in UTC without a zone") {
  CHECK(time_ms("1970-01-01T00:00:00Z") == 0);
  CHECK(time_ms("2026") == 1'767'225'600'000);
  CHECK(time_ms("2026-11") == 1'793'491'200'000);
  CHECK(time_ms("2026-11-22") == 1'795'305'600'000);
  CHECK(time_ms("2026-11-22T08:00:00.0129Z") == 1'795'334'400'012);
  CHECK(time_ms("2026-11-22T08:00:00") == 1'795'334'400'000);
  CHECK(time_ms("2026-11-22T09:30:00+01:30") == 1'795'334'400'000);
  CHECK(time_ms("2026-11-22T03:00:00-05:00") == 1'795'334'400'000);
  CHECK_FALSE(time_ms("1969-12-31"));
  CHECK_FALSE(time_ms("yesterday"));
}
