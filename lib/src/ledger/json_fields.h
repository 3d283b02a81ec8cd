// Strict reading of a JSON object: every field asked for must be there, and no other.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "medchain/ids.h"
#include "medchain/result.h"

namespace medchain {

using Json = nlohmann::ordered_json;  // keeps the order of fields

// Like bcs::Decoder, the first error sticks: later reads give empty values, and finish() reports it, with `place` in
// front. Ask for every field, then finish().
class JsonFields {
 public:
  JsonFields(const Json& object, std::string place);  // `object` is borrowed

  const Json* array(const char* name);  // nothing when it is missing or no array; so below
  const Json* object(const char* name);
  std::string text(const char* name);
  std::optional<std::string> optional_text(const char* name);  // nothing when it is missing
  std::uint64_t number(const char* name, std::uint64_t most);
  Tokens tokens(const char* name);  // a decimal string: amounts exceed what JSON numbers hold exactly
  void fail(const char* name, std::string_view why);
  Result<void> finish();

 private:
  const Json* field(const char* name);

  const Json& object_;
  std::string place_;
  std::set<std::string, std::less<>> asked_;
  std::optional<Error> error_;
};

}  // namespace medchain
