// Times as text: RFC 3339 in headers, HL7's in acknowledgements.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace medchain::gateway {

std::uint64_t unix_now_ms();
std::uint64_t monotonic_now_ms();

// "2026-11-23T08:15:30.25+01:00" as Unix milliseconds; nothing for other texts, and for times before 1970.
std::optional<std::uint64_t> parse_rfc3339(std::string_view text);

// "20261122080000+0000"
std::string hl7_time(std::uint64_t unix_ms);

}  // namespace medchain::gateway
