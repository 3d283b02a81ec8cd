// The ids of recent transactions. A transaction of block b is valid up to b + W at most, so whoever has the ids of the
// last W blocks cannot be given one twice.
//
// At a few thousand transactions a second these are most of what a node keeps in memory, so they are kept tightly: the
// first 16 bytes of an id, 4 for a link, and 4 to 8 for a hash table of chains that run from newer ids to older ones.
// What expires is the end of every chain that it is in, so nothing has to be unlinked: a chain ends where it leaves the
// window.
//
// Nobody finds two ids that share 16 bytes (2^64 attempts by the birthday bound), nor one that shares those of
// another's transaction (2^128). Should it happen, every node alike takes the later one for a repetition.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "medchain/transaction.h"

namespace medchain::state {

class ReplayWindow {
 public:
  using Start = FixedBytes<16, struct StartOfIdTag>;
  static Start start_of(const TxId& id);

  explicit ReplayWindow(std::uint32_t heights) : heights_(heights) {}
  ReplayWindow(ReplayWindow&&) = default;
  ReplayWindow& operator=(ReplayWindow&&) = default;

  std::optional<Height> find(const TxId& id) const;  // the block that it is in
  // Tell the processor what find(id) or add(id) will read: fetch_chain() first, fetch_newest() when that has had time
  // to come.
  void fetch_chain(const TxId& id) const;
  void fetch_newest(const TxId& id) const;
  // False, and nothing added, when the id is there already. Heights never descend (asserted).
  bool add(Height height, const TxId& id);
  // Forgets what no block after `height` can repeat: blocks up to height - W.
  void advance(Height height);
  // Whether the ids of `block` still matter after `height`.
  bool covers(Height block, Height height) const { return block > height || height.value - block.value < heights_; }
  std::size_t size() const { return ids_.size(); }

 private:
  using Number = std::uint32_t;  // of an id, in the order of arrival; wraps around
  struct Entry {
    Start id;
    Number older;  // the next one of its chain
  };
  struct Block {
    Height height;
    Number first;  // of its ids
  };
  // Its place in ids_. Beyond the end: it has expired.
  std::size_t place_of(Number number) const { return static_cast<Number>(number - first_); }
  std::optional<std::size_t> place_of(const Start& id) const;
  std::size_t chain_of(const Start& id) const { return std::hash<Start>{}(id) & (newest_.size() - 1); }
  void link(std::size_t place);
  void grow();

  std::uint32_t heights_;
  Number first_ = 0;  // the number of ids_.front()
  std::deque<Entry> ids_;
  std::deque<Block> blocks_;
  std::vector<Number> newest_;  // of each chain; a power of two, or none yet
};

}  // namespace medchain::state
