#include "value_table.h"

#include <map>
#include <set>

#include "support/catch.h"
#include "support/rng.h"

using namespace medchain;
using medchain::state::ValueTable;

namespace {

using Values = std::map<Bytes, Bytes>;

Values all_of(const ValueTable& table) {
  Values found;
  table.for_each([&](ByteView key, ByteView value) { CHECK(found.emplace(to_bytes(key), to_bytes(value)).second); });
  return found;
}

}  // namespace

TEST_CASE("a value table holds what a map holds, whatever is put, replaced and erased") {
  test::Rng rng(7);
  ValueTable table;
  Values expected;
  std::size_t found = 0, absent = 0;
  for (int step = 0; step < 60'000; ++step) {
    // Few enough keys that all come again; and it grows and shrinks in turns.
    Bytes key{static_cast<std::uint8_t>(rng.below(4)), static_cast<std::uint8_t>(rng.below(256))};
    const bool growing = step / 10'000 % 2 == 0;
    if (rng.chance(growing ? 70 : 30)) {
      Bytes value(rng.below(5), static_cast<std::uint8_t>(rng.below(256)));
      table.put(key, value);
      expected.insert_or_assign(key, value);
    } else {
      table.erase(key);
      expected.erase(key);
    }
    REQUIRE(table.size() == expected.size());
    const Bytes asked{static_cast<std::uint8_t>(rng.below(4)), static_cast<std::uint8_t>(rng.below(256))};
    auto value = table.find(asked);
    auto right = expected.find(asked);
    REQUIRE(value.has_value() == (right != expected.end()));
    if (value) REQUIRE(to_bytes(*value) == right->second);
    ++(value ? found : absent);
    if (step % 5'000 == 0) CHECK(all_of(table) == expected);
  }
  CHECK(all_of(table) == expected);
  CHECK(found > 10'000);
  CHECK(absent > 10'000);
}

TEST_CASE("an empty key and an empty value are a key and a value") {
  ValueTable table;
  CHECK_FALSE(table.find({}));
  table.erase({});
  table.put({}, {});
  REQUIRE(table.find({}));
  CHECK(table.find({})->empty());
  CHECK(table.size() == 1);
  table.erase({});
  CHECK_FALSE(table.find({}));
  CHECK(table.size() == 0);
}

TEST_CASE("a key is found beside one that begins like it") {
  ValueTable table;
  table.put(Bytes(ValueTable::kMaxKey, 1), Bytes{1});
  table.put(Bytes(ValueTable::kMaxKey - 1, 1), Bytes{2});
  CHECK(table.find(Bytes(ValueTable::kMaxKey, 1))->front() == 1);
  CHECK(table.find(Bytes(ValueTable::kMaxKey - 1, 1))->front() == 2);
  CHECK_FALSE(table.find(Bytes(1, 1)));
}

TEST_CASE("a value table names each key that changed since it was last asked, once") {
  test::Rng rng(8);
  ValueTable table;
  Values before, now;
  std::size_t named = 0, removed = 0;
  for (int round = 0; round < 300; ++round) {
    std::set<Bytes> touched;
    for (auto steps = rng.below(200); steps > 0; --steps) {
      Bytes key{static_cast<std::uint8_t>(rng.below(256))};
      if (rng.chance(60)) {
        Bytes value(rng.below(3), static_cast<std::uint8_t>(rng.below(256)));
        table.put(key, value);
        now.insert_or_assign(key, value);
        touched.insert(key);
      } else {
        if (now.erase(key) > 0) touched.insert(key);
        table.erase(key);
      }
    }
    const std::vector<Bytes> changed = table.take_changed();
    REQUIRE(std::set<Bytes>(changed.begin(), changed.end()) == touched);
    REQUIRE(changed.size() == touched.size());
    named += changed.size();
    for (const Bytes& key : changed) removed += now.contains(key) ? 0 : 1;
  }
  CHECK(named > 5'000);
  CHECK(removed > 1'000);
  CHECK(table.take_changed().empty());
}

TEST_CASE("a value table names no key that changed while it was told not to note any") {
  ValueTable table;
  table.note_changes(false);
  table.put(Bytes{1}, Bytes{1});
  table.put(Bytes{2}, Bytes{1});
  table.erase(Bytes{2});
  table.note_changes(true);
  CHECK(table.take_changed().empty());
  table.put(Bytes{1}, Bytes{2});
  CHECK(table.take_changed() == std::vector<Bytes>{{1}});
}
