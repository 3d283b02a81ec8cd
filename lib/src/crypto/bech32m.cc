#include "bech32m.h"

#include <array>

namespace medchain::crypto::bech32m {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t kChecksumConstant = 0x2bc830a3;
constexpr std::size_t kMaxSize = 90;
constexpr std::size_t kChecksumSize = 6;

Error malformed(std::string_view what) { return {ErrorCode::kMalformed, std::string(what)}; }

// The BCH code of BIP-173, one symbol further.
std::uint32_t step(std::uint32_t checksum, std::uint8_t symbol) {
  constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t top = checksum >> 25;
  checksum = (checksum & 0x1ffffff) << 5 ^ symbol;
  for (std::size_t i = 0; i < kGenerator.size(); ++i) {
    if ((top >> i & 1) != 0) checksum ^= kGenerator[i];
  }
  return checksum;
}

std::uint32_t checksum_of(std::string_view prefix, ByteView symbols) {
  std::uint32_t checksum = 1;
  for (char c : prefix) checksum = step(checksum, static_cast<std::uint8_t>(c) >> 5);
  checksum = step(checksum, 0);
  for (char c : prefix) checksum = step(checksum, static_cast<std::uint8_t>(c) & 31);
  for (std::uint8_t symbol : symbols) checksum = step(checksum, symbol);
  return checksum;
}

// Locale-free, and only for ASCII.
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

Result<std::string> lower_cased(std::string_view text) {
  bool upper = false;
  bool lower = false;
  std::string result;
  for (char c : text) {
    if (c < 33 || c > 126) return malformed("bech32m text with a character outside of the printable ASCII ones");
    upper = upper || is_upper(c);
    lower = lower || is_lower(c);
    result.push_back(is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (upper && lower) return malformed("bech32m text that mixes upper and lower case");
  return result;
}

}  // namespace

Result<Parts> parse(std::string_view text) {
  if (text.size() > kMaxSize) return malformed("bech32m text longer than 90 characters");
  Result<std::string> lower = lower_cased(text);
  if (!lower) return lower.error();
  std::size_t separator = lower->rfind('1');
  if (separator == std::string::npos || separator == 0) return malformed("bech32m text without a prefix");
  if (lower->size() - separator - 1 < kChecksumSize) return malformed("bech32m text too short for its checksum");
  Parts parts{lower->substr(0, separator), {}};
  for (char c : std::string_view(*lower).substr(separator + 1)) {
    std::size_t symbol = kAlphabet.find(c);
    if (symbol == std::string_view::npos) return malformed("bech32m text with a character that is not of its alphabet");
    parts.symbols.push_back(static_cast<std::uint8_t>(symbol));
  }
  if (checksum_of(parts.prefix, parts.symbols) != kChecksumConstant) {
    return malformed("the checksum of the bech32m text does not match: a character is wrong");
  }
  parts.symbols.resize(parts.symbols.size() - kChecksumSize);
  return parts;
}

std::string print(std::string_view prefix, ByteView symbols) {
  MEDCHAIN_ASSERT(!prefix.empty() && prefix.size() + 1 + symbols.size() + kChecksumSize <= kMaxSize,
                  "bech32m text has a prefix and at most 90 characters");
  Bytes padded = to_bytes(symbols);
  padded.resize(symbols.size() + kChecksumSize);
  std::uint32_t checksum = checksum_of(prefix, padded) ^ kChecksumConstant;
  for (std::size_t i = 0; i < kChecksumSize; ++i) {
    padded[symbols.size() + i] = static_cast<std::uint8_t>(checksum >> (5 * (kChecksumSize - 1 - i)) & 31);
  }
  std::string text(prefix);
  text.push_back('1');
  for (std::uint8_t symbol : padded) text.push_back(kAlphabet[symbol]);
  return text;
}

Bytes to_symbols(ByteView bytes) {
  Bytes symbols;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (std::uint8_t byte : bytes) {
    pending = (pending << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) symbols.push_back(static_cast<std::uint8_t>(pending >> (bits - 5) & 31));
  }
  if (bits > 0) symbols.push_back(static_cast<std::uint8_t>(pending << (5 - bits) & 31));
  return symbols;
}

Result<Bytes> from_symbols(ByteView symbols) {
  Bytes bytes;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (std::uint8_t symbol : symbols) {
    pending = (pending << 5 | symbol) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(pending >> bits));
    }
  }
  if (bits >= 5) return malformed("bech32m text with more padding than needed");
  if ((pending & ((1u << bits) - 1)) != 0) return malformed("bech32m text whose padding is not zero");
  return bytes;
}

}  // namespace medchain::crypto::bech32m
