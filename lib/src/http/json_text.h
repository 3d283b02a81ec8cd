// JSON from a client: strict, bounded, and with errors that name the place.
//
//   auto json = parse_json(body, {.bytes = 64 * 1024});
//   if (!json) return json.error();                      // "line 3, column 7: ..." or "/body/amount: expected ..."
//   std::optional<Error> error;
//   JsonObject request(*json, "", error);
//   std::string name = request.text("name");
//   std::uint64_t count = request.number("count", 100);
//   request.finish();                                    // no other members
//   if (error) return *error;                            // the first thing that was wrong
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/keys.h"
#include "medchain/result.h"

namespace medchain::http {

using Json = nlohmann::json;                 // what is read: finds a member in logarithmic time, however many there are
using OrderedJson = nlohmann::ordered_json;  // what is written: keeps the order of members

struct JsonBounds {
  std::size_t bytes = 1024 * 1024;
  std::size_t depth = 32;        // of arrays and objects in one another
  std::size_t values = 100'000;  // of every kind, members' names not counted
};

// RFC 8259, nothing beyond: UTF-8 without a byte order mark, no comment, no trailing comma, no NaN, no name twice in
// one object. kMalformed says where; kTooLarge names the bound. Never throws; time n log n, memory a small multiple.
Result<Json> parse_json(std::string_view text, const JsonBounds& bounds = {});

// Compact, on one line. What is not UTF-8 is shown replaced.
std::string json_line(const OrderedJson& json);

// One more step of a JSON pointer (RFC 6901).
std::string pointer_to(std::string_view pointer, std::string_view member);
std::string pointer_to(std::string_view pointer, std::size_t index);

// kMalformed: "<pointer>: expected <expected>, not <what is there>".
Error unexpected(std::string_view pointer, std::string_view expected, const Json& given);

// Reads the members of one object. The first error sticks, in `error`, which objects within share; later reads give
// empty values. Ask for every member, then finish().
class JsonObject {
 public:
  // Both are borrowed. An error when `value` is no object.
  JsonObject(const Json& value, std::string pointer, std::optional<Error>& error);

  bool ok() const { return !error_.has_value(); }
  const std::string& pointer() const { return pointer_; }

  bool has(const char* name) const;   // for members that may be left out
  const Json* any(const char* name);  // of any kind; nothing when it is missing, which is an error
  std::string text(const char* name);
  bool boolean(const char* name);
  // A JSON number without fraction or exponent.
  std::uint64_t number(const char* name, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
  // A string of decimal digits, as amounts and salts are: a JSON number is refused, since many programs would have
  // rounded it above 2^53.
  std::uint64_t decimal(const char* name, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
  Bytes hex(const char* name);                                     // lower case
  void hex_into(const char* name, std::span<std::uint8_t> bytes);  // exactly as many
  template <class Fixed>
  Fixed fixed(const char* name) {
    Fixed value;
    hex_into(name, value.bytes);
    return value;
  }
  Bytes base64(const char* name);
  Address address(const char* name);
  std::vector<Address> addresses(const char* name);
  void object(const char* name, const std::function<void(JsonObject&)>& read);  // finishes it too
  // Each element with its pointer; at most `most`.
  void array(const char* name, std::size_t most,
             const std::function<void(const Json& element, const std::string& pointer)>& read);
  // A name out of a list: `parse` is e.g. parse_role, whose error says what it knows.
  template <class T>
  T named(const char* name, Result<T> (*parse)(std::string_view)) {
    auto value = parse(text(name));
    if (value) return *value;
    refuse(name, value.error().message());
    return T{};
  }

  // Unless there is an error already: kMalformed, "<pointer>: <why>".
  void refuse(const char* name, std::string_view why);
  void expected(const char* name, std::string_view what);  // "expected <what>, not <what is there>"
  void fail(Error error);                                  // any other, e.g. unexpected(...) of an element
  // Members that nobody asked for are an error.
  void finish();

 private:
  const Json* value_;  // null when it is no object
  std::string pointer_;
  std::optional<Error>& error_;
  std::vector<std::string_view> asked_;
};

}  // namespace medchain::http
