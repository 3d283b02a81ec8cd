#include "medchain/bytes.h"

namespace medchain {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    hex.push_back(digits[byte >> 4]);
    hex.push_back(digits[byte & 15]);
  }
  return hex;
}

Result<Bytes> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return Error(ErrorCode::kMalformed, "hexadecimal with an odd number of digits");
  Bytes bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    int high = hex_digit(hex[i]);
    int low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) {
      return Error(ErrorCode::kMalformed, "not a hexadecimal digit near position " + std::to_string(i));
    }
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (i + 1 < bytes.size()) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    if (i + 2 < bytes.size()) group |= bytes[i + 2];
    out.push_back(kBase64[group >> 18]);
    out.push_back(kBase64[group >> 12 & 63]);
    out.push_back(i + 1 < bytes.size() ? kBase64[group >> 6 & 63] : '=');
    out.push_back(i + 2 < bytes.size() ? kBase64[group & 63] : '=');
  }
  return out;
}

Result<Bytes> from_base64(std::string_view base64) {
  auto malformed = [] { return Error(ErrorCode::kMalformed, "not canonical base64"); };
  if (base64.size() % 4 != 0) return malformed();
  Bytes bytes;
  bytes.reserve(base64.size() / 4 * 3);
  for (std::size_t i = 0; i < base64.size(); i += 4) {
    bool last = i + 4 == base64.size();
    std::size_t pad = last && base64[i + 3] == '=' ? (base64[i + 2] == '=' ? 2 : 1) : 0;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 4 - pad; ++j) {
      auto value = kBase64.find(base64[i + j]);
      if (value == std::string_view::npos) return malformed();
      group |= static_cast<std::uint32_t>(value) << (18 - 6 * j);
    }
    for (std::size_t j = 0; j < 3 - pad; ++j) bytes.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * j)));
    std::uint32_t unused = pad == 0 ? 0 : group & (pad == 1 ? 0xffu : 0xffffu);
    if (unused != 0) return malformed();  // bits below the last byte: another spelling of the same value
  }
  return bytes;
}

Error wrong_size(std::string_view what, std::size_t expected, std::size_t actual) {
  return {ErrorCode::kMalformed,
          std::string(what) + " has " + std::to_string(actual) + " bytes, expected " + std::to_string(expected)};
}

}  // namespace medchain
