#include "date_time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace medchain::hl7v2 {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Of digits alone.
int number(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::size_t leading_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// Month, day, hour, minute, second: two digits each, those that are there.
struct Part {
  int least;
  int most;
  int value;
};

// What follows the sign; nothing when it is no zone.
std::optional<std::int64_t> zone_ms(std::string_view text) {
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-') || leading_digits(text.substr(1)) != 4)
    return std::nullopt;
  const int hours = number(text.substr(1, 2));
  const int minutes = number(text.substr(3));
  if (hours > 14 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * kMinuteMs;
}

// Takes ".S[S[S[S]]]" from the front; nothing when a point has no such digits.
std::optional<std::int64_t> take_fraction_ms(std::string_view& text) {
  if (!text.starts_with('.')) return 0;
  text.remove_prefix(1);
  const std::size_t digits = leading_digits(text);
  if (digits == 0 || digits > 4) return std::nullopt;
  std::string thousandths(text.substr(0, digits));
  thousandths.resize(3, '0');
  text.remove_prefix(digits);
  return number(thousandths);
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  using std::chrono::year_month_day;
  const std::size_t digits = leading_digits(text);
  if (digits < 4 || digits > 14 || digits % 2 != 0) return std::nullopt;
  std::array<Part, 5> parts{{{1, 12, 1}, {1, 31, 1}, {0, 23, 0}, {0, 59, 0}, {0, 60, 0}}};
  for (std::size_t i = 0; 4 + 2 * i < digits; ++i) {
    parts[i].value = number(text.substr(4 + 2 * i, 2));
    if (parts[i].value < parts[i].least || parts[i].value > parts[i].most) return std::nullopt;
  }
  const year_month_day date{std::chrono::year(number(text.substr(0, 4))),
                            std::chrono::month(static_cast<unsigned>(parts[0].value)),
                            std::chrono::day(static_cast<unsigned>(parts[1].value))};
  text.remove_prefix(digits);
  if (!date.ok() || (digits < 14 && text.starts_with('.'))) return std::nullopt;
  const auto fraction = take_fraction_ms(text);
  const auto zone = text.empty() ? std::optional<std::int64_t>(0) : zone_ms(text);
  if (!fraction || !zone) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t minutes = (days * 24 + parts[2].value) * 60 + parts[3].value;
  return minutes * kMinuteMs + parts[4].value * 1000 + *fraction - *zone;
}

}  // namespace medchain::hl7v2
