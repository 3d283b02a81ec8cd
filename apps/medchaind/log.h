// The node's log: a line on stderr for each event, `TIME LEVEL MODULE TEXT`, or a JSON object each.
#pragma once

#include <array>
#include <atomic>
#include <string_view>

#include "medchain/result.h"

namespace medchaind {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
medchain::Result<LogLevel> parse_log_level(std::string_view name);

// Who speaks in this program: the modules of rpc/log.h and the HTTP interface.
inline constexpr std::array<std::string_view, 6> kLogModules{"node",    "network", "consensus",
                                                             "storage", "index",   "http"};
// The least that is logged, of each.
using LogLevels = std::array<LogLevel, kLogModules.size()>;

// "consensus=warn,http=debug" over `otherwise`.
medchain::Result<LogLevels> parse_log_levels(std::string_view text, LogLevel otherwise);
LogLevels same_log_levels(LogLevel level);

class Logger {
 public:
  Logger();  // info and above, as text
  // From any thread, also while others log.
  void set(const LogLevels& least, bool json);
  bool enabled(LogLevel level, std::string_view module) const;
  void write(std::string_view level, std::string_view module, std::string_view line) const;

 private:
  std::array<std::atomic<LogLevel>, kLogModules.size()> least_;
  std::atomic<bool> json_{false};
};

Logger& logger();  // of this process: there is one stderr

}  // namespace medchaind
