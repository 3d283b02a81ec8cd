// What a request says in its path and its query, read strictly: a value that cannot be used, a parameter that comes
// twice, and one that nobody asked for are told by name.
//
//   Arguments arguments(call.arguments);
//   auto limit = arguments.number("limit", 50, 1, 100);
//   if (auto problem = arguments.finish()) return *problem;
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/transaction.h"
#include "problem.h"

namespace medchain::http {

struct Argument {
  std::string name;
  std::string value;
};

// The pairs of a query, decoded. invalid_parameter: broken %-encoding, a name twice, more than 32 of them.
std::optional<Problem> parse_query(std::string_view query, std::vector<Argument>& into);
// RFC 3986 section 2.1; `plus_is_space` as in queries. Nothing when it is broken, or holds a zero byte.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

// The first problem sticks; later reads give empty values.
class Arguments {
 public:
  explicit Arguments(const std::vector<Argument>& given) : given_(given) {}  // borrowed

  std::optional<std::string> text(std::string_view name);
  std::uint64_t number(std::string_view name, std::uint64_t otherwise, std::uint64_t least = 0,
                       std::uint64_t most = UINT64_MAX);
  std::optional<Address> address(std::string_view name);
  std::optional<RecordKind> kind(std::string_view name);
  // Unix milliseconds, or RFC 3339 in UTC: 2026-11-22T08:00:00Z.
  std::optional<std::uint64_t> time_ms(std::string_view name);
  template <class Fixed>
  std::optional<Fixed> fixed(std::string_view name) {
    Fixed value;
    if (!hex_into(name, value.bytes)) return std::nullopt;
    return value;
  }

  void refuse(std::string_view name, std::string_view expected);
  void refuse(Problem problem);
  // What was wrong, parameters that nobody read included.
  std::optional<Problem> finish();

 private:
  const std::string* find(std::string_view name);
  bool hex_into(std::string_view name, std::span<std::uint8_t> bytes);

  const std::vector<Argument>& given_;
  std::vector<std::string_view> asked_;
  std::optional<Problem> problem_;
};

}  // namespace medchain::http
