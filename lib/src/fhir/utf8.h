// Characters: in UTF-8, escaped in JSON, and shown in messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace medchain::fhir {

// Bytes of the character that `text` begins with; 0 when that is none (RFC 3629: shortest form, no surrogates).
std::size_t utf8_length(std::string_view text);

// Its value, or -1.
int hex_digit(char c);

// What stands between the quotes of a JSON string that the parser accepted.
std::string unescape(std::string_view escaped);

// Of a name that the sender chose, what a log may hold: 40 bytes, no control characters, no half characters.
std::string shown_name(std::string_view name);

// `value` in quotes when it looks like a code, which is no personal data; otherwise "this".
std::string shown_code(std::string_view value);

}  // namespace medchain::fhir
