// Values typed on the command line: whatever is wrong with one is a usage error that names it.
#pragma once

#include <fmt/format.h>

#include <string>

#include "medchain/sealing.h"
#include "medchain/transaction.h"

namespace program {

// "--kind gossip: unknown record kind, ..."
template <class T>
medchain::Result<T> argument(std::string_view name, const std::string& value, medchain::Result<T> parsed) {
  if (parsed) return parsed;
  return medchain::Error(medchain::ErrorCode::kInvalidArgument,
                         fmt::format("{} {}: {}", name, value, parsed.error().message()));
}

inline medchain::Result<medchain::Address> address_argument(std::string_view name, const std::string& value) {
  return argument(name, value, medchain::Address::parse(value));
}

// Of a TxId or RecordId, in hex.
template <class Id>
medchain::Result<Id> id_argument(std::string_view name, const std::string& value) {
  return argument<Id>(name, value, Id::from_hex(value, "64 hexadecimal digits"));
}

}  // namespace program
