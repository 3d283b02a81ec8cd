// The gateway's log. Lines hold names of devices and nodes; addresses of participants are taken out of what others say.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace medchain::gateway {

// "med1" and what follows it as in an address becomes "med1...".
std::string without_addresses(std::string_view text);

class Log {
 public:
  using Sink = std::function<void(std::string_view level, std::string_view line)>;
  explicit Log(Sink sink) : sink_(std::move(sink)) {}

  void info(std::string_view line) const { write("info", line); }
  void warn(std::string_view line) const { write("warn", line); }
  void error(std::string_view line) const { write("error", line); }

 private:
  void write(std::string_view level, std::string_view line) const {
    if (sink_) sink_(level, without_addresses(line));
  }
  Sink sink_;
};

}  // namespace medchain::gateway
