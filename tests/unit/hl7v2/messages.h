#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "medchain/hl7v2.h"
#include "support/catch.h"

namespace medchain::hl7v2::testing {

// A valid ORU^R01 of a heart rate, segments ended by CR.
extern const std::string kHeartRate;
// It, with one field of MSH changed.
std::string with_header(std::size_t field, std::string_view value);
// A valid header and OBR, and these OBX.
std::string with_observations(const std::vector<std::string>& observations);

Result<Message> read_text(std::string_view message);
void refuses(std::string_view message, std::string_view expected, ErrorCode code = ErrorCode::kMalformed);

}  // namespace medchain::hl7v2::testing
