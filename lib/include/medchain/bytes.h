// Byte strings, their views, and their text forms.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/result.h"

namespace medchain {

using Bytes = std::vector<std::uint8_t>;         // owns
using ByteView = std::span<const std::uint8_t>;  // borrows; never outlives the call it is passed to

inline ByteView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
inline void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// Lower-case hexadecimal, no prefix.
std::string to_hex(ByteView bytes);
// Accepts either case; an odd length or another character is kMalformed.
Result<Bytes> from_hex(std::string_view hex);

// Standard base64 (RFC 4648 section 4, padded), the strict form: one encoding per value.
std::string to_base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view base64);

// N bytes that mean one thing: FixedBytes<32, struct HashTag> does not convert to another tag.
template <std::size_t N, class Tag>
struct FixedBytes {
  static constexpr std::size_t kSize = N;
  std::array<std::uint8_t, N> bytes{};

  friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
  ByteView view() const { return bytes; }
  std::string hex() const { return to_hex(bytes); }
  bool is_zero() const { return bytes == std::array<std::uint8_t, N>{}; }

  // A size other than N is kMalformed; `what` names the thing in the message.
  static Result<FixedBytes> from(ByteView source, std::string_view what);
  static Result<FixedBytes> from_hex(std::string_view hex, std::string_view what);
};

// Builds the kMalformed error of FixedBytes::from.
Error wrong_size(std::string_view what, std::size_t expected, std::size_t actual);

template <std::size_t N, class Tag>
Result<FixedBytes<N, Tag>> FixedBytes<N, Tag>::from(ByteView source, std::string_view what) {
  if (source.size() != N) return wrong_size(what, N, source.size());
  FixedBytes value;
  std::memcpy(value.bytes.data(), source.data(), N);
  return value;
}

template <std::size_t N, class Tag>
Result<FixedBytes<N, Tag>> FixedBytes<N, Tag>::from_hex(std::string_view hex, std::string_view what) {
  auto decoded = medchain::from_hex(hex);
  if (!decoded) return decoded.error().in(what);
  return from(*decoded, what);
}

}  // namespace medchain

// For values that are already uniformly distributed (hashes, keys): the first eight bytes are the hash.
template <std::size_t N, class Tag>
struct std::hash<medchain::FixedBytes<N, Tag>> {
  std::size_t operator()(const medchain::FixedBytes<N, Tag>& value) const noexcept {
    static_assert(N >= sizeof(std::size_t));
    std::size_t result;
    std::memcpy(&result, value.bytes.data(), sizeof result);
    return result;
  }
};
