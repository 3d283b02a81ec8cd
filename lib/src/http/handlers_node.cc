// How the node is: for people, load balancers and supervisors.
#include <chrono>
#include <nlohmann/json.hpp>

#include "handlers.h"
#include "ledger_json.h"

namespace medchain::http {
namespace {

std::uint64_t unix_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Reply fresh(Reply reply) {
  reply.secret = true;  // what is asked anew each time is not kept
  return reply;
}

// Why this node should not be asked now; nothing when it may be.
std::optional<std::string> not_ready(const Call& call) {
  const Engine& engine = call.answers.node().engine();
  const medchain::Parameters& parameters = engine.state().parameters();
  // An idle chain makes an empty block every idle_ms: one that is long overdue was made without us, or not at all.
  const std::uint64_t patience_ms = 3 * std::uint64_t{parameters.idle_ms} + parameters.max_view_timeout_ms;
  if (engine.height().value == 0) return "no block is final here yet";
  const std::uint64_t last_ms = engine.last_header().time_ms, now_ms = unix_ms();
  if (now_ms > last_ms && now_ms - last_ms > patience_ms) {
    return "the last block here is " + std::to_string((now_ms - last_ms) / 1000) +
           " s old: the node has fallen behind, or the network has stopped";
  }
  return std::nullopt;
}

}  // namespace

Outcome get_status(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  return fresh(json_reply(json_of(call.answers.status())));
}

// That it answers at all.
Outcome get_health(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  return fresh(json_reply({{"status", "pass"}}));
}

Outcome get_readiness(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  if (auto why = not_ready(call)) return problem_reply(problem("not_ready", *why));
  return fresh(json_reply({{"status", "pass"}, {"height", call.answers.node().engine().height().value}}));
}

Outcome get_openapi(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  return Reply{.body = std::string(kOpenApi), .for_everybody = true};
}

}  // namespace medchain::http
