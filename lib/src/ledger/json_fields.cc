#include "json_fields.h"

#include <charconv>

namespace medchain {
namespace {

constexpr std::size_t kShownBytes = 40;

// A name out of a stranger's file, fit for a message.
std::string shown(std::string_view name) {
  std::string out = "\"";
  for (char c : name.substr(0, kShownBytes)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out + (name.size() > kShownBytes ? "...\"" : "\"");
}

}  // namespace

JsonFields::JsonFields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
  if (!object_.is_object()) error_.emplace(ErrorCode::kMalformed, "not a JSON object");
}

const Json* JsonFields::field(const char* name) {
  asked_.insert(name);
  if (error_) return nullptr;
  auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

void JsonFields::fail(const char* name, std::string_view why) {
  if (!error_) error_.emplace(ErrorCode::kMalformed, "field " + shown(name) + " " + std::string(why));
}

const Json* JsonFields::array(const char* name) {
  const Json* value = field(name);
  if (value == nullptr) fail(name, "is missing");
  if (value != nullptr && !value->is_array()) fail(name, "is not a list");
  return error_ ? nullptr : value;
}

const Json* JsonFields::object(const char* name) {
  const Json* value = field(name);
  if (value == nullptr) fail(name, "is missing");
  if (value != nullptr && !value->is_object()) fail(name, "is not an object");
  return error_ ? nullptr : value;
}

std::optional<std::string> JsonFields::optional_text(const char* name) {
  const Json* value = field(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  fail(name, "is not a string");
  return std::nullopt;
}

std::string JsonFields::text(const char* name) {
  auto value = optional_text(name);
  if (!value) fail(name, "is missing");
  return value.value_or("");
}

std::uint64_t JsonFields::number(const char* name, std::uint64_t most) {
  const Json* value = field(name);
  if (value == nullptr) {
    fail(name, "is missing");
  } else if (!value->is_number_unsigned() || value->get<std::uint64_t>() > most) {
    fail(name, "is not a whole number from 0 to " + std::to_string(most));
  } else {
    return value->get<std::uint64_t>();
  }
  return 0;
}

Tokens JsonFields::tokens(const char* name) {
  std::string digits = text(name);
  Tokens amount;
  const char* end = digits.data() + digits.size();
  auto [stop, error] = std::from_chars(digits.data(), end, amount.value);
  if (error != std::errc() || stop != end) fail(name, "is not a string of decimal digits below 2^64");
  return amount;
}

Result<void> JsonFields::finish() {
  if (!error_ && object_.is_object()) {
    for (const auto& [name, value] : object_.items()) {
      if (!asked_.contains(name)) error_.emplace(ErrorCode::kMalformed, "field " + shown(name) + " is unknown");
      if (error_) break;
    }
  }
  if (!error_) return {};
  return place_.empty() ? *error_ : error_->in(place_);
}

}  // namespace medchain
