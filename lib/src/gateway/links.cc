#include "links.h"

#include <algorithm>

namespace medchain::gateway {
namespace {

constexpr std::uint64_t kLeastPauseMs = 100;
constexpr std::uint64_t kMostPauseMs = 5'000;

}  // namespace

Result<Ledger*> Links::to(const Identity& as) {
  auto found = links_.find(as.address);
  if (found != links_.end()) return found->second.get();
  auto link = connect_(node_, as);
  if (!link) return link.error();
  return links_.emplace(as.address, std::move(*link)).first->second.get();
}

void Links::give_up() {
  links_.clear();
  node_ = (node_ + 1) % nodes_;
  ++generation_;
  ++failures_;
}

// Every node is tried at once; then longer and longer.
std::uint64_t Links::pause_ms() const {
  const std::size_t rounds = std::min<std::size_t>(failures_ / nodes_, 10);
  return std::min(kMostPauseMs, kLeastPauseMs << rounds);
}

}  // namespace medchain::gateway
