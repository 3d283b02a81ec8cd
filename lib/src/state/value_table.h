// Values by key, for lookups in memory that is too large for any cache: a table of hashes, probed one after the other,
// leads to one row that holds key and value together. So a lookup waits for memory about twice, where a map of byte
// strings waits for its bucket, its node, its key and its value; and who knows what it will look up next does not wait
// at all: fetch_slot() of several, then fetch_row(), then find().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "medchain/bytes.h"

namespace medchain::state {

class ValueTable {
 public:
  static constexpr std::size_t kMaxKey = 255;  // bytes; longer ones are asserted against

  static std::size_t hash_of(ByteView key) { return std::hash<std::string_view>{}(text(key)); }
  // Tell the processor what find() will read: fetch_slot() first, fetch_row() when that has had time to come.
  void fetch_slot(std::size_t hash) const;
  void fetch_row(std::size_t hash) const;

  // Valid until the key is put again or erased. `hash` is hash_of(key).
  std::optional<ByteView> find(ByteView key) const { return find(key, hash_of(key)); }
  std::optional<ByteView> find(ByteView key, std::size_t hash) const;
  void put(ByteView key, ByteView value) { put(key, value, hash_of(key)); }
  void put(ByteView key, ByteView value, std::size_t hash);
  void erase(ByteView key);  // if it is there
  std::size_t size() const { return size_; }
  void for_each(
      const std::function<void(ByteView key, ByteView value)>& visit) const;  // in no order that means anything

  // The keys put or erased since this was last called, each once, in the order of their first change. Those changed
  // while note_changes(false) are not among them.
  std::vector<Bytes> take_changed();
  std::size_t changed() const { return changed_.size(); }
  void note_changes(bool on) { noting_ = on; }

 private:
  // noted (1 byte): its key is in changed_; key size (1), value size (4), key, value
  using Row = std::unique_ptr<std::uint8_t[]>;
  struct Slot {
    std::size_t hash = 0;
    Row row;  // null: free
  };
  static Row make_row(ByteView key, ByteView value);
  static ByteView key_of(const Row& row);
  static ByteView value_of(const Row& row);
  std::size_t home(std::size_t hash) const { return hash & (slots_.size() - 1); }
  std::size_t after(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }
  std::size_t place_of(std::size_t hash, ByteView key) const;  // its slot, or the free one where it would be
  void note(ByteView key, bool noted_already);
  void grow();

  std::vector<Slot> slots_;  // a power of two, or none; never full
  std::size_t size_ = 0;
  std::vector<Bytes> changed_;
  std::unordered_set<std::string> erased_;  // of those: what has no row that could say so
  bool noting_ = true;
};

}  // namespace medchain::state
