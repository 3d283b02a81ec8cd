#include "json_text.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "problem.h"

namespace medchain::http {
namespace {

Error malformed(std::string why) { return {ErrorCode::kMalformed, std::move(why)}; }

// "line 3, column 7": of the byte at `at`, both from 1.
std::string place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, std::min(at, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

// Builds the value, and refuses what the bounds do not allow before it takes memory. Without recursion.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const JsonBounds& bounds) : text_(text), bounds_(bounds) {}

  Result<Json> finish() {
    if (error_) return *error_;
    return std::move(root_);
  }

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override { return add(value) != nullptr; }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return false; }  // not in JSON texts
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    auto [member, is_new] = open_.back()->emplace(std::move(name), nullptr);
    if (!is_new) return fail(malformed(pointer() + ": the member " + shown(member.key()) + " comes twice"));
    member_ = &*member;
    names_.back() = member.key();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    const std::size_t at = position == 0 ? 0 : position - 1;  // counted from 1
    return fail(malformed(place_of(text_, at) + (at >= text_.size() ? ": the text ends here" : ": not JSON")));
  }

 private:
  bool fail(Error error) {
    if (!error_) error_.emplace(std::move(error));
    return false;
  }
  std::string pointer() const {  // of the innermost value that is open
    std::string pointer;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      pointer = open_[i]->is_array() ? pointer_to(pointer, open_[i]->size() - 1) : pointer_to(pointer, names_[i]);
    }
    return pointer;
  }
  Json* add(Json value) {
    if (++values_ > bounds_.values) {
      fail(Error(ErrorCode::kTooLarge, "more than " + std::to_string(bounds_.values) + " values in one JSON text"));
      return nullptr;
    }
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    *member_ = std::move(value);
    return member_;
  }
  bool open(Json empty) {
    if (open_.size() >= bounds_.depth) {
      return fail(Error(ErrorCode::kTooLarge, "nested deeper than " + std::to_string(bounds_.depth)));
    }
    Json* added = add(std::move(empty));
    if (added == nullptr) return false;
    open_.push_back(added);  // stays where it is: only the innermost one grows
    names_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    names_.pop_back();
    return true;
  }

  std::string_view text_;
  const JsonBounds& bounds_;
  Json root_;
  std::vector<Json*> open_;
  std::vector<std::string> names_;  // of the member that each open object is at
  Json* member_ = nullptr;          // whose value comes next
  std::size_t values_ = 0;
  std::optional<Error> error_;
};

// What is there, for a message.
std::string shown_json(const Json& json) {
  switch (json.type()) {
    case Json::value_t::object: return "an object";
    case Json::value_t::array: return "an array";
    case Json::value_t::string: return shown(json.get_ref<const std::string&>());
    case Json::value_t::null: return "null";
    default: return json.dump();  // numbers and truth values, which are short
  }
}

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonBounds& bounds) {
  if (text.size() > bounds.bytes) {
    return Error(ErrorCode::kTooLarge, std::to_string(text.size()) + " bytes of JSON, at most " +
                                           std::to_string(bounds.bytes) + " are allowed");
  }
  // The parser would skip the one, and take the other for the end.
  if (text.starts_with("\xef\xbb\xbf")) return malformed("line 1, column 1: a byte order mark");
  if (const auto zero = text.find('\0'); zero != text.npos) return malformed(place_of(text, zero) + ": a zero byte");
  Builder builder(text, bounds);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.finish();
}

std::string json_line(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string pointer_to(std::string_view pointer, std::string_view member) {
  std::string out(pointer);
  out += '/';
  for (char c : member) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c >= 0x20 && c < 0x7f ? c : '?';  // it stands in messages
    }
  }
  return out;
}

std::string pointer_to(std::string_view pointer, std::size_t index) {
  return pointer_to(pointer, std::string_view(std::to_string(index)));
}

Error unexpected(std::string_view pointer, std::string_view expected, const Json& given) {
  return malformed((pointer.empty() ? "the whole text" : std::string(pointer)) + ": expected " + std::string(expected) +
                   ", not " + shown_json(given));
}

JsonObject::JsonObject(const Json& value, std::string pointer, std::optional<Error>& error)
    : value_(value.is_object() ? &value : nullptr), pointer_(std::move(pointer)), error_(error) {
  if (value_ == nullptr) fail(unexpected(pointer_, "an object", value));
}

void JsonObject::fail(Error error) {
  if (!error_) error_.emplace(std::move(error));
}

bool JsonObject::has(const char* name) const { return value_ != nullptr && value_->contains(name); }

const Json* JsonObject::any(const char* name) {
  asked_.emplace_back(name);
  if (error_ || value_ == nullptr) return nullptr;
  auto found = value_->find(name);
  if (found != value_->end()) return &*found;
  fail(malformed(pointer_to(pointer_, name) + ": is missing"));
  return nullptr;
}

void JsonObject::refuse(const char* name, std::string_view why) {
  fail(malformed(pointer_to(pointer_, name) + ": " + std::string(why)));
}

void JsonObject::expected(const char* name, std::string_view what) {
  const Json* value = any(name);
  if (value != nullptr) fail(unexpected(pointer_to(pointer_, name), what, *value));
}

std::string JsonObject::text(const char* name) {
  const Json* value = any(name);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  expected(name, "a string");
  return {};
}

bool JsonObject::boolean(const char* name) {
  const Json* value = any(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  expected(name, "true or false");
  return false;
}

std::uint64_t JsonObject::number(const char* name, std::uint64_t most) {
  const Json* value = any(name);
  if (value == nullptr) return 0;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= most) return value->get<std::uint64_t>();
  expected(name, "a whole number from 0 to " + std::to_string(most));
  return 0;
}

std::uint64_t JsonObject::decimal(const char* name, std::uint64_t most) {
  const Json* value = any(name);
  if (value == nullptr) return 0;
  if (value->is_string()) {
    const auto& digits = value->get_ref<const std::string&>();
    std::uint64_t number = 0;
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool one_spelling = digits.size() == 1 || !digits.starts_with('0');
    if (error == std::errc() && stop == digits.data() + digits.size() && one_spelling && number <= most) return number;
  }
  expected(name, "a string of decimal digits, from \"0\" to \"" + std::to_string(most) + "\"");
  return 0;
}

Bytes JsonObject::hex(const char* name) {
  const std::string digits = text(name);
  auto bytes = from_hex(digits);
  if (ok() && bytes && is_lower_hex(digits)) return std::move(*bytes);
  if (ok()) expected(name, "lower-case hexadecimal");
  return {};
}

void JsonObject::hex_into(const char* name, std::span<std::uint8_t> bytes) {
  const Bytes read = hex(name);
  if (!ok()) return;
  if (read.size() == bytes.size()) {
    std::ranges::copy(read, bytes.begin());
  } else {
    expected(name, std::to_string(bytes.size()) + " bytes in lower-case hexadecimal");
  }
}

Bytes JsonObject::base64(const char* name) {
  const Json* value = any(name);
  if (value == nullptr) return {};
  if (value->is_string()) {
    auto bytes = from_base64(value->get_ref<const std::string&>());
    if (bytes) return std::move(*bytes);
  }
  expected(name, "base64 with its padding");
  return {};
}

Address JsonObject::address(const char* name) {
  const std::string written = text(name);
  if (!ok()) return {};
  auto address = Address::parse(written);
  if (address) return *address;
  refuse(name, "expected an address (med1...), not " + shown(written) + ": " + address.error().message());
  return {};
}

std::vector<Address> JsonObject::addresses(const char* name) {
  std::vector<Address> all;
  array(name, std::numeric_limits<std::size_t>::max(), [&](const Json& element, const std::string& pointer) {
    auto address = element.is_string() ? Address::parse(element.get_ref<const std::string&>())
                                       : Result<Address>(malformed("no string"));
    if (address) all.push_back(*address);
    if (!address) fail(unexpected(pointer, "an address (med1...)", element));
  });
  return all;
}

void JsonObject::object(const char* name, const std::function<void(JsonObject&)>& read) {
  const Json* value = any(name);
  if (value == nullptr) return;
  JsonObject inner(*value, pointer_to(pointer_, name), error_);
  if (!ok()) return;
  read(inner);
  inner.finish();
}

void JsonObject::array(const char* name, std::size_t most,
                       const std::function<void(const Json& element, const std::string& pointer)>& read) {
  const Json* value = any(name);
  if (value == nullptr) return;
  if (!value->is_array()) return expected(name, "an array");
  if (value->size() > most) {
    return refuse(name, std::to_string(value->size()) + " elements, at most " + std::to_string(most) + " are allowed");
  }
  const std::string pointer = pointer_to(pointer_, name);
  for (std::size_t i = 0; i < value->size() && ok(); ++i) read((*value)[i], pointer_to(pointer, i));
}

void JsonObject::finish() {
  if (error_ || value_ == nullptr) return;
  for (const auto& [name, value] : value_->items()) {
    if (std::ranges::find(asked_, name) == asked_.end()) {
      return fail(malformed(pointer_to(pointer_, name.substr(0, 40)) + ": unknown here"));
    }
  }
}

}  // namespace medchain::http
