#include "overlay.h"

namespace medchain::state {

const Bytes* Overlay::find(const StateKey& key) const {
  auto change = changes_.find(key);
  if (change == changes_.end()) return state::find(base_, key);
  return change->second ? &*change->second : nullptr;
}

void Overlay::set(const StateKey& key, std::optional<Bytes> value) {
  auto [place, added] = changes_.try_emplace(key);
  if (added) {
    journal_.push_back({place, std::nullopt});
  } else {
    journal_.push_back({place, std::move(place->second)});
  }
  place->second = std::move(value);
}

void Overlay::undo() {
  // Newest first: a key's first entry holds what was there before all of them.
  for (; !journal_.empty(); journal_.pop_back()) {
    Before& before = journal_.back();
    if (before.value) {
      before.place->second = std::move(*before.value);
    } else {
      changes_.erase(before.place);
    }
  }
}

StateChanges Overlay::take_changes() {
  journal_.clear();
  std::erase_if(changes_, [&](const auto& change) {
    const Bytes* old = state::find(base_, change.first);
    return old == nullptr ? !change.second : change.second == *old;
  });
  return std::move(changes_);
}

}  // namespace medchain::state
