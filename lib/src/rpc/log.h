// The host's log. Lines may hold addresses of nodes, ports and heights; never secrets, and no participant but a node.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace medchain::rpc {

class Log {
 public:
  using Sink = std::function<void(std::string_view level, std::string_view line)>;
  explicit Log(Sink sink) : sink_(std::move(sink)) {}

  void info(const std::string& line) const { write("info", line); }
  void warn(const std::string& line) const { write("warn", line); }
  void error(const std::string& line) const { write("error", line); }

 private:
  void write(std::string_view level, const std::string& line) const {
    if (sink_) sink_(level, line);
  }
  Sink sink_;
};

}  // namespace medchain::rpc
