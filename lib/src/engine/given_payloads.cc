#include "given_payloads.h"

namespace medchain {
namespace {

constexpr std::uint64_t kHeights = 4;  // blocks of several leaders may overtake one another

// What it takes in memory: many small ones are mostly what surrounds them.
std::uint64_t cost(const Payload& payload) {
  constexpr std::uint64_t kPerPayload = 256, kPerPart = 64;
  return kPerPayload + kPerPart * payload.parts.size() + payload.bytes();
}

}  // namespace

void GivenPayloads::add(Payload payload, Height height, std::uint64_t most_bytes) {
  const std::uint64_t size = cost(payload);
  if (bytes_ + size > most_bytes) return;
  const Hash root = payload.root();
  if (by_root_.try_emplace(root, Given{std::move(payload), height}).second) bytes_ += size;
}

const Payload* GivenPayloads::find(const PayloadCommitment& commitment) const {
  auto found = by_root_.find(commitment.root);
  if (found == by_root_.end()) return nullptr;
  const Payload& payload = found->second.payload;
  return payload.parts.size() == commitment.parts && payload.bytes() == commitment.bytes ? &payload : nullptr;
}

void GivenPayloads::forget_old(Height height) {
  for (auto at = by_root_.begin(); at != by_root_.end();) {
    if (at->second.height.value + kHeights > height.value) {
      ++at;
      continue;
    }
    bytes_ -= cost(at->second.payload);
    at = by_root_.erase(at);
  }
}

}  // namespace medchain
