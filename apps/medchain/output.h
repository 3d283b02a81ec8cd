// What a command answers: "name  value" lines for people, or one JSON object a line with --json. docs/commands.md gives
// the shapes, which never change meaning.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace program {

class Report {
 public:
  using Rows = std::vector<Report>;
  using Value = std::variant<std::string, std::uint64_t, bool, std::vector<std::string>, Rows>;

  Report& add(std::string name, Value value) {
    fields_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  const std::vector<std::pair<std::string, Value>>& fields() const { return fields_; }

  std::string json() const;   // one line
  std::string lines() const;  // for people; control characters of values from outside are shown as '?'

 private:
  std::vector<std::pair<std::string, Value>> fields_;
};

// Prints to stdout and flushes, so that a script sees each answer as it is given.
class Output {
 public:
  bool json = false;

  void print(const Report& report);
  void print_line(const std::string& line);
  // `line` for people, `report` with --json.
  void print_either(const std::string& line, const Report& report);

 private:
  bool first_ = true;
};

std::string time_text(std::uint64_t unix_ms);  // 2026-11-22T17:01:06.123Z

}  // namespace program
