// Numbered batches that touch several tables at once: whatever is found later is a prefix of them, the same one in each
// table, or something was lost or torn.
#pragma once

#include "medchain/rocksdb.h"

namespace medchain::testing {

inline Bytes number_key(std::uint32_t number) {
  Bytes key(4);
  for (std::size_t i = 0; i < 4; ++i) key[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return key;
}

inline Bytes value_of_batch(std::uint32_t number, std::size_t size) {
  Bytes value(size);
  for (std::size_t i = 0; i < size; ++i) value[i] = static_cast<std::uint8_t>(number * 31 + i * 7);
  return value;
}

inline Batch numbered_batch(std::uint32_t number, std::size_t size) {
  Batch batch;
  batch.put(Table::kBlocks, number_key(number), value_of_batch(number, size));
  batch.put(Table::kState, number_key(number), value_of_batch(number, 8));
  batch.put(Table::kVotes, to_bytes(view("votes")), number_key(number));
  return batch;
}

// How many numbered batches, from 0 on, are there; nothing when what is there is no prefix.
inline std::optional<std::uint32_t> prefix_of_batches(const Storage& storage, std::size_t size) {
  auto count = [&](Table table, std::size_t value_size) {
    std::optional<std::uint32_t> found = 0;
    auto scanned = storage.scan(table, {}, [&](ByteView key, ByteView value) {
      bool next = equal(key, number_key(*found)) && equal(value, value_of_batch(*found, value_size));
      found = next ? std::optional(*found + 1) : std::nullopt;
      return next;
    });
    return scanned ? found : std::nullopt;
  };
  auto blocks = count(Table::kBlocks, size);
  auto states = count(Table::kState, 8);
  auto votes = storage.get(Table::kVotes, view("votes"));
  if (!blocks || states != blocks || !votes) return std::nullopt;
  if (*votes != (*blocks == 0 ? std::optional<Bytes>() : number_key(*blocks - 1))) return std::nullopt;
  return blocks;
}

}  // namespace medchain::testing
