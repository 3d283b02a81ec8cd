// The primitive types of R4 (https://hl7.org/fhir/R4/datatypes.html#primitive), without regular expressions: std::regex
// recurses once for each character.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "json.h"
#include "types.h"

namespace medchain::fhir {

// What was expected instead, "expected a date, as 2026, 2026-11 or 2026-11-22"; empty when `value` is of this type.
std::string_view wrong_primitive(Type type, const json::Node& value);

// That of `string` and `markdown`: not empty, no control characters but tab, line feed and carriage return.
bool is_string(std::string_view text);

struct Moment {
  enum class Precision { kYear, kMonth, kDay, kTime };
  std::int64_t ms = 0;  // Unix, of its beginning; UTC when it has no zone
  Precision precision = Precision::kYear;
  bool zoned = false;
};

// A date, dateTime or instant that exists in the calendar; nothing when it is none of them.
std::optional<Moment> parse_moment(std::string_view text);

// That of a dateTime, if there is one and it is not before 1970.
std::optional<std::uint64_t> time_ms(std::string_view text);

}  // namespace medchain::fhir
