#include "overlay.h"

namespace medchain::state {

Overlay::Entries::value_type& Overlay::entry(const StateKey& key) const {
  auto [place, added] = entries_.try_emplace(key);
  if (added) place->second.base = state::find(base_, key);
  return *place;
}

std::optional<Registered> Overlay::registered(const Address& address) const {
  auto value = entry(state_key::participant(address)).second.value();
  if (!value) return std::nullopt;
  return registered_in(*value);
}

void Overlay::look_up(std::span<const StateKey> keys) const {
  struct Wanted {
    Entries::value_type* entry;
    const ValueTable* values;
    std::size_t hash;
  };
  std::vector<Wanted> wanted;
  wanted.reserve(keys.size());
  for (const StateKey& key : keys) {
    auto [place, added] = entries_.try_emplace(key);
    if (!added) continue;
    const ValueTable& values = base_[static_cast<std::size_t>(key.contract)].values;
    wanted.push_back({&*place, &values, ValueTable::hash_of(key.bytes)});
    values.fetch_slot(wanted.back().hash);
  }
  for (const Wanted& one : wanted) one.values->fetch_row(one.hash);
  for (const Wanted& one : wanted) one.entry->second.base = one.values->find(one.entry->first.bytes, one.hash);
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
