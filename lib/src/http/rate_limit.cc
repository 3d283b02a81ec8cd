#include "rate_limit.h"

#include <algorithm>
#include <iterator>

namespace medchain::http {
namespace {

constexpr std::size_t kMaxBuckets = 16 * 1024;

}  // namespace

double RateLimit::tokens_of(const Bucket& bucket, kj::TimePoint now) const {
  const double seconds = static_cast<double>((now - bucket.at) / kj::MICROSECONDS) / 1e6;
  return std::min(most_, bucket.tokens + seconds * per_second_);
}

bool RateLimit::take(const std::string& client, kj::TimePoint now) {
  auto found = buckets_.find(client);
  if (found == buckets_.end()) {
    if (buckets_.size() >= kMaxBuckets) forget_full(now);
    found = buckets_.emplace(client, Bucket{most_, now}).first;
  }
  Bucket& bucket = found->second;
  bucket.tokens = tokens_of(bucket, now);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

// A full bucket is as good as none. When none is full, so many addresses ask at once that all begin anew.
void RateLimit::forget_full(kj::TimePoint now) {
  std::erase_if(buckets_, [&](const auto& entry) { return tokens_of(entry.second, now) >= most_; });
  if (buckets_.size() >= kMaxBuckets) buckets_.clear();
}

}  // namespace medchain::http
