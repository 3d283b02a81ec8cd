#include "problem.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace medchain::http {
namespace {

constexpr std::size_t kShownBytes = 40;

// In the order of docs/problems.md: first the errors of result.h that can reach a caller, then HTTP's own.
constexpr std::array kCatalogue{
    ProblemKind{"invalid_argument", 400, "A value cannot be used"},
    ProblemKind{"malformed", 400, "Bytes or text do not follow their format"},
    ProblemKind{"unsupported_version", 400, "A version that this node does not know"},
    ProblemKind{"too_large", 413, "Above a limit of the ledger"},
    ProblemKind{"not_found", 404, "What was asked for is not here"},
    ProblemKind{"authentication", 401, "A signature, certificate or proof does not match"},
    ProblemKind{"permission_denied", 403, "Not allowed"},
    ProblemKind{"conflict", 409, "It contradicts what is there"},
    ProblemKind{"inadmissible", 422, "A transaction that no block may contain"},
    ProblemKind{"unavailable", 503, "Not now"},
    ProblemKind{"timeout", 504, "No answer within the time given"},
    ProblemKind{"internal", 500, "A fault of this node"},
    ProblemKind{"unauthenticated", 401, "The request is not signed"},
    ProblemKind{"invalid_signature", 401, "The signature of the request is not good"},
    ProblemKind{"signature_expired", 401, "The signature of the request is too old"},
    ProblemKind{"invalid_parameter", 400, "A parameter cannot be used"},
    ProblemKind{"invalid_cursor", 400, "The cursor is not one of this listing"},
    ProblemKind{"no_such_resource", 404, "There is nothing at this path"},
    ProblemKind{"method_not_allowed", 405, "This resource does not know the method"},
    ProblemKind{"not_acceptable", 406, "None of the accepted media types can be given"},
    ProblemKind{"payload_too_large", 413, "The body of the request is too large"},
    ProblemKind{"unsupported_media_type", 415, "The body of the request is of another media type"},
    ProblemKind{"rate_limited", 429, "Too many requests"},
    ProblemKind{"header_too_large", 431, "The headers of the request are too large"},
    ProblemKind{"too_many_connections", 503, "Too many connections"},
    ProblemKind{"not_ready", 503, "The node is not ready"},
};

constexpr std::string_view kOfOurs = "The fault is the node's; its log says more at this time.";

std::string_view code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kMalformed:
    case ErrorCode::kUnsupportedVersion:
    case ErrorCode::kTooLarge:
    case ErrorCode::kNotFound:
    case ErrorCode::kAuthentication:
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kConflict:
    case ErrorCode::kInadmissible:
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout: return error_name(code);
    case ErrorCode::kCorrupt:
    case ErrorCode::kIo:
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";  // a number that is no code
}

void add(nlohmann::ordered_json& json, const char* name, const std::optional<std::string>& value) {
  if (value) json[name] = *value;
}

}  // namespace

std::span<const ProblemKind> problem_catalogue() { return kCatalogue; }

Problem problem(std::string_view code, std::string detail) {
  const auto* kind = std::ranges::find(kCatalogue, code, &ProblemKind::code);
  if (kind == kCatalogue.end()) return problem("internal", std::string(kOfOurs));
  return {kind->status, std::string(kind->code), std::string(kind->title), std::move(detail)};
}

Problem invalid_parameter(std::string_view name, std::string_view expected, std::string_view given) {
  Problem made =
      problem("invalid_parameter", std::string(name) + ": expected " + std::string(expected) + ", not " + shown(given));
  made.parameter = std::string(name);
  made.expected = std::string(expected);
  made.given = shown(given);
  return made;
}

Problem problem_of(const Error& error) {
  const std::string_view code = code_of(error.code());
  return problem(code, code == "internal" ? std::string(kOfOurs) : error.message());
}

std::string problem_json(const Problem& problem) {
  nlohmann::ordered_json json;
  json["type"] = "urn:medchain:problem:" + problem.code;
  json["title"] = problem.title;
  json["status"] = problem.status;
  json["detail"] = problem.detail;
  json["code"] = problem.code;
  add(json, "parameter", problem.parameter);
  add(json, "expected", problem.expected);
  add(json, "given", problem.given);
  // A detail may quote what is not UTF-8, which would make dump() throw.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string shown(std::string_view given) {
  std::string out = "\"";
  for (char c : given.substr(0, kShownBytes)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out + (given.size() > kShownBytes ? "...\"" : "\"");
}

}  // namespace medchain::http
