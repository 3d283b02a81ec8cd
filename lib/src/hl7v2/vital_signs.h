#pragma once

#include <string_view>

namespace medchain::hl7v2 {

// By `system` (HL7 table 0396: LN for LOINC, MDC for IEEE 11073) and `code`; of MDC, its name.
bool is_vital_sign(std::string_view system, std::string_view code);

}  // namespace medchain::hl7v2
