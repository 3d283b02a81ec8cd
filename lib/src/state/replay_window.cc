#include "replay_window.h"

namespace medchain::state {

std::optional<Height> ReplayWindow::find(const TxId& id) const {
  auto place = places_.find(id);
  if (place == places_.end()) return std::nullopt;
  return place->second;
}

bool ReplayWindow::add(Height height, const TxId& id) {
  auto [place, added] = places_.emplace(id, height);
  if (added) blocks_[height].push_back(&place->first);
  return added;
}

void ReplayWindow::advance(Height height) {
  while (!blocks_.empty() && !covers(blocks_.begin()->first, height)) {
    for (const TxId* id : blocks_.begin()->second) places_.erase(places_.find(*id));
    blocks_.erase(blocks_.begin());
  }
}

}  // namespace medchain::state
