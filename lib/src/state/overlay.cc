#include "overlay.h"

namespace medchain::state {

Overlay::Entries::value_type& Overlay::entry(const StateKey& key) const {
  auto [place, added] = entries_.try_emplace(key);
  if (added) place->second.base = state::find(base_, key);
  return *place;
}

void Overlay::set(const StateKey& key, std::optional<Bytes> value) {
  Entries::value_type& place = entry(key);
  Entry& written = place.second;
  if (!written.listed) written_.push_back(&place);
  written.listed = true;
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
  StateChanges changes;
  changes.reserve(written_.size());
  for (Entries::value_type* place : written_) {
    Entry& entry = place->second;
    if (!entry.change) continue;
    const std::optional<Bytes>& value = *entry.change;
    const bool same = value ? entry.base && equal(*value, *entry.base) : !entry.base;
    if (!same) changes.emplace_back(place->first, std::move(*entry.change));
  }
  journal_.clear();
  written_.clear();
  entries_.clear();
  return changes;
}

}  // namespace medchain::state
