#include "moment.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace medchain::gateway {
namespace {

using std::chrono::milliseconds;

// Takes digits off the front of a text.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return fail();
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  char one_of(std::string_view wanted) {
    if (rest_.empty() || wanted.find(rest_.front()) == std::string_view::npos) return static_cast<char>(fail());
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }
  bool next_is(char wanted) const { return !rest_.empty() && rest_.front() == wanted; }
  bool next_is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool finished() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }

 private:
  int fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

int fraction_ms(Digits& digits) {
  if (!digits.next_is('.')) return 0;
  digits.one_of(".");
  int ms = 0;
  int place = 100;
  if (!digits.next_is_digit()) digits.number(1);  // fails
  while (digits.next_is_digit()) {
    ms += digits.number(1) * place;
    place /= 10;
  }
  return ms;
}

std::optional<int> offset_minutes(Digits& digits) {
  const char sign = digits.one_of("Zz+-");
  if (sign == 'Z' || sign == 'z') return 0;
  const int hours = digits.number(2);
  digits.one_of(":");
  const int minutes = digits.number(2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::uint64_t unix_now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count());
}

std::uint64_t monotonic_now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count());
}

std::optional<std::uint64_t> parse_rfc3339(std::string_view text) {
  Digits digits(text);
  const std::chrono::year year(digits.number(4));
  digits.one_of("-");
  const std::chrono::month month(static_cast<unsigned>(digits.number(2)));
  digits.one_of("-");
  const std::chrono::day day(static_cast<unsigned>(digits.number(2)));
  digits.one_of("Tt ");
  const int hour = digits.number(2);
  digits.one_of(":");
  const int minute = digits.number(2);
  digits.one_of(":");
  const int second = digits.number(2);
  const int ms = fraction_ms(digits);
  const auto offset = offset_minutes(digits);
  const std::chrono::year_month_day date(year, month, day);
  if (!digits.finished() || !offset || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::int64_t minutes = std::int64_t{hour} * 60 + minute - *offset;
  const milliseconds time = std::chrono::sys_days(date).time_since_epoch() + std::chrono::minutes(minutes) +
                            std::chrono::seconds(second) + milliseconds(ms);
  if (time.count() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(time.count());
}

std::string hl7_time(std::uint64_t unix_ms) {
  const std::chrono::sys_seconds time{std::chrono::seconds(unix_ms / 1000)};
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  std::array<char, 40> out{};
  std::snprintf(out.data(), out.size(), "%04d%02u%02u%02d%02d%02d+0000", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out.data();
}

}  // namespace medchain::gateway
