#include "log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace medchaind {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

namespace {

std::string time_text() {
  const auto now = std::chrono::system_clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms % 1000);
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view name) {
  if (name == "info") return LogLevel::kInfo;
  if (name == "warn") return LogLevel::kWarn;
  if (name == "error") return LogLevel::kError;
  return Error(ErrorCode::kInvalidArgument, "a log level is info, warn or error");
}

void Logger::write(std::string_view level, std::string_view line) const {
  auto parsed = parse_log_level(level);
  if (parsed && *parsed < level_) return;
  std::string text;
  if (json_) {
    const nlohmann::ordered_json json{{"time", time_text()}, {"level", level}, {"message", line}};
    text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  } else {
    text = fmt::format("{} {} {}\n", time_text(), level, line);
  }
  std::fwrite(text.data(), 1, text.size(), stderr);  // one call: lines of different threads do not mix
}

Logger& logger() {
  static Logger one;
  return one;
}

}  // namespace medchaind
