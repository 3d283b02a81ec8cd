// What a node says while it runs: a line for each event, with its level and the module that speaks.
//
//   config.log = [](std::string_view level, std::string_view module, std::string_view line) { ... };
//   config.log_debug = [](std::string_view module) { return module == "consensus"; };   // NodeConfig
//
// Levels are "debug", "info", "warn" and "error". Modules are those below, and a Service's own name. Lines may hold
// addresses of nodes, ports and heights; never secrets, and no participant but a node.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace medchain::rpc {

namespace log_module {
inline constexpr std::string_view kNode = "node";            // that it starts and stops
inline constexpr std::string_view kNetwork = "network";      // ports, peers, who was refused
inline constexpr std::string_view kConsensus = "consensus";  // blocks, views, offenders, catching up with the others
inline constexpr std::string_view kStorage = "storage";      // recovery from the disk
inline constexpr std::string_view kIndex = "index";
}  // namespace log_module

// Both are called from any thread.
using LogSink = std::function<void(std::string_view level, std::string_view module, std::string_view line)>;
using DebugFilter = std::function<bool(std::string_view module)>;  // whether its "debug" lines are wanted

// One module's way to the sink; a value, cheap to copy.
class Log {
 public:
  // Without a sink nothing is logged; without a filter nothing of level "debug".
  explicit Log(LogSink sink, DebugFilter debugs = nullptr)
      : to_(std::make_shared<const To>(To{std::move(sink), std::move(debugs)})), module_(log_module::kNode) {}

  Log in(std::string_view module) const {
    Log other = *this;
    other.module_ = module;
    return other;
  }

  void info(std::string_view line) const { write("info", line); }
  void warn(std::string_view line) const { write("warn", line); }
  void error(std::string_view line) const { write("error", line); }
  // `line` is called, and makes its text, only when somebody wants to read it.
  template <class Line>
  void debug(const Line& line) const {
    if (to_->sink && to_->debugs && to_->debugs(module_)) write("debug", line());
  }

 private:
  struct To {
    LogSink sink;
    DebugFilter debugs;
  };
  void write(std::string_view level, std::string_view line) const {
    if (to_->sink) to_->sink(level, module_, line);
  }
  std::shared_ptr<const To> to_;
  std::string module_;
};

}  // namespace medchain::rpc
