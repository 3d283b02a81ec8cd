#include "fetcher.h"

#include <algorithm>
#include <iterator>

namespace medchain {
namespace {

constexpr std::size_t kKeysPerRequest = 64;
constexpr std::size_t kKeysAtOnce = 1024;
constexpr std::uint64_t kRetryMs = 300;
constexpr std::uint64_t kMaxRetryMs = 10'000;

}  // namespace

void PayloadFetcher::want(const peer::PayloadKey& key, const Address& source, std::uint64_t now_ms) {
  if (wanted_.try_emplace(key, Want{source, 0, now_ms}).second) schedule_.emplace(now_ms, key);
}

bool PayloadFetcher::got(const Hash& root, std::size_t parts) {
  auto it = wanted_.find({root, static_cast<std::uint16_t>(parts)});
  if (it == wanted_.end()) return false;
  schedule_.erase({it->second.next_ms, it->first});
  wanted_.erase(it);
  return true;
}

std::vector<PayloadFetcher::Request> PayloadFetcher::due(const std::set<Address>& connected, std::uint64_t now_ms) {
  if (connected.empty()) return {};
  std::map<Address, std::vector<peer::PayloadKey>> by_peer;
  for (std::size_t asked = 0; asked < kKeysAtOnce && !schedule_.empty(); ++asked) {
    auto [at, key] = *schedule_.begin();
    if (at > now_ms) break;
    schedule_.erase(schedule_.begin());
    Want& want = wanted_.at(key);
    Address to = want.source;
    if (want.attempts > 0 || !connected.contains(to)) {
      to = *std::next(connected.begin(), static_cast<std::ptrdiff_t>(want.attempts % connected.size()));
    }
    want.next_ms = now_ms + std::min(kMaxRetryMs, kRetryMs << std::min(want.attempts, 6u));
    ++want.attempts;
    schedule_.emplace(want.next_ms, key);
    by_peer[to].push_back(key);
  }
  std::vector<Request> requests;
  for (auto& [to, keys] : by_peer) {
    for (std::size_t i = 0; i < keys.size(); i += kKeysPerRequest) {
      auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(i + kKeysPerRequest, keys.size()));
      requests.push_back({to, {{keys.begin() + static_cast<std::ptrdiff_t>(i), end}}});
    }
  }
  return requests;
}

std::optional<std::uint64_t> PayloadFetcher::next_ms() const {
  if (schedule_.empty()) return std::nullopt;
  return schedule_.begin()->first;
}

}  // namespace medchain
