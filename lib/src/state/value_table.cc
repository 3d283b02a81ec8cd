#include "value_table.h"

#include <algorithm>
#include <cstring>

#include "medchain/assert.h"

namespace medchain::state {
namespace {

constexpr std::size_t kFewestSlots = 64;
constexpr std::size_t kKeySize = 1, kValueSize = 4;  // bytes of the sizes at the front of a row

std::size_t hash_of(ByteView key) { return std::hash<std::string_view>{}(text(key)); }

std::uint32_t value_size(const std::uint8_t* row) {
  std::uint32_t size = 0;
  std::memcpy(&size, row + kKeySize, kValueSize);
  return size;
}

}  // namespace

ValueTable::Row ValueTable::make_row(ByteView key, ByteView value) {
  MEDCHAIN_ASSERT(key.size() <= kMaxKey && value.size() <= UINT32_MAX, "a key or value that no table of the state has");
  Row row(new std::uint8_t[kKeySize + kValueSize + key.size() + value.size()]);
  const auto size = static_cast<std::uint32_t>(value.size());
  row[0] = static_cast<std::uint8_t>(key.size());
  std::memcpy(row.get() + kKeySize, &size, kValueSize);
  std::copy(key.begin(), key.end(), row.get() + kKeySize + kValueSize);
  std::copy(value.begin(), value.end(), row.get() + kKeySize + kValueSize + key.size());
  return row;
}

ByteView ValueTable::key_of(const Row& row) { return {row.get() + kKeySize + kValueSize, row[0]}; }

ByteView ValueTable::value_of(const Row& row) {
  return {row.get() + kKeySize + kValueSize + row[0], value_size(row.get())};
}

std::size_t ValueTable::place_of(std::size_t hash, ByteView key) const {
  std::size_t slot = home(hash);
  while (slots_[slot].row != nullptr && !(slots_[slot].hash == hash && equal(key_of(slots_[slot].row), key))) {
    slot = after(slot);
  }
  return slot;
}

std::optional<ByteView> ValueTable::find(ByteView key) const {
  if (slots_.empty()) return std::nullopt;
  const Row& row = slots_[place_of(hash_of(key), key)].row;
  if (row == nullptr) return std::nullopt;
  return value_of(row);
}

void ValueTable::put(ByteView key, ByteView value) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  const std::size_t hash = hash_of(key);
  Slot& slot = slots_[place_of(hash, key)];
  if (slot.row != nullptr && value_size(slot.row.get()) == value.size()) {
    std::copy(value.begin(), value.end(), slot.row.get() + kKeySize + kValueSize + key.size());
    return;
  }
  if (slot.row == nullptr) ++size_;
  slot.hash = hash;
  slot.row = make_row(key, value);
}

void ValueTable::erase(ByteView key) {
  if (slots_.empty()) return;
  std::size_t free = place_of(hash_of(key), key);
  if (slots_[free].row == nullptr) return;
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
