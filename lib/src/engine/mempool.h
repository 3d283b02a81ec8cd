// Transactions that wait for a block: verified once, bounded by count, bytes and sender, in order of arrival.
#pragma once

#include <list>
#include <map>
#include <unordered_map>

#include "medchain/engine.h"

namespace medchain {

class Mempool {
 public:
  struct Limits {
    std::size_t transactions = 0;
    std::size_t bytes = 0;
    std::size_t per_sender = 0;
  };
  struct Entry {
    TxPtr transaction;
    std::shared_ptr<const Submission> submission;  // with the payload
    bool local = false;                            // a client's: this node keeps relaying it
    std::uint64_t relayed_ms = 0;                  // when it last did
  };

  explicit Mempool(Limits limits) : limits_(limits) {}

  // kUnavailable when full, or the sender has too many waiting; says which.
  Result<void> add(Entry entry);
  const Entry* find(const TxId& id) const;
  const Payload* find_payload(const Hash& root) const;
  void remove(const TxId& id);
  // Drops what no block from `height` on may contain any more.
  void expire(Height height);
  // The oldest ones that fit a block together.
  std::vector<TxPtr> select(const Parameters& parameters) const;
  // Local ones last relayed before `before_ms`, oldest first, at most `count`; marks them relayed at `now_ms`.
  std::vector<std::shared_ptr<const Submission>> take_unrelayed(std::uint64_t before_ms, std::uint64_t now_ms,
                                                                std::size_t count);
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  static std::size_t cost(const Entry& entry);
  using Place = std::list<Entry>::iterator;
  void remove_at(Place place);

  Limits limits_;
  std::list<Entry> entries_;  // by arrival: every iteration goes this way
  std::unordered_map<TxId, Place> places_;
  std::unordered_map<Hash, Place> payloads_;  // by root: of the first that came with it
  std::unordered_map<Address, std::size_t> per_sender_;
  std::map<Height, std::size_t> valid_until_;  // how many entries are, for each height
  std::size_t bytes_ = 0;
};

}  // namespace medchain
