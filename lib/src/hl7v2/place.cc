#include "place.h"

#include <charconv>

namespace medchain::hl7v2 {
namespace {

// Takes a number from the front of `text`; 0 when there is none.
std::size_t take_number(std::string_view& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_string(const Place& place) {
  if (place.field == 0) return place.segment;
  const std::string which = place.segment == "MSH" ? "" : "[" + std::to_string(place.sequence) + "]";
  return place.segment + which + "-" + std::to_string(place.field);
}

std::optional<Place> place_of(const Error& error) {
  std::string_view text = error.message();
  if (text.size() < 4) return std::nullopt;
  Place place{std::string(text.substr(0, 3))};
  for (char c : place.segment) {
    if (c < 'A' || c > 'Z') return std::nullopt;
  }
  text.remove_prefix(3);
  if (take(text, '[')) {
    place.sequence = take_number(text);
    if (!take(text, ']')) return std::nullopt;
  }
  if (take(text, '-')) place.field = take_number(text);
  if (!text.starts_with(": ")) return std::nullopt;
  return place;
}

Error wrong(const Place& place, std::string_view why, ErrorCode code) {
  return {code, to_string(place) + ": " + std::string(why)};
}

}  // namespace medchain::hl7v2
