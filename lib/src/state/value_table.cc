#include "value_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "medchain/assert.h"

namespace medchain::state {
namespace {

constexpr std::size_t kFewestSlots = 64;
// What stands at the front of a row.
constexpr std::size_t kNotedAt = 0, kKeySizeAt = 1, kValueSizeAt = 2, kFront = 6;
constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kFetchedOfRow = 4 * kCacheLine;  // a participant and its key take so much

std::uint32_t value_size(const std::uint8_t* row) {
  std::uint32_t size = 0;
  std::memcpy(&size, row + kValueSizeAt, sizeof size);
  return size;
}

}  // namespace

ValueTable::Row ValueTable::make_row(ByteView key, ByteView value) {
  MEDCHAIN_ASSERT(key.size() <= kMaxKey && value.size() <= UINT32_MAX, "a key or value that no table of the state has");
  Row row(new std::uint8_t[kFront + key.size() + value.size()]);
  const auto size = static_cast<std::uint32_t>(value.size());
  row[kNotedAt] = 0;
  row[kKeySizeAt] = static_cast<std::uint8_t>(key.size());
  std::memcpy(row.get() + kValueSizeAt, &size, sizeof size);
  std::copy(key.begin(), key.end(), row.get() + kFront);
  std::copy(value.begin(), value.end(), row.get() + kFront + key.size());
  return row;
}

ByteView ValueTable::key_of(const Row& row) { return {row.get() + kFront, row[kKeySizeAt]}; }

ByteView ValueTable::value_of(const Row& row) { return {row.get() + kFront + row[kKeySizeAt], value_size(row.get())}; }

void ValueTable::fetch_slot(std::size_t hash) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[home(hash)]);
}

void ValueTable::fetch_row(std::size_t hash) const {
  if (slots_.empty()) return;
  std::size_t slot = home(hash);
  while (slots_[slot].row != nullptr && slots_[slot].hash != hash) slot = after(slot);
  const std::uint8_t* row = slots_[slot].row.get();
  for (std::size_t at = 0; row != nullptr && at < kFetchedOfRow; at += kCacheLine) __builtin_prefetch(row + at);
}

std::size_t ValueTable::place_of(std::size_t hash, ByteView key) const {
  std::size_t slot = home(hash);
  while (slots_[slot].row != nullptr && !(slots_[slot].hash == hash && equal(key_of(slots_[slot].row), key))) {
    slot = after(slot);
  }
  return slot;
}

std::optional<ByteView> ValueTable::find(ByteView key, std::size_t hash) const {
  if (slots_.empty()) return std::nullopt;
  const Row& row = slots_[place_of(hash, key)].row;
  if (row == nullptr) return std::nullopt;
  return value_of(row);
}

void ValueTable::note(ByteView key, bool noted_already) {
  if (noting_ && !noted_already) changed_.push_back(to_bytes(key));
}

void ValueTable::put(ByteView key, ByteView value, std::size_t hash) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  Slot& slot = slots_[place_of(hash, key)];
  const bool noted =
      slot.row != nullptr ? slot.row[kNotedAt] != 0 : !erased_.empty() && erased_.erase(std::string(text(key))) > 0;
  note(key, noted);
  if (slot.row != nullptr && value_size(slot.row.get()) == value.size()) {
    std::copy(value.begin(), value.end(), slot.row.get() + kFront + key.size());
  } else {
    if (slot.row == nullptr) ++size_;
    slot.hash = hash;
    slot.row = make_row(key, value);
  }
  slot.row[kNotedAt] = noted || noting_ ? 1 : 0;
}

void ValueTable::erase(ByteView key) {
  if (slots_.empty()) return;
  std::size_t free = place_of(hash_of(key), key);
  if (slots_[free].row == nullptr) return;
  const bool noted = slots_[free].row[kNotedAt] != 0;
  note(key, noted);
  if (noted || noting_) erased_.emplace(text(key));
  slots_[free].row.reset();
  --size_;
  // Whoever was pushed past the slot that is free now moves into it, so that no probe ends too early.
  for (std::size_t slot = after(free); slots_[slot].row != nullptr; slot = after(slot)) {
    const std::size_t mask = slots_.size() - 1;
    const std::size_t pushed = (slot - home(slots_[slot].hash)) & mask;
    if (pushed < ((slot - free) & mask)) continue;
    slots_[free] = std::move(slots_[slot]);
    free = slot;
  }
}

std::vector<Bytes> ValueTable::take_changed() {
  for (const Bytes& key : changed_) {
    Slot& slot = slots_[place_of(hash_of(key), key)];
    if (slot.row != nullptr) slot.row[kNotedAt] = 0;
  }
  erased_.clear();
  return std::exchange(changed_, {});
}

void ValueTable::for_each(const std::function<void(ByteView key, ByteView value)>& visit) const {
  for (const Slot& slot : slots_) {
    if (slot.row != nullptr) visit(key_of(slot.row), value_of(slot.row));
  }
}

void ValueTable::grow() {
  std::vector<Slot> old(std::max(kFewestSlots, slots_.size() * 2));
  std::swap(old, slots_);
  for (Slot& moved : old) {
    if (moved.row == nullptr) continue;
    std::size_t slot = home(moved.hash);
    while (slots_[slot].row != nullptr) slot = after(slot);
    slots_[slot] = std::move(moved);
  }
}

}  // namespace medchain::state
