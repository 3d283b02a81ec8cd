// One request and its answer, as handlers see them: bodies whole and bounded, headers read, the caller known.
#pragma once

#include <kj/timer.h>

#include <string>
#include <vector>

#include "arguments.h"
#include "json_text.h"
#include "medchain/message_signature.h"
#include "medchain/rpc/service.h"
#include "metrics.h"
#include "problem.h"

namespace medchain::http {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kBytes = "application/octet-stream";

struct Reply {
  int status = 200;
  std::string content_type{kJson};
  std::string body{};
  std::vector<Header> headers{};
  // What never changes carries its name here (ETag), and may be kept for ever by whoever was given it.
  std::string etag{};
  bool for_everybody = false;  // the same for every caller; otherwise only the caller may keep it
  bool secret = false;         // nobody may keep it
};

Reply json_reply(const OrderedJson& json, int status = 200);
Reply bytes_reply(ByteView bytes);
Reply problem_reply(const Problem& problem);
Reply problem_reply(const Error& error);

struct Call {
  const Request& request;
  const std::vector<Argument>& arguments;  // of path and query
  const std::string& body;
  std::string content_type;  // of the body, without parameters, lower case
  rpc::Answers answers;      // to this caller
  kj::Timer& timer;
  const Metrics& metrics;

  // Whether the caller rather has canonical bytes than JSON (Accept).
  bool wants_bytes() const;
};

using Outcome = kj::Promise<Reply>;

}  // namespace medchain::http
