#include "primitives.h"

#include <algorithm>
#include <charconv>

namespace medchain::fhir {
namespace {

using json::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.';
  });
}

// Words with single spaces between them.
bool is_code(std::string_view text) {
  bool space = true;  // none may come first
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && !is_space(c)) return false;
    if (space && is_space(c)) return false;
    space = is_space(c);
  }
  return !text.empty() && !space;
}

bool is_uri(std::string_view text) {
  return !text.empty() &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

bool is_base64(std::string_view text) {
  std::size_t count = 0;
  std::size_t padding = 0;
  for (char c : text) {
    if (is_space(c)) continue;
    if (c == '=') {
      ++padding;
    } else if (padding > 0 || (!is_letter(c) && !is_digit(c) && c != '+' && c != '/')) {
      return false;
    }
    ++count;
  }
  return count > 0 && count % 4 == 0 && padding <= 2;
}

bool is_time(std::string_view text) {
  const auto moment = parse_moment("2000-01-01T" + std::string(text));
  return moment && !moment->zoned;
}

bool is_date(std::string_view text) {
  const auto moment = parse_moment(text);
  return moment && moment->precision < Moment::Precision::kTime;
}
bool is_date_time(std::string_view text) {
  const auto moment = parse_moment(text);
  return moment && (moment->precision < Moment::Precision::kTime || moment->zoned);
}
bool is_instant(std::string_view text) {
  const auto moment = parse_moment(text);
  return moment && moment->precision == Moment::Precision::kTime && moment->zoned;
}

// The namespace and the content of XHTML are left to whoever shows it.
bool is_xhtml(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text.substr(first).starts_with("<div") && is_string(text);
}

// JSON's grammar has let only numbers through.
bool is_integer(std::string_view raw, std::int32_t least) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  return error == std::errc() && end == raw.data() + raw.size() && value >= least;
}

struct TextType {
  Type type;
  bool (*holds)(std::string_view);
  std::string_view expected;
};
constexpr TextType kTextTypes[] = {
    {Type::kString, is_string, "expected a string that is not empty and has no control characters"},
    {Type::kCode, is_code, "expected a code"},
    {Type::kId, is_id, "expected an id: 1 to 64 letters, digits, - and ."},
    {Type::kUri, is_uri, "expected a URI"},
    {Type::kInstant, is_instant, "expected an instant, as 2026-11-22T08:00:00.000Z"},
    {Type::kDate, is_date, "expected a date, as 2026, 2026-11 or 2026-11-22"},
    {Type::kDateTime, is_date_time, "expected a dateTime, as 2026, 2026-11, 2026-11-22 or 2026-11-22T08:00:00Z"},
    {Type::kTime, is_time, "expected a time, as 08:00:00"},
    {Type::kBase64, is_base64, "expected base64"},
    {Type::kXhtml, is_xhtml, "expected XHTML in a <div>"},
};

}  // namespace

bool is_string(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(),
                                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); });
}

std::string_view wrong_primitive(Type type, const json::Node& value) {
  const bool number = value.kind() == Kind::kNumber;
  switch (type) {
    case Type::kBoolean: return value.kind() == Kind::kBoolean ? "" : "expected true or false";
    case Type::kDecimal: return number ? "" : "expected a number";
    case Type::kInteger: return number && is_integer(value.raw(), INT32_MIN) ? "" : "expected an integer";
    case Type::kUnsignedInt: return number && is_integer(value.raw(), 0) ? "" : "expected an integer of at least 0";
    case Type::kPositiveInt: return number && is_integer(value.raw(), 1) ? "" : "expected an integer of at least 1";
    default: break;
  }
  for (const TextType& text : kTextTypes) {
    if (text.type == type) return value.is_string() && text.holds(value.text()) ? "" : text.expected;
  }
  return "";
}

}  // namespace medchain::fhir
