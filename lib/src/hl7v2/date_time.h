#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace medchain::hl7v2 {

// DTM (section 2.A.22), YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ], in Unix ms: of its beginning, UTC without a
// zone. Nothing when it is none, or is in no calendar.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace medchain::hl7v2
