#include <algorithm>

#include "medchain/storage.h"
#include "support/catch.h"
#include "support/rng.h"

using namespace medchain;

namespace {

using Entries = std::vector<std::pair<Bytes, Bytes>>;

Entries all_of(const MemoryStorage& storage, Table table) {
  Entries found;
  REQUIRE(storage.scan(table, {}, [&](ByteView key, ByteView value) {
    found.emplace_back(to_bytes(key), to_bytes(value));
    return true;
  }));
  return found;
}

}  // namespace

TEST_CASE("A sorted batch ascends, names each key once, and has the effect that it had before") {
  test::Rng rng(5);
  std::size_t dropped = 0, erased = 0;
  for (int round = 0; round < 200; ++round) {
    Batch batch;
    for (auto count = rng.below(200); count > 0; --count) {
      const auto table = static_cast<Table>(rng.below(kTables));
      // Keys that begin alike, some longer than what is compared as a number.
      Bytes key(rng.below(12), 7);
      if (!key.empty()) key.back() = static_cast<std::uint8_t>(rng.below(3));
      if (rng.chance(70)) {
        batch.put(table, key, Bytes{static_cast<std::uint8_t>(rng.below(256))});
      } else {
        batch.erase(table, key);
      }
    }
    Batch sorted = batch;
    sorted.sort();
    auto place = [](const Batch::Operation& operation) { return std::tie(operation.table, operation.key); };
    REQUIRE(std::ranges::adjacent_find(sorted.operations, [&](const auto& a, const auto& b) {
              return !(place(a) < place(b));
            }) == sorted.operations.end());
    MemoryStorage as_made, as_sorted;
    for (MemoryStorage* storage : {&as_made, &as_sorted}) {
      Batch before;
      for (std::size_t table = 0; table < kTables; ++table) before.put(static_cast<Table>(table), Bytes{7, 7, 1}, {});
      REQUIRE(storage->write(before, false));
    }
    REQUIRE(as_made.write(batch, false));
    REQUIRE(as_sorted.write(sorted, false));
    for (std::size_t table = 0; table < kTables; ++table) {
      REQUIRE(all_of(as_made, static_cast<Table>(table)) == all_of(as_sorted, static_cast<Table>(table)));
    }
    dropped += batch.operations.size() - sorted.operations.size();
    for (const auto& operation : sorted.operations) erased += operation.value ? 0 : 1;
  }
  CHECK(dropped > 1'000);
  CHECK(erased > 1'000);
}
