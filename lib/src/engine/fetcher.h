// Payloads that this node lacks: asked for from whoever should have them, then from the others in turn.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "medchain/peer_message.h"

namespace medchain {

class PayloadFetcher {
 public:
  struct Request {
    Address to;
    peer::PayloadsRequest request;
  };

  // `source` is asked first.
  void want(const peer::PayloadKey& key, const Address& source, std::uint64_t now_ms);
  // True when it was wanted; it is no longer.
  bool got(const Hash& root, std::size_t parts);
  // What to ask now, of those connected. Call again at next_ms().
  std::vector<Request> due(const std::set<Address>& connected, std::uint64_t now_ms);
  std::optional<std::uint64_t> next_ms() const;
  std::size_t size() const { return wanted_.size(); }

 private:
  struct Want {
    Address source;
    std::uint32_t attempts = 0;
    std::uint64_t next_ms = 0;
  };
  std::map<peer::PayloadKey, Want> wanted_;
  std::set<std::pair<std::uint64_t, peer::PayloadKey>> schedule_;  // by next_ms
};

}  // namespace medchain
