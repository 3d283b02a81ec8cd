#include "overlay.h"

namespace medchain::state {

Overlay::Entry& Overlay::entry(const StateKey& key) const {
  auto [place, added] = entries_.try_emplace(key);
  if (added) place->second.base = state::find(base_, key);
  return place->second;
}

void Overlay::set(const StateKey& key, std::optional<Bytes> value) {
  Entry& written = entry(key);
  journal_.push_back({&written, std::move(written.change)});
  written.change.emplace(std::move(value));
}

void Overlay::undo() {
  // Newest first: a key's first entry holds what was there before all of them.
  for (; !journal_.empty(); journal_.pop_back()) {
    journal_.back().entry->change = std::move(journal_.back().change);
  }
}

StateChanges Overlay::take_changes() {
  journal_.clear();
  StateChanges changes;
  while (!entries_.empty()) {  // in any order: `changes` sorts them
    auto node = entries_.extract(entries_.begin());
    Entry& entry = node.mapped();
    if (!entry.change) continue;
    const std::optional<Bytes>& value = *entry.change;
    const bool same = value ? entry.base && equal(*value, *entry.base) : !entry.base;
    if (!same) changes.emplace(std::move(node.key()), std::move(*entry.change));
  }
  return changes;
}

}  // namespace medchain::state
