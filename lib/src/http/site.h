// What all connections of the HTTP interface share.
#pragma once

#include <kj/compat/http.h>
#include <kj/timer.h>

#include <chrono>

#include "medchain/http.h"
#include "metrics.h"
#include "rate_limit.h"

namespace medchain::http {

// Bytes that requests and answers hold in memory, all together.
class Budget {
 public:
  explicit Budget(std::size_t most) : most_(most) {}
  bool take(std::size_t bytes) {
    if (bytes > most_ - used_) return false;
    used_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) { used_ -= bytes; }

 private:
  std::size_t most_;
  std::size_t used_ = 0;
};

struct Site {
  Site(const HttpConfig& given, rpc::ServiceContext given_context)
      : config(given),
        context(std::move(given_context)),
        rate(given.requests_per_second),
        self(context.node.status().node) {}

  const HttpConfig& config;
  rpc::ServiceContext context;
  Metrics metrics;
  RateLimit rate;
  const Address self;  // this node
  Budget bodies{256 * 1024 * 1024};
  std::size_t streams = 0;
};

inline std::int64_t unix_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace medchain::http
