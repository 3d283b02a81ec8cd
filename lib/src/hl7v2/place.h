// Where in a message: "MSH-9", "OBX[3]-11". What errors say in front, and what the segment ERR of an answer repeats.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "medchain/result.h"

namespace medchain::hl7v2 {

struct Place {
  std::string segment;       // "OBX"
  std::size_t sequence = 1;  // which of that name
  std::size_t field = 0;     // 0: the segment itself
};

// "OBX[3]-11", "OBR[1]-7"; a MSH, of which there is one, goes without the number, and so does a whole segment.
std::string to_string(const Place& place);

// The place that an error says in front; nothing when it says none.
std::optional<Place> place_of(const Error& error);

Error wrong(const Place& place, std::string_view why, ErrorCode code = ErrorCode::kMalformed);

}  // namespace medchain::hl7v2
