#include "log.h"

namespace medchain::gateway {

std::string without_addresses(std::string_view text) {
  constexpr std::string_view kPrefix = "med1";
  std::string out;
  while (!text.empty()) {
    const auto at = text.find(kPrefix);
    out += text.substr(0, at);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + kPrefix.size());
    const auto end = text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz");
    out += "med1...";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
  return out;
}

Log make_log(rpc::LogSink sink) {
  if (!sink) return Log(nullptr);
  Log log([sink = std::move(sink)](std::string_view level, std::string_view module, std::string_view line) {
    sink(level, module, without_addresses(line));
  });
  return log.in(log_module::kGateway);
}

}  // namespace medchain::gateway
