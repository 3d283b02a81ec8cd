#include "log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace medchaind {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};  // as LogLevel counts them

std::optional<std::size_t> module_index(std::string_view name) {
  const auto found = std::find(kLogModules.begin(), kLogModules.end(), name);
  if (found == kLogModules.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kLogModules.begin());
}

std::string time_text() {
  const auto now = std::chrono::system_clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms % 1000);
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (name == kLevels[i]) return static_cast<LogLevel>(i);
  }
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("\"{}\" is none of the levels {}", name, fmt::join(kLevels, ", ")));
}

LogLevels same_log_levels(LogLevel level) {
  LogLevels levels;
  levels.fill(level);
  return levels;
}

Result<LogLevels> parse_log_levels(std::string_view text, LogLevel otherwise) {
  LogLevels levels = same_log_levels(otherwise);
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) {
      return Error(ErrorCode::kInvalidArgument,
                   fmt::format("expected MODULE=LEVEL, as in consensus=warn, not \"{}\"", item));
    }
    const auto module = module_index(item.substr(0, equals));
    if (!module) {
      return Error(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is none of the modules {}", item.substr(0, equals),
                                                            fmt::join(kLogModules, ", ")));
    }
    auto level = parse_log_level(item.substr(equals + 1));
    if (!level) return level.error();
    levels[*module] = *level;
  }
  return levels;
}

Logger::Logger() { set(same_log_levels(LogLevel::kInfo), false); }

void Logger::set(const LogLevels& least, bool json) {
  std::copy(least.begin(), least.end(), least_.begin());
  json_ = json;
}

bool Logger::enabled(LogLevel level, std::string_view module) const {
  const auto index = module_index(module);
  return level >= least_[index.value_or(0)];  // there is no other module; if there were, it would be as the node's own
}

void Logger::write(std::string_view level, std::string_view module, std::string_view line) const {
  auto parsed = parse_log_level(level);
  if (parsed && !enabled(*parsed, module)) return;
  std::string text;
  if (json_) {
    const nlohmann::ordered_json json{{"time", time_text()}, {"level", level}, {"module", module}, {"message", line}};
    text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  } else {
    text = fmt::format("{} {} {} {}\n", time_text(), level, module, line);
  }
  std::fwrite(text.data(), 1, text.size(), stderr);  // one call: lines of different threads do not mix
}

Logger& logger() {
  static Logger one;
  return one;
}

}  // namespace medchaind
