#include "output.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

namespace program {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Report& report) {
  Json object = Json::object();
  for (const auto& [name, value] : report.fields()) {
    if (const auto* rows = std::get_if<Report::Rows>(&value)) {
      Json list = Json::array();
      for (const Report& row : *rows) list.push_back(to_json(row));
      object[name] = std::move(list);
    } else {
      std::visit(
          [&, &key = name](const auto& plain) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(plain)>, Report::Rows>) object[key] = plain;
          },
          value);
    }
  }
  return object;
}

std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return text;
}

// "name=value name=value": a row of a list.
std::string row_text(const Report& row);

std::vector<std::string> value_lines(const Report::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return {printable(*text)};
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return {fmt::format("{}", *number)};
  if (const auto* flag = std::get_if<bool>(&value)) return {*flag ? "yes" : "no"};
  std::vector<std::string> lines;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (const std::string& text : *list) lines.push_back(printable(text));
  } else {
    for (const Report& row : std::get<Report::Rows>(value)) lines.push_back(row_text(row));
  }
  if (lines.empty()) lines.emplace_back("-");
  return lines;
}

std::string row_text(const Report& row) {
  std::string text;
  for (const auto& [name, value] : row.fields()) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, fmt::join(value_lines(value), ","));
  }
  return text;
}

}  // namespace

std::string Report::json() const { return to_json(*this).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string Report::lines() const {
  std::size_t width = 0;
  for (const auto& [name, value] : fields_) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : fields_) {
    std::string label = name;
    std::replace(label.begin(), label.end(), '_', ' ');
    for (const std::string& line : value_lines(value)) {
      text += fmt::format("{:<{}}  {}\n", label, width, line);
      label.clear();
    }
  }
  return text;
}

void Output::print(const Report& report) {
  std::string text = json ? report.json() + "\n" : report.lines();
  if (!json && !first_) text.insert(0, "\n");
  first_ = false;
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Output::print_line(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void Output::print_either(const std::string& line, const Report& report) {
  if (json) {
    print(report);
  } else {
    print_line(line);
  }
}

std::string time_text(std::uint64_t unix_ms) {
  constexpr std::uint64_t kLast = 253'402'300'799'999;  // 9999-12-31: beyond it a time is no date
  if (unix_ms > kLast) return fmt::format("{} ms", unix_ms);
  auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), unix_ms % 1000);
}

}  // namespace program
