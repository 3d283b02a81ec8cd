// Payloads that were not asked for: who led a block gives them, just before it, to those who follow. Kept for a few
// heights, and not above a size: whoever gives what no block commits to fills this, and the rest is asked for.
#pragma once

#include <unordered_map>

#include "medchain/peer_message.h"

namespace medchain {

class GivenPayloads {
 public:
  // At `height`, the last one that was final. Dropped when all would be above `most_bytes`.
  void add(Payload payload, Height height, std::uint64_t most_bytes);
  // With the parts and bytes that it should have; valid until forget_old().
  const Payload* find(const PayloadCommitment& commitment) const;
  // Those that came long before `height`.
  void forget_old(Height height);
  std::uint64_t bytes() const { return bytes_; }  // of memory, about

 private:
  struct Given {
    Payload payload;
    Height height;
  };
  std::unordered_map<Hash, Given> by_root_;
  std::uint64_t bytes_ = 0;
};

}  // namespace medchain
