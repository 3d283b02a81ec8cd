// Which handler answers which path. The OpenAPI document describes the same routes, and a test compares them.
#pragma once

#include <span>

#include "exchange.h"

namespace medchain::http {

enum class Admission {
  kOpen,    // anybody: it names validators at most
  kCaller,  // only who signed the request
};

struct Route {
  std::string_view method;  // GET stands for HEAD too
  std::string_view path;    // "/v1/blocks/{height}": what is in braces becomes a parameter
  std::string_view name;    // the operation's, in OpenAPI, logs and metrics
  Admission access = Admission::kOpen;
  Outcome (*handle)(Call&) = nullptr;  // nothing: a stream of events
};

std::span<const Route> routes();

struct Found {
  const Route* route = nullptr;
  std::vector<Argument> captured;
  std::string allow;  // with no route: the methods that the path knows, if it is one
};
// `path` as it came, %-encoded.
Found find_route(std::string_view method, std::string_view path);

}  // namespace medchain::http
