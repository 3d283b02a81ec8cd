// The node's log: a line on stderr for each event, `TIME LEVEL TEXT`, or a JSON object each.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "medchain/result.h"

namespace medchaind {

enum class LogLevel { kInfo = 0, kWarn = 1, kError = 2 };
medchain::Result<LogLevel> parse_log_level(std::string_view name);  // "info", "warn" or "error"

class Logger {
 public:
  // From any thread, also while others log.
  void set(LogLevel level, bool json) {
    level_ = level;
    json_ = json;
  }
  void write(std::string_view level, std::string_view line) const;

 private:
  std::atomic<LogLevel> level_{LogLevel::kInfo};
  std::atomic<bool> json_{false};
};

Logger& logger();  // of this process: there is one stderr

}  // namespace medchaind
