// Problem details (RFC 9457): how every failure is told over HTTP. docs/problems.md lists the catalogue.
//
//   return problem_of(receipt.error());                                       // what the node answered
//   return invalid_parameter("limit", "a whole number from 1 to 100", given);  // what the request got wrong
//   return problem("not_ready", "the node is replaying its blocks");
//
// `code` is stable: programs compare it. Title and detail are for people and may be worded better in any release.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "medchain/result.h"

namespace medchain::http {

struct Problem {
  int status = 500;  // of the HTTP response
  std::string code;  // lower_snake_case; one of problem_catalogue()
  std::string title;
  std::string detail;                                   // what was wrong with this very request
  std::optional<std::string> parameter = std::nullopt;  // the offending one: of the query, the path, or a header
  std::optional<std::string> expected = std::nullopt;
  std::optional<std::string> given = std::nullopt;
};

inline constexpr std::string_view kProblemMediaType = "application/problem+json";

struct ProblemKind {
  std::string_view code;
  int status;
  std::string_view title;
};
std::span<const ProblemKind> problem_catalogue();

// A code that the catalogue lacks is a fault of ours, and is told as "internal".
Problem problem(std::string_view code, std::string detail);
// `given` comes from a stranger: it is shortened, and its control characters are replaced.
Problem invalid_parameter(std::string_view name, std::string_view expected, std::string_view given);
// Of faults of ours (kInternal, kCorrupt, kIo) the detail says nothing of their inside: log the error itself.
Problem problem_of(const Error& error);

// {"type":"urn:medchain:problem:<code>","title":...,"status":...,"detail":...,"code":...}, then what else is known.
std::string problem_json(const Problem& problem);

// What a stranger sent, fit for a message, a log or an answer: at most 40 bytes, printable ASCII, in quotes.
std::string shown(std::string_view given);

}  // namespace medchain::http
