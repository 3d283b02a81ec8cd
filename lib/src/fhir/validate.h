#pragma once

#include "json.h"
#include "medchain/result.h"

namespace medchain::fhir {

// Holds one resource, and those within it, to R4: the rules of its JSON for all, the tables of types.h where they
// describe it. The first mistake is returned, kMalformed, with the element in front.
Result<void> validate(const json::Node& resource);

}  // namespace medchain::fhir
