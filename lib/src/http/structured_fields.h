// Structured fields for HTTP (RFC 8941), as far as signatures (RFC 9421) and digests (RFC 9530) need them: dictionaries
// of items and inner lists; of bare items all but decimals.
//
// Stricter than the RFC where it would let two readers differ: a key that comes twice, in a dictionary or in
// parameters, is refused and not overwritten, and so is base64 that is not canonical.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "medchain/bytes.h"

namespace medchain::http::fields {

inline constexpr std::size_t kMaxFieldBytes = 16 * 1024;
inline constexpr std::size_t kMaxMembers = 32;     // of a dictionary
inline constexpr std::size_t kMaxItems = 64;       // of an inner list
inline constexpr std::size_t kMaxParameters = 16;  // of an item or an inner list

struct Token {
  std::string text;
  friend auto operator<=>(const Token&, const Token&) = default;
};
using BareItem = std::variant<std::int64_t, std::string, Token, Bytes, bool>;
using Parameters = std::vector<std::pair<std::string, BareItem>>;
struct Item {
  BareItem value;
  Parameters parameters;
};
struct InnerList {
  std::vector<Item> items;
  Parameters parameters;
};
struct Member {
  std::string key;
  std::variant<Item, InnerList> value;
};
using Dictionary = std::vector<Member>;

// kMalformed with the column; kTooLarge.
Result<Dictionary> parse_dictionary(std::string_view text);
const Member* find(const Dictionary& dictionary, std::string_view key);
const BareItem* find(const Parameters& parameters, std::string_view key);

// Canonical, RFC 8941 section 4.1. What cannot be written (a string that is not printable ASCII, a key or a token that
// is none, an integer of more than 15 digits) is kInvalidArgument.
Result<std::string> serialise(const Dictionary& dictionary);
Result<std::string> serialise(const InnerList& list);
Result<std::string> serialise(const BareItem& item);

}  // namespace medchain::http::fields
