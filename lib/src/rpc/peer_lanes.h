// What is queued for one peer: two lanes, each first in first out, bounded together. Pure: no network here.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "medchain/peer_message.h"

namespace medchain::rpc {

// The methods of PeerService.
enum class PeerMethod { kConsensus, kTransactions, kBlocks, kPayloads };
// By the message's first bytes; nothing for what is no PeerMessage of this version.
std::optional<PeerMethod> method_of(ByteView message);
// Votes, view changes, status and requests are small and wanted now; proposals, blocks and payloads follow in order.
bool is_urgent(ByteView message);

class PeerLanes {
 public:
  explicit PeerLanes(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Makes room by dropping the oldest bulk messages: the protocol asks again for what is missing. False when even that
  // is not enough, so that the peer must be given up.
  bool push(std::shared_ptr<const Bytes> message);
  std::shared_ptr<const Bytes> pop();  // nullptr when empty; urgent ones first
  std::size_t bytes() const { return bytes_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  using Lane = std::deque<std::shared_ptr<const Bytes>>;
  std::shared_ptr<const Bytes> take(Lane& lane);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  Lane urgent_;
  Lane bulk_;
};

}  // namespace medchain::rpc
