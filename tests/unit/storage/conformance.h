// What every Storage must do, whatever is behind it. A test file gives a way to open one:
//
//   TEST_CASE("MyStorage is a Storage") { storage_conformance([] { return std::make_unique<MyStorage>(); }); }
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <thread>

#include "medchain/storage.h"
#include "support/catch.h"

namespace medchain::testing {

using Entries = std::vector<std::pair<Bytes, Bytes>>;

inline Entries entries(const Storage& storage, Table table, ByteView from = {}) {
  Entries seen;
  auto scanned = storage.scan(table, from, [&](ByteView key, ByteView value) {
    seen.emplace_back(to_bytes(key), to_bytes(value));
    return true;
  });
  REQUIRE(scanned);
  return seen;
}

inline std::optional<Bytes> value_of(const Storage& storage, Table table, const Bytes& key) {
  auto value = storage.get(table, key);
  REQUIRE(value);
  return *value;
}

inline void must_write(Storage& storage, const Batch& batch, bool sync) { REQUIRE(storage.write(batch, sync)); }

inline void tables_are_apart(Storage& storage) {
  Batch batch;
  for (std::size_t table = 0; table < kTables; ++table) {
    batch.put(static_cast<Table>(table), {1}, {static_cast<std::uint8_t>(table)});
  }
  must_write(storage, batch, true);
  for (std::uint8_t table = 0; table < kTables; ++table) {
    CHECK(entries(storage, static_cast<Table>(table)) == Entries{{{1}, {table}}});
  }
  CHECK_FALSE(value_of(storage, Table::kMeta, {2}));
}

inline void operations_apply_in_order(Storage& storage) {
  Batch batch;
  batch.put(Table::kState, {1}, {1});
  batch.put(Table::kState, {1}, {2});  // the later wins
  batch.put(Table::kState, {2}, {1});
  batch.erase(Table::kState, {2});
  batch.erase(Table::kState, {3});
  batch.put(Table::kState, {3}, {7});
  batch.erase(Table::kState, {4});  // erasing what is not there is no error
  must_write(storage, batch, false);
  CHECK(entries(storage, Table::kState) == Entries{{{1}, {2}}, {{3}, {7}}});
}

inline void any_bytes_are_kept(Storage& storage) {
  Bytes large(3 * 1024 * 1024);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * i >> 7);
  Batch batch;
  batch.put(Table::kPayloads, {0, 255, 0}, large);
  batch.put(Table::kPayloads, {0}, {});
  batch.put(Table::kPayloads, {0, 0}, {0, 10, 13, 255});
  must_write(storage, batch, true);
  CHECK(value_of(storage, Table::kPayloads, {0, 255, 0}) == large);
  CHECK(value_of(storage, Table::kPayloads, {0}) == Bytes{});
  CHECK(value_of(storage, Table::kPayloads, {0, 0}) == Bytes{0, 10, 13, 255});
  CHECK_FALSE(value_of(storage, Table::kPayloads, {0, 255}));
}

inline void scans_ascend(Storage& storage) {
  Batch batch;
  for (const Bytes& key : {Bytes{2}, Bytes{1, 255}, Bytes{255}, Bytes{1}, Bytes{1, 0}, Bytes{0, 9}}) {
    batch.put(Table::kBlocks, key, key);
  }
  must_write(storage, batch, false);
  auto keys_from = [&](ByteView from, std::size_t most) {
    std::vector<Bytes> keys;
    REQUIRE(storage.scan(Table::kBlocks, from, [&](ByteView key, ByteView value) {
      CHECK(equal(key, value));
      keys.push_back(to_bytes(key));
      return keys.size() < most;
    }));
    return keys;
  };
  CHECK(keys_from({}, 99) == std::vector<Bytes>{{0, 9}, {1}, {1, 0}, {1, 255}, {2}, {255}});
  CHECK(keys_from(Bytes{1}, 99).size() == 5);
  CHECK(keys_from(Bytes{1, 1}, 99) == std::vector<Bytes>{{1, 255}, {2}, {255}});
  CHECK(keys_from(Bytes{255, 0}, 99).empty());
  CHECK(keys_from(Bytes{1, 0}, 2) == std::vector<Bytes>{{1, 0}, {1, 255}});
}

inline void scans_see_one_moment(Storage& storage) {
  Batch batch;
  for (std::uint8_t i = 0; i < 100; ++i) batch.put(Table::kState, {i}, {i});
  must_write(storage, batch, false);
  std::size_t seen = 0;
  REQUIRE(storage.scan(Table::kState, {}, [&](ByteView key, ByteView value) {
    Batch change;
    change.put(Table::kState, {static_cast<std::uint8_t>(key[0] + 100)}, {0});
    change.put(Table::kState, {static_cast<std::uint8_t>(99 - key[0])}, {255});
    must_write(storage, change, false);
    CHECK(equal(value, key));
    CHECK(value_of(storage, Table::kState, {static_cast<std::uint8_t>(key[0] + 100)}) == Bytes{0});
    ++seen;
    return true;
  }));
  CHECK(seen == 100);
}

// Random batches over few keys, compared with a std::map; seeded, so that a failure can be repeated.
inline void agrees_with_a_map(Storage& storage) {
  std::mt19937_64 random(7);
  std::map<Bytes, Bytes> twin;
  for (int round = 0; round < 300; ++round) {
    Batch batch;
    for (std::uint64_t left = random() % 8; left > 0; --left) {
      Bytes key(random() % 3 + 1, static_cast<std::uint8_t>(random() % 16));
      if (random() % 3 == 0) {
        batch.erase(Table::kTransactions, key);
        twin.erase(key);
      } else {
        Bytes value(random() % 50, static_cast<std::uint8_t>(random()));
        batch.put(Table::kTransactions, key, value);
        twin[key] = value;
      }
    }
    must_write(storage, batch, random() % 10 == 0);
  }
  CHECK(entries(storage, Table::kTransactions) == Entries(twin.begin(), twin.end()));
  CHECK(twin.size() > 10);
}

// Two keys change together in every batch: a reader that scans never sees them differ.
inline void readers_see_whole_batches(Storage& storage) {
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::atomic<int> reads = 0;
  auto read = [&] {
    while (!done) {
      std::vector<Bytes> values;
      auto scanned = storage.scan(Table::kVotes, {}, [&](ByteView, ByteView value) {
        values.push_back(to_bytes(value));
        return true;
      });
      if (!scanned || (values.size() != 0 && (values.size() != 2 || values[0] != values[1]))) ++torn;
      ++reads;
    }
  };
  std::thread first(read);
  std::thread second(read);
  for (int i = 0; i < 500 || reads < 200; ++i) {
    Batch batch;
    batch.put(Table::kVotes, {1}, Bytes(100, static_cast<std::uint8_t>(i)));
    batch.put(Table::kVotes, {2}, Bytes(100, static_cast<std::uint8_t>(i)));
    if (!storage.write(batch, false)) ++torn;
  }
  done = true;
  first.join();
  second.join();
  CHECK(torn == 0);
}

inline void storage_conformance(const std::function<std::unique_ptr<Storage>()>& open_empty) {
  std::unique_ptr<Storage> storage = open_empty();
  SECTION("tables are apart") { tables_are_apart(*storage); }
  SECTION("the operations of a batch apply in order") { operations_apply_in_order(*storage); }
  SECTION("keys and values are any bytes") { any_bytes_are_kept(*storage); }
  SECTION("scans ascend, start where asked and stop when told") { scans_ascend(*storage); }
  SECTION("a scan sees one moment, while its visitor reads and writes") { scans_see_one_moment(*storage); }
  SECTION("random batches give what a map gives") { agrees_with_a_map(*storage); }
  SECTION("readers on other threads see whole batches") { readers_see_whole_batches(*storage); }
  SECTION("an empty batch is written and synced") { must_write(*storage, {}, true); }
}

}  // namespace medchain::testing
