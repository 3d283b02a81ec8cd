#include "arguments.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace medchain::http {
namespace {

constexpr std::size_t kMaxArguments = 32;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return value;
}

std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  for (char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// YYYY-MM-DDThh:mm:ss, perhaps with .mmm, then Z.
std::optional<std::uint64_t> rfc3339_utc(std::string_view text) {
  if ((text.size() != 20 && text.size() != 24) || text.back() != 'Z') return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (text.size() == 24 && text[19] != '.') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  const auto ms = text.size() == 24 ? digits(text, 20, 3) : std::optional(0);
  if (!year || !month || !day || !hour || !minute || !second || !ms) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *year < 1970 || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::milliseconds(days).count()) +
         static_cast<std::uint64_t>(((*hour * 60 + *minute) * 60 + *second)) * 1000 + static_cast<std::uint64_t>(*ms);
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int first = hex_digit(text[i + 1]), second = hex_digit(text[i + 2]);
      if (first < 0 || second < 0) return std::nullopt;
      c = static_cast<char>(first * 16 + second);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    decoded.push_back(c);
  }
  return decoded;
}

std::optional<Problem> parse_query(std::string_view query, std::vector<Argument>& into) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string() : percent_decoded(pair.substr(equals + 1), true);
    if (!name || !value) return invalid_parameter(pair.substr(0, equals), "a %-encoded name and value", pair);
    for (const Argument& other : into) {
      if (other.name == *name) return invalid_parameter(*name, "once, not twice", *value);
    }
    if (into.size() >= kMaxArguments) return invalid_parameter(*name, "at most 32 parameters", *value);
    into.push_back({std::move(*name), std::move(*value)});
  }
  return std::nullopt;
}

const std::string* Arguments::find(std::string_view name) {
  if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) asked_.push_back(name);
  for (const Argument& parameter : given_) {
    if (parameter.name == name) return &parameter.value;
  }
  return nullptr;
}

void Arguments::refuse(Problem problem) {
  if (!problem_) problem_ = std::move(problem);
}

void Arguments::refuse(std::string_view name, std::string_view expected) {
  const std::string* value = find(name);
  refuse(invalid_parameter(name, expected, value == nullptr ? std::string_view() : *value));
}

std::optional<std::string> Arguments::text(std::string_view name) {
  const std::string* value = find(name);
  if (value == nullptr) return std::nullopt;
  return *value;
}

std::uint64_t Arguments::number(std::string_view name, std::uint64_t otherwise, std::uint64_t least,
                                std::uint64_t most) {
  const std::string* given = find(name);
  if (given == nullptr) return otherwise;
  auto value = whole_number(*given);
  if (value && *value >= least && *value <= most) return *value;
  const std::string above = most == UINT64_MAX ? "" : " to " + std::to_string(most);
  refuse(name, "a whole number from " + std::to_string(least) + above);
  return otherwise;
}

std::optional<Address> Arguments::address(std::string_view name) {
  const std::string* given = find(name);
  if (given == nullptr) return std::nullopt;
  auto address = Address::parse(*given);
  if (address) return *address;
  refuse(name, "an address, med1... (" + address.error().message() + ")");
  return std::nullopt;
}

std::optional<RecordKind> Arguments::kind(std::string_view name) {
  const std::string* given = find(name);
  if (given == nullptr) return std::nullopt;
  auto kind = parse_record_kind(*given);
  if (kind) return *kind;
  refuse(name, kind.error().message());
  return std::nullopt;
}

std::optional<std::uint64_t> Arguments::time_ms(std::string_view name) {
  const std::string* given = find(name);
  if (given == nullptr) return std::nullopt;
  auto time = whole_number(*given);
  if (!time) time = rfc3339_utc(*given);
  if (!time) refuse(name, "Unix milliseconds, or a time as 2026-11-22T08:00:00Z");
  return time;
}

bool Arguments::hex_into(std::string_view name, std::span<std::uint8_t> bytes) {
  const std::string* given = find(name);
  if (given == nullptr) return false;
  auto decoded = from_hex(*given);
  if (decoded && decoded->size() == bytes.size() && to_hex(*decoded) == *given) {
    std::copy(decoded->begin(), decoded->end(), bytes.begin());
    return true;
  }
  refuse(name, std::to_string(2 * bytes.size()) + " lower-case hexadecimal digits");
  return false;
}

std::optional<Problem> Arguments::finish() {
  for (const Argument& parameter : given_) {
    if (std::find(asked_.begin(), asked_.end(), parameter.name) != asked_.end()) continue;
    std::string known;
    for (std::string_view name : asked_) known += (known.empty() ? "" : ", ") + std::string(name);
    refuse(invalid_parameter(parameter.name, known.empty() ? "no parameters" : "one of " + known, parameter.value));
  }
  return std::move(problem_);
}

}  // namespace medchain::http
