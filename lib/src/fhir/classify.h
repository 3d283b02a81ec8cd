// What of a resource is written into the ledger beside its seal: its kind, and when it applies.
#pragma once

#include "json.h"
#include "medchain/transaction.h"

namespace medchain::fhir {

// Both of a resource that is valid.
RecordKind kind_of(const json::Node& resource);
std::optional<std::uint64_t> time_of(const json::Node& resource);  // Unix ms

}  // namespace medchain::fhir
