// How often each client may ask: a bucket of tokens for each IP address, refilled as time goes by.
#pragma once

#include <kj/time.h>

#include <string>
#include <unordered_map>

namespace medchain::http {

class RateLimit {
 public:
  // Lastingly `per_second`, and twice as many at once.
  explicit RateLimit(double per_second) { change(per_second); }
  void change(double per_second) {
    per_second_ = per_second;
    most_ = 2 * per_second;
  }

  // Takes one token of this client. False: it has none left.
  bool take(const std::string& client, kj::TimePoint now);

 private:
  struct Bucket {
    double tokens;
    kj::TimePoint at;
  };
  void forget_full(kj::TimePoint now);
  double tokens_of(const Bucket& bucket, kj::TimePoint now) const;

  double per_second_ = 0;
  double most_ = 0;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace medchain::http
