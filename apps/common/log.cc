#include "common/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "medchain/assert.h"

namespace programs {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};  // as LogLevel counts them

std::optional<std::size_t> index_of(LogModules modules, std::string_view name) {
  const auto found = std::find(modules.names.begin(), modules.names.end(), name);
  if (found == modules.names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - modules.names.begin());
}

std::string time_text() {
  const auto now = std::chrono::system_clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms % 1000);
}

Result<LogLevel> parse_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (name == kLevels[i]) return static_cast<LogLevel>(i);
  }
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("\"{}\" is none of the levels {}", name, fmt::join(kLevels, ", ")));
}

// "consensus=warn,http=debug", over what is set.
Result<void> read_levels(std::string_view text, LogModules modules, LogSettings& settings) {
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) {
      return Error(ErrorCode::kInvalidArgument,
                   fmt::format("expected MODULE=LEVEL, as in {}=warn, not \"{}\"", modules.names.back(), item));
    }
    const auto module = index_of(modules, item.substr(0, equals));
    if (!module) {
      return Error(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is none of the modules {}", item.substr(0, equals),
                                                            fmt::join(modules.names, ", ")));
    }
    auto level = parse_level(item.substr(equals + 1));
    if (!level) return level.error();
    settings.least[*module] = *level;
  }
  return {};
}

}  // namespace

LogSettings LogSettings::all(LogLevel least) {
  LogSettings settings;
  settings.least.fill(least);
  return settings;
}

LogSettings read_log(StrictToml& toml, LogModules modules) {
  LogSettings settings = LogSettings::all(LogLevel::kInfo);
  if (auto level = toml.optional_text("log_level")) {
    auto parsed = parse_level(*level);
    if (parsed) settings = LogSettings::all(*parsed);
    if (!parsed) toml.refuse("log_level", parsed.error());
  }
  auto levels = read_levels(toml.optional_text("log_levels").value_or(""), modules, settings);
  if (!levels) toml.refuse("log_levels", levels.error());
  if (auto format = toml.optional_text("log_format")) {
    settings.json = *format == "json";
    if (*format != "json" && *format != "text") {
      toml.refuse("log_format", Error(ErrorCode::kInvalidArgument, "expected text or json"));
    }
  }
  return settings;
}

Logger::Logger(LogModules modules) : modules_(modules) {
  MEDCHAIN_ASSERT(!modules.names.empty() && modules.names.size() <= LogModules::kMost, "no module, or too many");
  set(LogSettings::all(LogLevel::kInfo));
}

void Logger::set(const LogSettings& settings) {
  std::copy(settings.least.begin(), settings.least.end(), least_.begin());
  json_ = settings.json;
}

bool Logger::enabled(LogLevel level, std::string_view module) const {
  return level >= least_[index_of(modules_, module).value_or(0)];  // whoever has no name here is as the first
}

void Logger::write(std::string_view level, std::string_view module, std::string_view line) const {
  auto parsed = parse_level(level);
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

}  // namespace programs
