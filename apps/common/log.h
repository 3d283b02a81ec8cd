// A program's log: a line on stderr for each event, `TIME LEVEL MODULE TEXT`, or a JSON object each.
#pragma once

#include <array>
#include <atomic>
#include <span>
#include <string_view>

#include "common/strict_toml.h"

namespace programs {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// Who speaks in a program: of static duration, and no more than kMost.
struct LogModules {
  static constexpr std::size_t kMost = 8;
  std::span<const std::string_view> names;
};

struct LogSettings {
  std::array<LogLevel, LogModules::kMost> least{};  // that is logged, of each module
  bool json = false;

  static LogSettings all(LogLevel least);
};

// From `log_level`, `log_levels` and `log_format`; refuses what it does not know, naming what there is.
LogSettings read_log(StrictToml& toml, LogModules modules);

class Logger {
 public:
  explicit Logger(LogModules modules);  // info and above, as text
  // From any thread, also while others log.
  void set(const LogSettings& settings);
  bool enabled(LogLevel level, std::string_view module) const;
  void write(std::string_view level, std::string_view module, std::string_view line) const;

 private:
  const LogModules modules_;
  std::array<std::atomic<LogLevel>, LogModules::kMost> least_;
  std::atomic<bool> json_{false};
};

}  // namespace programs
