// Strong integers: a Height is not a View, and neither is a plain number. Values are 64 bits unless said otherwise.
// Arithmetic that could overflow on bytes from outside goes through checked_add and checked_sub.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>

namespace medchain {

template <class Tag, class Rep = std::uint64_t>
struct StrongInt {
  using Representation = Rep;
  Rep value{};

  friend auto operator<=>(const StrongInt&, const StrongInt&) = default;
  constexpr StrongInt next() const { return {static_cast<Rep>(value + 1)}; }
  constexpr StrongInt previous() const { return {static_cast<Rep>(value - 1)}; }
};

using Height = StrongInt<struct HeightTag>;  // a block's number; genesis is 0
using Round = StrongInt<struct RoundTag>;    // the term of one committee; round 0 starts at height 1
using View = StrongInt<struct ViewTag>;      // the attempt number within one height, from 0
using Epoch = StrongInt<struct EpochTag>;    // epoch_heights blocks: unbonding and parameter changes
using Tokens = StrongInt<struct TokensTag>;  // an amount in the smallest unit

// Nothing when the exact result does not fit.
template <class Tag, class Rep>
constexpr std::optional<StrongInt<Tag, Rep>> checked_add(StrongInt<Tag, Rep> a, StrongInt<Tag, Rep> b) {
  StrongInt<Tag, Rep> sum;
  if (__builtin_add_overflow(a.value, b.value, &sum.value)) return std::nullopt;
  return sum;
}
template <class Tag, class Rep>
constexpr std::optional<StrongInt<Tag, Rep>> checked_sub(StrongInt<Tag, Rep> a, StrongInt<Tag, Rep> b) {
  if (b.value > a.value) return std::nullopt;
  return StrongInt<Tag, Rep>{static_cast<Rep>(a.value - b.value)};
}

}  // namespace medchain

template <class Tag, class Rep>
struct std::hash<medchain::StrongInt<Tag, Rep>> {
  std::size_t operator()(const medchain::StrongInt<Tag, Rep>& id) const noexcept { return std::hash<Rep>{}(id.value); }
};
