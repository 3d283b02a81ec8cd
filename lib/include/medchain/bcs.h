// The one codec: BCS (Binary Canonical Serialization; https://github.com/diem/bcs). Every value has exactly one
// encoding.
//
//   struct Transfer {
//     Address to;
//     Tokens amount;
//     MEDCHAIN_FIELDS(to, amount)           // listed once; encoder and decoder follow
//   };
//   Bytes bytes = bcs::encode(transfer);
//   Result<Transfer> back = bcs::decode<Transfer>(bytes);
//
//   C++                          BCS
//   bool, uint8 ... uint64       little-endian
//   StrongInt, FixedBytes        its integer; its bytes without a length
//   enum class                   ULEB128 variant index; needs MEDCHAIN_ENUM_RANGE
//   std::string, vector, map     ULEB128 length, then the elements; strings are UTF-8; map keys ascend
//   std::optional                0x00, or 0x01 and the value
//   std::variant                 ULEB128 index, then the alternative
//   MEDCHAIN_VERSIONED(v, ...)   an enum whose variant index v is the type's version: ULEB128 v, then the fields
//
// Decoding is strict: trailing bytes, non-minimal ULEB128, a bool other than 0 or 1, an unknown variant or version, a
// length above 2^31-1 or above what is left of the input are errors. It never throws, and never allocates more than a
// small multiple of the input's size. Nesting is bounded by the types, none of which is recursive.
#pragma once

#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "medchain/bytes.h"
#include "medchain/ids.h"
#include "medchain/result.h"

// Lists the fields of a struct, in wire order.
#define MEDCHAIN_FIELDS(...)                                \
  auto bcs_fields() { return std::tie(__VA_ARGS__); }       \
  auto bcs_fields() const { return std::tie(__VA_ARGS__); } \
  using BcsStruct = void;

// The same for a top-level persisted or wire type of version `version` (1 is the first; 0 is never used).
#define MEDCHAIN_VERSIONED(version, ...)             \
  static constexpr std::uint32_t kVersion = version; \
  MEDCHAIN_FIELDS(__VA_ARGS__)

// States that an enum class's valid values are first ... last, without gaps. At namespace scope, beside the enum.
#define MEDCHAIN_ENUM_RANGE(Enum, first, last) \
  constexpr std::pair<Enum, Enum> bcs_enum_range(Enum) { return {Enum::first, Enum::last}; }

namespace medchain::bcs {

inline constexpr std::uint32_t kMaxLength = 0x7fffffff;

class Encoder {
 public:
  void raw(ByteView bytes) { append(out_, bytes); }
  void uleb128(std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<std::uint8_t>(value | 0x80));
    out_.push_back(static_cast<std::uint8_t>(value));
  }
  template <class T>
  void integer(T value) {
    std::array<std::uint8_t, sizeof(T)> bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    raw(bytes);
  }
  void length(std::size_t size) {
    MEDCHAIN_ASSERT(size <= kMaxLength, "a sequence longer than BCS allows");
    uleb128(static_cast<std::uint32_t>(size));
  }
  Bytes take() { return std::move(out_); }
  void reserve(std::size_t size) { out_.reserve(size); }

 private:
  Bytes out_;
};

// Reads from a borrowed view. The first error sticks: later reads give zeros, and error() tells what and where.
class Decoder {
 public:
  explicit Decoder(ByteView in) : in_(in) {}

  bool ok() const { return !error_.has_value(); }
  Error error() const { return *error_; }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return in_.size() - position_; }
  void fail(ErrorCode code, std::string_view what);
  void fail_size(std::size_t size, std::size_t most);  // of a list: kTooLarge

  // Empty, and failed, when fewer are left.
  ByteView raw(std::size_t size) {
    if (size > remaining() || error_) {
      fail_cut_off(size);
      return {};
    }
    ByteView bytes = in_.subspan(position_, size);
    position_ += size;
    return bytes;
  }
  std::uint32_t uleb128() {
    const bool short_one = !error_ && remaining() > 0 && in_[position_] < 0x80;
    return short_one ? in_[position_++] : long_uleb128();
  }
  std::uint32_t length();  // a ULEB128 that is no more than remaining()
  template <class T>
  T integer() {
    ByteView bytes = raw(sizeof(T));
    T value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) value = static_cast<T>(value | static_cast<T>(bytes[i]) << (8 * i));
    return value;
  }

 private:
  void fail_cut_off(std::size_t expected);
  std::uint32_t long_uleb128();  // or none at all

  ByteView in_;
  std::size_t position_ = 0;
  std::optional<Error> error_;
};

bool is_utf8(std::string_view text);

template <class T>
concept Struct = requires { typename T::BcsStruct; };
template <class T>
concept Versioned = Struct<T> && requires { T::kVersion; };
template <class T>
concept Enum = std::is_enum_v<T> && requires(T e) { bcs_enum_range(e); };
// A type with rules of its own (keys, whose length depends on the algorithm) writes and reads itself.
template <class T>
concept Custom = requires(const T& value, Encoder& encoder, Decoder& decoder) {
  value.bcs_encode(encoder);
  { T::bcs_decode(decoder) } -> std::same_as<T>;
};

template <class T>
struct Codec;

template <class T>
void write(Encoder& encoder, const T& value) {
  Codec<T>::write(encoder, value);
}
template <class T>
T read(Decoder& decoder) {
  return Codec<T>::read(decoder);
}

template <class T>
  requires std::unsigned_integral<T> && (!std::same_as<T, bool>)
struct Codec<T> {
  static void write(Encoder& encoder, T value) { encoder.integer(value); }
  static T read(Decoder& decoder) { return decoder.integer<T>(); }
};
template <>
struct Codec<bool> {
  static void write(Encoder& encoder, bool value) { encoder.integer<std::uint8_t>(value ? 1 : 0); }
  static bool read(Decoder& decoder) {
    auto value = decoder.integer<std::uint8_t>();
    if (value > 1) decoder.fail(ErrorCode::kMalformed, "a bool that is neither 0 nor 1");
    return value == 1;
  }
};
template <Custom T>
struct Codec<T> {
  static void write(Encoder& encoder, const T& value) { value.bcs_encode(encoder); }
  static T read(Decoder& decoder) { return T::bcs_decode(decoder); }
};
template <Enum T>
struct Codec<T> {
  static void write(Encoder& encoder, T value) { encoder.uleb128(static_cast<std::uint32_t>(value)); }
  static T read(Decoder& decoder) {
    auto index = decoder.uleb128();
    auto [first, last] = bcs_enum_range(T{});
    if (index < static_cast<std::uint32_t>(first) || index > static_cast<std::uint32_t>(last)) {
      decoder.fail(ErrorCode::kMalformed, "an unknown enum value");
      return first;
    }
    return static_cast<T>(index);
  }
};
template <class Tag, class Rep>
struct Codec<StrongInt<Tag, Rep>> {
  static void write(Encoder& encoder, StrongInt<Tag, Rep> id) { encoder.integer(id.value); }
  static StrongInt<Tag, Rep> read(Decoder& decoder) { return {decoder.integer<Rep>()}; }
};
template <std::size_t N, class Tag>
struct Codec<FixedBytes<N, Tag>> {
  static void write(Encoder& encoder, const FixedBytes<N, Tag>& value) { encoder.raw(value.bytes); }
  static FixedBytes<N, Tag> read(Decoder& decoder) {
    FixedBytes<N, Tag> value;
    ByteView bytes = decoder.raw(N);
    if (!bytes.empty()) std::memcpy(value.bytes.data(), bytes.data(), N);
    return value;
  }
};
template <std::size_t N>
struct Codec<std::array<std::uint8_t, N>> {
  static void write(Encoder& encoder, const std::array<std::uint8_t, N>& value) { encoder.raw(value); }
  static std::array<std::uint8_t, N> read(Decoder& decoder) {
    std::array<std::uint8_t, N> value{};
    ByteView bytes = decoder.raw(N);
    if (!bytes.empty()) std::memcpy(value.data(), bytes.data(), N);
    return value;
  }
};
template <>
struct Codec<Bytes> {
  static void write(Encoder& encoder, const Bytes& value) {
    encoder.length(value.size());
    encoder.raw(value);
  }
  static Bytes read(Decoder& decoder) { return to_bytes(decoder.raw(decoder.length())); }
};
template <>
struct Codec<std::string> {
  static void write(Encoder& encoder, const std::string& value) {
    encoder.length(value.size());
    encoder.raw(view(value));
  }
  static std::string read(Decoder& decoder) {
    std::string value(text(decoder.raw(decoder.length())));
    if (!is_utf8(value)) decoder.fail(ErrorCode::kMalformed, "a string that is not UTF-8");
    return value;
  }
};
template <class T>
struct Codec<std::vector<T>> {
  static void write(Encoder& encoder, const std::vector<T>& values) {
    encoder.length(values.size());
    for (const T& value : values) bcs::write(encoder, value);
  }
  static std::vector<T> read(Decoder& decoder) {
    // Every element takes at least one byte, so length() has bounded their number; the vector grows as they are read.
    std::vector<T> values;
    for (std::uint32_t left = decoder.length(); left > 0 && decoder.ok(); --left) {
      values.push_back(bcs::read<T>(decoder));
    }
    return values;
  }
};
// The list of a type that writes and reads itself since it bounds it: an element may take far more memory than bytes.
template <class T>
std::vector<T> read_list(Decoder& decoder, std::size_t most) {
  std::vector<T> values;
  const std::uint32_t size = decoder.length();
  if (size > most) decoder.fail_size(size, most);
  for (std::uint32_t left = size; left > 0 && decoder.ok(); --left) values.push_back(bcs::read<T>(decoder));
  return values;
}
template <class K, class V>
struct Codec<std::map<K, V>> {
  static void write(Encoder& encoder, const std::map<K, V>& values) {
    encoder.length(values.size());
    for (const auto& [key, value] : values) {
      bcs::write(encoder, key);
      bcs::write(encoder, value);
    }
  }
  static std::map<K, V> read(Decoder& decoder) {
    std::map<K, V> values;
    for (std::uint32_t left = decoder.length(); left > 0 && decoder.ok(); --left) {
      K key = bcs::read<K>(decoder);
      if (!values.empty() && !(values.rbegin()->first < key)) {
        decoder.fail(ErrorCode::kMalformed, "map keys that do not ascend");
        break;
      }
      values.emplace_hint(values.end(), std::move(key), bcs::read<V>(decoder));
    }
    return values;
  }
};
template <class T>
struct Codec<std::optional<T>> {
  static void write(Encoder& encoder, const std::optional<T>& value) {
    bcs::write(encoder, value.has_value());
    if (value) bcs::write(encoder, *value);
  }
  static std::optional<T> read(Decoder& decoder) {
    if (!bcs::read<bool>(decoder) || !decoder.ok()) return std::nullopt;
    return bcs::read<T>(decoder);
  }
};
template <class... Ts>
struct Codec<std::variant<Ts...>> {
  static void write(Encoder& encoder, const std::variant<Ts...>& value) {
    encoder.uleb128(static_cast<std::uint32_t>(value.index()));
    std::visit([&](const auto& alternative) { bcs::write(encoder, alternative); }, value);
  }
  static std::variant<Ts...> read(Decoder& decoder) {
    return read_alternative(decoder, decoder.uleb128(), std::index_sequence_for<Ts...>{});
  }

 private:
  template <std::size_t... I>
  static std::variant<Ts...> read_alternative(Decoder& decoder, std::uint32_t index, std::index_sequence<I...>) {
    std::variant<Ts...> value;
    bool known = ((index == I ? (value.template emplace<I>(bcs::read<Ts>(decoder)), true) : false) || ...);
    if (!known) decoder.fail(ErrorCode::kMalformed, "an unknown variant");
    return value;
  }
};
template <Struct T>
struct Codec<T> {
  static void write(Encoder& encoder, const T& value) {
    if constexpr (Versioned<T>) encoder.uleb128(T::kVersion);
    std::apply([&](const auto&... field) { (bcs::write(encoder, field), ...); }, value.bcs_fields());
  }
  static T read(Decoder& decoder) {
    T value{};
    if constexpr (Versioned<T>) {
      if (decoder.uleb128() != T::kVersion && decoder.ok()) {
        decoder.fail(ErrorCode::kUnsupportedVersion, "an unknown version");
      }
    }
    std::apply([&](auto&... field) { (read_field(decoder, field), ...); }, value.bcs_fields());
    return value;
  }

 private:
  template <class F>
  static void read_field(Decoder& decoder, F& field) {
    if (decoder.ok()) field = bcs::read<F>(decoder);
  }
};

template <class T>
Bytes encode(const T& value) {
  constexpr std::size_t kMost = 128;  // of what is encoded is not longer, and its bytes do not move while it grows
  Encoder encoder;
  encoder.reserve(kMost);
  write(encoder, value);
  return encoder.take();
}

// The whole of `bytes` is one T, or an error that says at which byte it went wrong.
template <class T>
Result<T> decode(ByteView bytes) {
  Decoder decoder(bytes);
  T value = read<T>(decoder);
  if (decoder.ok() && decoder.remaining() > 0) decoder.fail(ErrorCode::kMalformed, "trailing bytes");
  if (!decoder.ok()) return decoder.error();
  return value;
}

}  // namespace medchain::bcs
