#include "unit/storage/conformance.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

Batch one(std::uint8_t key) {
  Batch batch;
  batch.put(Table::kVotes, {key}, {key});
  batch.put(Table::kState, {key}, {key});
  return batch;
}

std::vector<std::uint8_t> kept(const Storage& storage) {
  std::vector<std::uint8_t> keys;
  for (const auto& [key, value] : entries(storage, Table::kVotes)) keys.push_back(key[0]);
  CHECK(entries(storage, Table::kState) == entries(storage, Table::kVotes));
  return keys;
}

}  // namespace

TEST_CASE("MemoryStorage is a Storage") {
  storage_conformance([] { return std::make_unique<MemoryStorage>(); });
}

TEST_CASE("A power failure keeps what was synced and a prefix of the rest") {
  MemoryStorage storage;
  must_write(storage, one(1), false);
  must_write(storage, one(2), true);  // makes the first durable too
  CHECK(storage.unsynced_batches() == 0);
  for (std::uint8_t key : {3, 4, 5}) must_write(storage, one(key), false);
  CHECK(storage.unsynced_batches() == 3);
  CHECK(kept(storage) == std::vector<std::uint8_t>{1, 2, 3, 4, 5});

  SECTION("nothing unsynced") {
    storage.crash();
    CHECK(kept(storage) == std::vector<std::uint8_t>{1, 2});
  }
  SECTION("some of it") {
    storage.crash(2);
    CHECK(kept(storage) == std::vector<std::uint8_t>{1, 2, 3, 4});
    storage.crash();  // what the first failure left stays
    CHECK(kept(storage) == std::vector<std::uint8_t>{1, 2, 3, 4});
  }
  SECTION("more than there is") {
    storage.crash(9);
    CHECK(kept(storage) == std::vector<std::uint8_t>{1, 2, 3, 4, 5});
  }
  SECTION("an empty batch with sync makes all durable") {
    must_write(storage, {}, true);
    storage.crash();
    CHECK(kept(storage) == std::vector<std::uint8_t>{1, 2, 3, 4, 5});
  }
}

TEST_CASE("An erased key comes back when the erasure was not synced") {
  MemoryStorage storage;
  must_write(storage, one(1), true);
  Batch erase;
  erase.erase(Table::kVotes, {1});
  must_write(storage, erase, false);
  CHECK_FALSE(value_of(storage, Table::kVotes, {1}));
  storage.crash();
  CHECK(value_of(storage, Table::kVotes, {1}) == Bytes{1});
}

TEST_CASE("A full disk refuses a batch wholly and serves what it has") {
  MemoryStorage storage;
  must_write(storage, one(1), true);
  storage.fail_writes(true);
  auto refused = storage.write(one(2), true);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kIo);
  CHECK(kept(storage) == std::vector<std::uint8_t>{1});
  CHECK(storage.unsynced_batches() == 0);
  storage.fail_writes(false);
  must_write(storage, one(3), true);
  CHECK(kept(storage) == std::vector<std::uint8_t>{1, 3});
}

TEST_CASE("Tables have stable names, all different") {
  std::vector<std::string_view> names;
  for (std::size_t table = 0; table < kTables; ++table) names.push_back(to_string(static_cast<Table>(table)));
  CHECK(names == std::vector<std::string_view>{"meta", "blocks", "transactions", "payloads", "state", "votes",
                                               "proposals", "index"});
}
