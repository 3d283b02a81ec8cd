#include "problem.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace medchain::gateway {
namespace {

struct Kind {
  std::string_view code;
  int status;
  std::string_view title;
};

constexpr std::array kCatalogue{
    Kind{"malformed", 400, "The request does not follow HTTP"},
    Kind{"invalid_parameter", 400, "A parameter or header cannot be used"},
    Kind{"unauthenticated", 401, "The device did not show who it is"},
    Kind{"not_found", 404, "There is nothing at this path, or it is another device's"},
    Kind{"method_not_allowed", 405, "This resource does not know the method"},
    Kind{"idempotency_key_reused", 409, "The idempotency key was used for other content"},
    Kind{"too_large", 413, "Above a limit of this gateway"},
    Kind{"unsupported_media_type", 415, "Content of this type is not taken here"},
    Kind{"invalid_content", 422, "The content does not follow its format"},
    Kind{"rate_limited", 429, "Too many requests of this device"},
    Kind{"header_too_large", 431, "The headers of the request are too large"},
    Kind{"internal", 500, "A fault of this gateway"},
    Kind{"unavailable", 503, "Not now"},
};

constexpr std::string_view kOfOurs = "The fault is the gateway's; its log says more at this time.";

std::string_view code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
    case ErrorCode::kUnsupportedVersion:
    case ErrorCode::kInvalidArgument: return "invalid_content";
    case ErrorCode::kTooLarge: return "too_large";
    case ErrorCode::kConflict: return "idempotency_key_reused";
    case ErrorCode::kUnavailable: return "unavailable";
    default: return "internal";
  }
}

}  // namespace

Problem problem(std::string_view code, std::string detail) {
  const auto* kind = std::ranges::find(kCatalogue, code, &Kind::code);
  if (kind == kCatalogue.end()) return problem("internal", std::string(kOfOurs));
  return {kind->status, std::string(code), std::move(detail)};
}

Problem problem_of(const Error& error) {
  const std::string_view code = code_of(error.code());
  return problem(code, code == "internal" ? std::string(kOfOurs) : error.message());
}

std::string problem_json(const Problem& problem) {
  const auto* kind = std::ranges::find(kCatalogue, problem.code, &Kind::code);
  nlohmann::ordered_json json;
  json["type"] = "urn:medchain:gateway-problem:" + problem.code;
  json["title"] = kind == kCatalogue.end() ? std::string_view("Problem") : kind->title;
  json["status"] = problem.status;
  json["detail"] = problem.detail;
  json["code"] = problem.code;
  // A detail may quote what is not UTF-8, which would make dump() throw.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string_view status_text(int status) {
  switch (status) {
    case 200: return "OK";
    case 202: return "Accepted";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Answer";
  }
}

}  // namespace medchain::gateway
