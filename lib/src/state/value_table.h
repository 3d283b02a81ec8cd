// Values by key, for lookups in memory that is too large for any cache: a table of hashes, probed one after the other,
// leads to one row that holds key and value together. So a lookup waits for memory about twice, where a map of byte
// strings waits for its bucket, its node, its key and its value.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "medchain/bytes.h"

namespace medchain::state {

class ValueTable {
 public:
  static constexpr std::size_t kMaxKey = 255;  // bytes; longer ones are asserted against

  // Valid until the key is put again or erased.
  std::optional<ByteView> find(ByteView key) const;
  void put(ByteView key, ByteView value);
  void erase(ByteView key);  // if it is there
  std::size_t size() const { return size_; }
  void for_each(
      const std::function<void(ByteView key, ByteView value)>& visit) const;  // in no order that means anything

 private:
  // key size (1 byte), value size (4), key, value
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
  void grow();

  std::vector<Slot> slots_;  // a power of two, or none; never full
  std::size_t size_ = 0;
};

}  // namespace medchain::state
