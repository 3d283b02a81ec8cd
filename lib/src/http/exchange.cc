#include "exchange.h"

#include <nlohmann/json.hpp>

namespace medchain::http {

Reply json_reply(const OrderedJson& json, int status) { return {.status = status, .body = json_line(json) + "\n"}; }

Reply bytes_reply(ByteView bytes) {
  return {.content_type = std::string(kBytes), .body = std::string(bytes.begin(), bytes.end())};
}

Reply problem_reply(const Problem& problem) {
  Reply reply{.status = problem.status,
              .content_type = std::string(kProblemMediaType),
              .body = problem_json(problem) + "\n",
              .secret = true};
  if (problem.status == 401) reply.headers.push_back({"www-authenticate", "Signature"});
  if (problem.status == 503 || problem.status == 429) reply.headers.push_back({"retry-after", "1"});
  return reply;
}

Reply problem_reply(const Error& error) { return problem_reply(problem_of(error)); }

// A caller that takes anything, or says nothing, gets JSON.
bool Call::wants_bytes() const {
  auto accept = header(request, "accept");
  return accept && *accept && (*accept)->find(kBytes) != std::string::npos;
}

}  // namespace medchain::http
