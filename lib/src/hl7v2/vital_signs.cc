#include "vital_signs.h"

#include <algorithm>
#include <iterator>

namespace medchain::hl7v2 {
namespace {

// Those of FHIR R4's vital signs profiles (https://hl7.org/fhir/R4/observation-vitalsigns.html) and their variants by
// method and site.
constexpr std::string_view kLoinc[] = {
    "85353-1", "9279-1", "8867-4", "8889-8",  "2708-6",  "59408-5", "8310-5",  "8331-1",  "8328-7",
    "8332-9",  "8329-5", "8302-2", "9843-4",  "29463-7", "3141-9",  "39156-5", "85354-9", "8480-6",
    "8462-4",  "8478-0", "8479-8", "35094-2", "55284-4", "76534-7", "76535-4", "76536-2",
};

// How names of ISO/IEEE 11073-10101 begin.
constexpr std::string_view kMdc[] = {"MDC_PRESS_BLD",       "MDC_PULS_",          "MDC_TEMP",      "MDC_RESP_RATE",
                                     "MDC_TTHOR_RESP_RATE", "MDC_ECG_HEART_RATE", "MDC_MASS_BODY", "MDC_LEN_BODY"};

}  // namespace

bool is_vital_sign(std::string_view system, std::string_view code) {
  if (system == "LN") return std::find(std::begin(kLoinc), std::end(kLoinc), code) != std::end(kLoinc);
  if (system != "MDC") return false;
  return std::any_of(std::begin(kMdc), std::end(kMdc), [&](std::string_view name) { return code.starts_with(name); });
}

}  // namespace medchain::hl7v2
