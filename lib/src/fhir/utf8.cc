#include "utf8.h"

#include <algorithm>
#include <cstdint>

namespace medchain::fhir {
namespace {

constexpr std::size_t kShownBytes = 40;

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

void append_utf8(std::string& to, std::uint32_t c) {
  auto tail = [&](unsigned shift) { to += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xc0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    to += static_cast<char>(0xe0 | (c >> 12));
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xf0 | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::uint32_t hex4(std::string_view digits) {
  std::uint32_t value = 0;
  for (char c : digits.substr(0, 4)) value = value * 16 + static_cast<std::uint32_t>(hex_digit(c));
  return value;
}

char unescaped(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0) != 0x80) return 0;
  }
  const unsigned second = byte_at(text, 1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  return length;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string unescape(std::string_view escaped) {
  std::string text;
  while (true) {
    const std::size_t slash = escaped.find('\\');
    text += escaped.substr(0, slash);
    if (slash == std::string_view::npos) return text;
    const char c = escaped[slash + 1];
    escaped.remove_prefix(slash + 2);
    if (c != 'u') {
      text += unescaped(c);
      continue;
    }
    std::uint32_t unit = hex4(escaped);
    escaped.remove_prefix(4);
    if (unit >= 0xd800 && unit < 0xdc00) {
      unit = 0x10000 + ((unit - 0xd800) << 10) + (hex4(escaped.substr(2)) - 0xdc00);
      escaped.remove_prefix(6);
    }
    append_utf8(text, unit);
  }
}

std::string shown_name(std::string_view name) {
  std::string shown;
  while (!name.empty()) {
    const std::size_t length = utf8_length(name);
    const unsigned first = byte_at(name, 0);
    // C1 controls are the characters C2 80 to C2 9F.
    const bool control = length == 0 || first < 0x20 || first == 0x7f || (first == 0xc2 && byte_at(name, 1) < 0xa0);
    const std::string_view next = control ? "?" : name.substr(0, length);
    if (shown.size() + next.size() > kShownBytes) return shown + "...";
    shown += next;
    name.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown;
}

std::string shown_code(std::string_view value) {
  auto in_code = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
  if (value.size() > kShownBytes || !std::all_of(value.begin(), value.end(), in_code)) return "this";
  return '"' + std::string(value) + '"';
}

}  // namespace medchain::fhir
