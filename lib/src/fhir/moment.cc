#include <chrono>

#include "primitives.h"

namespace medchain::fhir {
namespace {

// Reads from the front; after the first mistake nothing more is read.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}

  bool good() const { return good_; }
  bool at_end() const { return left_.empty(); }
  bool next_is(char c) const { return !left_.empty() && left_.front() == c; }

  void expect(char c) {
    good_ = good_ && next_is(c);
    if (good_) left_.remove_prefix(1);
  }
  int number(std::size_t digits, int least, int most) {
    good_ = good_ && left_.size() >= digits;
    int value = 0;
    for (std::size_t i = 0; good_ && i < digits; ++i) {
      good_ = left_[i] >= '0' && left_[i] <= '9';
      value = value * 10 + (left_[i] - '0');
    }
    good_ = good_ && value >= least && value <= most;
    if (good_) left_.remove_prefix(digits);
    return value;
  }
  // Of a second, in ms: digits beyond the third are read and not counted.
  int fraction() {
    int value = 0;
    int unit = 100;
    do {
      value += unit * number(1, 0, 9);
      unit /= 10;
    } while (good_ && !left_.empty() && left_.front() >= '0' && left_.front() <= '9');
    return value;
  }

 private:
  std::string_view left_;
  bool good_ = true;
};

constexpr std::int64_t kMinuteMs = 60'000;

// What follows the T.
std::int64_t time_of_day(Reader& reader, Moment& moment) {
  moment.precision = Moment::Precision::kTime;
  std::int64_t ms = reader.number(2, 0, 23) * 60 * kMinuteMs;
  reader.expect(':');
  ms += reader.number(2, 0, 59) * kMinuteMs;
  reader.expect(':');
  ms += reader.number(2, 0, 60) * 1000;  // 60 is a leap second
  if (reader.next_is('.')) {
    reader.expect('.');
    ms += reader.fraction();
  }
  return ms;
}

std::int64_t zone(Reader& reader) {
  if (reader.next_is('Z')) {
    reader.expect('Z');
    return 0;
  }
  const int sign = reader.next_is('-') ? -1 : 1;
  reader.expect(sign < 0 ? '-' : '+');
  const int hours = reader.number(2, 0, 14);
  reader.expect(':');
  const int minutes = reader.number(2, 0, hours == 14 ? 0 : 59);
  return sign * (hours * 60 + minutes) * kMinuteMs;
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view text) {
  using std::chrono::sys_days;
  using std::chrono::year_month_day;
  Reader reader(text);
  Moment moment;
  int month = 1;
  int day = 1;
  const int year = reader.number(4, 1, 9999);
  if (reader.good() && !reader.at_end()) {
    moment.precision = Moment::Precision::kMonth;
    reader.expect('-');
    month = reader.number(2, 1, 12);
  }
  if (reader.good() && !reader.at_end()) {
    moment.precision = Moment::Precision::kDay;
    reader.expect('-');
    day = reader.number(2, 1, 31);
  }
  std::int64_t within_day = 0;
  if (reader.good() && !reader.at_end()) {
    reader.expect('T');
    within_day = time_of_day(reader, moment);
    moment.zoned = !reader.at_end();
    if (moment.zoned) within_day -= zone(reader);
  }
  const year_month_day date{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!reader.good() || !reader.at_end() || !date.ok()) return std::nullopt;
  moment.ms = sys_days{date}.time_since_epoch().count() * 24 * 60 * kMinuteMs + within_day;
  return moment;
}

std::optional<std::uint64_t> time_ms(std::string_view text) {
  const auto moment = parse_moment(text);
  if (!moment || moment->ms < 0) return std::nullopt;
  return static_cast<std::uint64_t>(moment->ms);
}

}  // namespace medchain::fhir
