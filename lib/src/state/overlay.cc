#include "overlay.h"

#include <bit>

namespace medchain::state {
namespace {

constexpr std::size_t kFewestSlots = 64;
constexpr std::size_t kPlacesTogether = 64;
constexpr std::size_t kSpread = 0x9e3779b97f4a7c15;  // 2^64 / the golden ratio: Knuth, volume 3, 6.4

}  // namespace

Overlay::Overlay(const Contracts& base, std::size_t expected_keys)
    : base_(base), slots_(std::max(kFewestSlots, std::bit_ceil(expected_keys * 2))) {}

Overlay::Place& Overlay::add(const StateKey& key) const {
  if (places_.empty() || places_.back().size() == kPlacesTogether) places_.emplace_back().reserve(kPlacesTogether);
  ++size_;
  return places_.back().emplace_back(key);
}

void Overlay::grow() const {
  std::vector<Slot> old(slots_.size() * 2);
  std::swap(old, slots_);
  for (const Slot& moved : old) {
    if (moved.place == nullptr) continue;
    std::size_t slot = moved.hash & (slots_.size() - 1);
    while (slots_[slot].place != nullptr) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = moved;
  }
}

std::pair<Overlay::Place*, bool> Overlay::enter(const StateKey& key, std::size_t hash) const {
  // Contracts have keys alike: an account's is its participant's.
  hash += static_cast<std::size_t>(key.contract) * kSpread;
  if ((size_ + 1) * 2 > slots_.size()) grow();
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot].place != nullptr; slot = (slot + 1) & (slots_.size() - 1)) {
    if (slots_[slot].hash == hash && slots_[slot].place->key_ == key) return {slots_[slot].place, false};
  }
  slots_[slot] = {hash, &add(key)};
  return {slots_[slot].place, true};
}

Overlay::Place& Overlay::at(const StateKey& key) const {
  const std::size_t hash = ValueTable::hash_of(key.bytes);
  auto [place, added] = enter(key, hash);
  if (added) place->base_ = values_of(key).find(key.bytes, hash);
  return *place;
}

std::vector<Overlay::Place*> Overlay::look_up(std::span<const StateKey> keys) const {
  struct Wanted {
    Place* place;
    const ValueTable* values;
    std::size_t hash;
  };
  std::vector<Wanted> wanted;
  std::vector<Place*> places;
  wanted.reserve(keys.size());
  places.reserve(keys.size());
  for (const StateKey& key : keys) {
    const std::size_t hash = ValueTable::hash_of(key.bytes);
    auto [place, added] = enter(key, hash);
    places.push_back(place);
    if (!added) continue;
    wanted.push_back({place, &values_of(key), hash});
    wanted.back().values->fetch_slot(hash);
  }
  for (const Wanted& one : wanted) one.values->fetch_row(one.hash);
  for (const Wanted& one : wanted) one.place->base_ = one.values->find(one.place->key_.bytes, one.hash);
  return places;
}

std::optional<Registered> Overlay::registered(const Place& participant) const {
  auto value = participant.value();
  if (!value) return std::nullopt;
  return registered_in(*value);
}

void Overlay::set(Place& place, std::optional<Bytes> value) {
  if (!place.listed_) written_.push_back(&place);
  place.listed_ = true;
  journal_.push_back({&place, std::move(place.change_)});
  place.change_.emplace(std::move(value));
}

void Overlay::undo() {
  // Newest first: a key's first entry holds what was there before all of them.
  for (; !journal_.empty(); journal_.pop_back()) {
    journal_.back().place->change_ = std::move(journal_.back().change);
  }
}

StateChanges Overlay::take_changes() {
  StateChanges changes;
  changes.reserve(written_.size());
  for (Place* place : written_) {
    if (!place->change_) continue;
    const std::optional<Bytes>& value = *place->change_;
    const bool same = value ? place->base_ && equal(*value, *place->base_) : !place->base_;
    if (!same) changes.emplace_back(place->key_, std::move(*place->change_));
  }
  journal_.clear();
  written_.clear();
  places_.clear();
  slots_.assign(kFewestSlots, {});
  size_ = 0;
  return changes;
}

}  // namespace medchain::state
