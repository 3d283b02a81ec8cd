// The ids of recent transactions. A transaction of block b is valid up to b + W at most, so whoever has the ids of the
// last W blocks cannot be given one twice.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "medchain/transaction.h"

namespace medchain::state {

class ReplayWindow {
 public:
  explicit ReplayWindow(std::uint32_t heights) : heights_(heights) {}
  ReplayWindow(ReplayWindow&&) = default;
  ReplayWindow& operator=(ReplayWindow&&) = default;

  std::optional<Height> find(const TxId& id) const;  // the block that it is in
  // False, and nothing added, when the id is there already.
  bool add(Height height, const TxId& id);
  // Forgets what no block after `height` can repeat: blocks up to height - W.
  void advance(Height height);
  // Whether the ids of `block` still matter after `height`.
  bool covers(Height block, Height height) const { return block > height || height.value - block.value < heights_; }
  std::size_t size() const { return places_.size(); }

 private:
  std::uint32_t heights_;
  std::unordered_map<TxId, Height> places_;
  std::map<Height, std::vector<const TxId*>> blocks_;  // pointing to the keys of places_, which never move
};

}  // namespace medchain::state
