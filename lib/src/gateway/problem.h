// Problem details (RFC 9457): how every refusal is told over HTTP. docs/gateway.md lists the codes, which are stable.
#pragma once

#include <string>
#include <string_view>

#include "medchain/result.h"

namespace medchain::gateway {

struct Problem {
  int status = 500;
  std::string code;
  std::string detail;
};

// Of a code of docs/gateway.md.
Problem problem(std::string_view code, std::string detail);
// What the device sent is wrong, or cannot be taken now.
Problem problem_of(const Error& error);
std::string problem_json(const Problem& problem);
std::string_view status_text(int status);

}  // namespace medchain::gateway
