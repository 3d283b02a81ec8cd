// The durable queue: what it acknowledges is kept, sealed, once.
#include "queue.h"

#include <algorithm>

#include "medchain/sealing.h"
#include "support/catch.h"
#include "support/genesis.h"

namespace medchain::gateway {
namespace {

using medchain::test::test_keys;

const std::string kSecret = "heart rate 72, and nobody else's business";

struct Desk {
  MemoryStorage storage;
  KeyPair gateway = test_keys("gateway");
  ChainId chain;
  Address patient = test_keys("patient").address();
  QueueLimits limits{};
  std::unique_ptr<Queue> queue = open();

  std::unique_ptr<Queue> open() {
    auto opened = Queue::open(storage, gateway, gateway.address(), chain, limits);
    REQUIRE(opened);
    return std::move(*opened);
  }
  Origin origin(std::string device = "monitor", std::optional<std::string> key = std::nullopt) const {
    return {std::move(device), gateway.address(), std::move(key)};
  }
  Reading reading(std::string_view content) const {
    return {patient, RecordKind::kVitals, 1'700'000'000'000, to_bytes(view(content))};
  }
  std::vector<Reading> readings(std::initializer_list<std::string_view> contents) const {
    std::vector<Reading> list;
    for (auto content : contents) list.push_back(reading(content));
    return list;
  }
  Queue::Added add(const Origin& from, std::initializer_list<std::string_view> contents) {
    auto added = queue->add(from, readings(contents), 1'000);
    REQUIRE(added);
    return std::move(*added);
  }
  std::vector<OpenEntry> all() const {
    return queue->select(1'000, [](const EntryId&, const Entry&) { return true; });
  }
  Made made(const EntryId& id, std::uint8_t number) const {
    Made one;
    one.id = id;
    one.transaction.bytes[0] = number;
    one.valid_until = Height{100};
    one.submission = {{number, 2, 3}, Payload{{{4, 5}}}};
    return one;
  }
};

bool holds(const MemoryStorage& storage, std::string_view text) {
  bool found = false;
  for (std::size_t table = 0; table < kTables; ++table) {
    REQUIRE(storage.scan(static_cast<Table>(table), {}, [&](ByteView key, ByteView value) {
      for (ByteView bytes : {key, value}) {
        const ByteView wanted = view(text);
        const auto at = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
        found = found || at != bytes.end();
      }
      return true;
    }));
  }
  return found;
}

std::size_t count_in(const MemoryStorage& storage, Table table) {
  std::size_t count = 0;
  REQUIRE(storage.scan(table, {}, [&](ByteView, ByteView) {
    ++count;
    return true;
  }));
  return count;
}

TEST_CASE("what was acknowledged survives a power failure, to the byte") {
  Desk desk;
  const auto added = desk.add(desk.origin(), {kSecret, "second"});
  CHECK(added.fresh == 2);
  CHECK(desk.storage.unsynced_batches() == 0);
  desk.storage.crash();
  desk.queue = desk.open();
  auto open = desk.all();
  REQUIRE(open.size() == 2);
  CHECK(open[0].id == added.ids[0]);
  CHECK(open[0].entry.sequence < open[1].entry.sequence);
  auto reading = desk.queue->reading(added.ids[0]);
  REQUIRE(reading);
  CHECK(text(reading->content) == kSecret);
  CHECK(reading->subject == desk.patient);
  CHECK(reading->kind == RecordKind::kVitals);
  CHECK(reading->time_ms == 1'700'000'000'000);
  CHECK(desk.queue->counts().readings == 2);
  CHECK(desk.queue->counts().bytes == kSecret.size() + 6);
}

TEST_CASE("nothing of a reading is stored in the clear, nor a plain hash of it, nor whose it is") {
  Desk desk;
  const auto added = desk.add(desk.origin(), {kSecret});
  CHECK_FALSE(holds(desk.storage, kSecret));
  CHECK_FALSE(holds(desk.storage, kSecret.substr(0, 10)));
  CHECK_FALSE(holds(desk.storage, text(sha256(view(kSecret)).view())));
  CHECK_FALSE(holds(desk.storage, text(desk.patient.view())));
  CHECK(holds(desk.storage, text(added.ids[0].view())));  // the search itself finds
}

TEST_CASE("another gateway's digests of the same reading are others") {
  Desk desk;
  const KeyPair other = test_keys("another gateway");
  MemoryStorage storage;
  auto opened = Queue::open(storage, other, other.address(), desk.chain, {});
  REQUIRE(opened);
  auto there = (*opened)->add(desk.origin(), desk.readings({kSecret}), 1);
  REQUIRE(there);
  CHECK(desk.add(desk.origin(), {kSecret}).ids != there->ids);
}

TEST_CASE("the same bytes of the same device are one reading") {
  Desk desk;
  const auto first = desk.add(desk.origin(), {"a", "b"});
  const auto again = desk.add(desk.origin(), {"a", "b"});
  CHECK(again.ids == first.ids);
  CHECK(again.fresh == 0);
  CHECK(desk.add(desk.origin("another"), {"a"}).ids[0] != first.ids[0]);
  CHECK(desk.add(desk.origin(), {"c", "c"}).fresh == 1);
  desk.queue = desk.open();
  CHECK(desk.add(desk.origin(), {"a"}).fresh == 0);
}

TEST_CASE("and still are when their record is final, until they are forgotten") {
  Desk desk;
  const EntryId id = desk.add(desk.origin(), {"a"}).ids[0];
  REQUIRE(desk.queue->end({{id, EntryState::kFinal, TxStatus::kSuccess, Height{7}}}, 5'000));
  CHECK(desk.add(desk.origin(), {"a"}).fresh == 0);
  CHECK(desk.queue->counts().readings == 0);
  CHECK(desk.queue->forget(5'000).value() == 0);
  CHECK(desk.queue->forget(5'001).value() == 1);
  CHECK_FALSE(desk.queue->find(id).value());
  CHECK(desk.add(desk.origin(), {"a"}).fresh == 1);
}

TEST_CASE("an idempotency key decides instead of the bytes") {
  Desk desk;
  const auto first = desk.add(desk.origin("monitor", "1"), {"a", "a"});
  CHECK(first.fresh == 2);
  CHECK(desk.add(desk.origin("monitor", "1"), {"a", "a"}).ids == first.ids);
  CHECK(desk.add(desk.origin("monitor", "2"), {"a"}).fresh == 1);
  CHECK(desk.add(desk.origin("another", "1"), {"a"}).fresh == 1);
  auto reused = desk.queue->add(desk.origin("monitor", "1"), desk.readings({"b"}), 1);
  REQUIRE_FALSE(reused);
  CHECK(reused.error().code() == ErrorCode::kConflict);
}

TEST_CASE("all of a request or none: a full queue takes nothing") {
  Desk desk;
  desk.limits = {2, 1'000};
  desk.queue = desk.open();
  auto refused = desk.queue->add(desk.origin(), desk.readings({"a", "b", "c"}), 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kUnavailable);
  CHECK(desk.all().empty());
  CHECK(desk.add(desk.origin(), {"a", "b"}).fresh == 2);
  CHECK(desk.add(desk.origin(), {"b", "a"}).fresh == 0);  // what is there already needs no room
  CHECK_FALSE(desk.queue->add(desk.origin(), desk.readings({"c"}), 1));
}

TEST_CASE("of an addition under way nothing is queued, and all of it once it is committed") {
  Desk desk;
  Queue::Addition addition(desk.origin(), desk.readings({"a", "b", "a"}), 1'000);
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(addition.sealed());
    REQUIRE(desk.queue->seal_next(addition));
    CHECK(desk.all().empty());
  }
  CHECK(count_in(desk.storage, Table::kPayloads) == 0);
  REQUIRE(addition.sealed());
  auto added = desk.queue->commit(addition);
  REQUIRE(added);
  CHECK(added->fresh == 2);
  REQUIRE(added->ids.size() == 3);
  CHECK(added->ids[0] == added->ids[2]);
  desk.storage.crash();
  desk.queue = desk.open();
  CHECK(desk.all().size() == 2);
}

TEST_CASE("two additions of the same readings, side by side, are one") {
  Desk desk;
  Queue::Addition one(desk.origin(), desk.readings({"a", "b"}), 1);
  Queue::Addition other(desk.origin(), desk.readings({"b", "c"}), 1);
  while (!one.sealed()) REQUIRE(desk.queue->seal_next(one));
  while (!other.sealed()) REQUIRE(desk.queue->seal_next(other));
  auto first = desk.queue->commit(one);
  REQUIRE(first);
  const RecordId record = desk.queue->find(first->ids[1]).value()->record;
  auto second = desk.queue->commit(other);
  REQUIRE(second);
  CHECK(second->fresh == 1);
  CHECK(second->ids[0] == first->ids[1]);
  CHECK(desk.queue->find(first->ids[1]).value()->record == record);
  CHECK(desk.queue->counts().readings == 3);
}

TEST_CASE("two additions with one idempotency key and other content: the second is refused") {
  Desk desk;
  Queue::Addition one(desk.origin("monitor", "key"), desk.readings({"a"}), 1);
  Queue::Addition other(desk.origin("monitor", "key"), desk.readings({"b"}), 1);
  REQUIRE(desk.queue->seal_next(one));
  REQUIRE(desk.queue->seal_next(other));
  REQUIRE(desk.queue->commit(one));
  auto refused = desk.queue->commit(other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kConflict);
  CHECK(desk.queue->counts().readings == 1);
}

TEST_CASE("after the gateway's keys were rotated, what came in before is opened, and is the same reading") {
  Desk desk;
  const Address address = desk.gateway.address();
  const KeyPair rotated = test_keys("rotated");
  const EntryId before = desk.add(desk.origin(), {kSecret}).ids[0];
  auto open = [&](const KeyPair* previous) {
    auto opened = Queue::open(desk.storage, rotated, address, desk.chain, {}, previous);
    REQUIRE(opened);
    desk.queue = std::move(*opened);
  };
  open(nullptr);
  auto lost = desk.queue->reading(before);
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code() == ErrorCode::kCorrupt);
  CHECK(lost.error().message().find("previous_key") != std::string::npos);

  open(&desk.gateway);
  auto reading = desk.queue->reading(before);
  REQUIRE(reading);
  CHECK(text(reading->content) == kSecret);
  auto again = desk.queue->add(desk.origin(), desk.readings({kSecret, "new"}), 1);
  REQUIRE(again);
  CHECK(again->ids[0] == before);
  CHECK(again->fresh == 1);

  open(nullptr);  // what is new needs the present key alone
  auto latest = desk.queue->reading(again->ids[1]);
  REQUIRE(latest);
  CHECK(text(latest->content) == "new");
}

TEST_CASE("a disk that fails acknowledges nothing") {
  Desk desk;
  desk.storage.fail_writes(true);
  CHECK_FALSE(desk.queue->add(desk.origin(), desk.readings({"a"}), 1));
  desk.storage.fail_writes(false);
  CHECK(desk.all().empty());
  CHECK(desk.add(desk.origin(), {"a"}).fresh == 1);
}

TEST_CASE("a record that was made is durable, and the same transaction comes back") {
  Desk desk;
  const EntryId id = desk.add(desk.origin(), {"a"}).ids[0];
  const RecordId record = desk.all()[0].entry.record;
  REQUIRE(desk.queue->keep({desk.made(id, 9)}));
  desk.storage.crash();
  desk.queue = desk.open();
  auto open = desk.all();
  REQUIRE(open.size() == 1);
  CHECK(open[0].entry.state == EntryState::kMade);
  CHECK(open[0].entry.transaction->bytes[0] == 9);
  CHECK(open[0].entry.valid_until == Height{100});
  CHECK(open[0].entry.record == record);
  auto submission = desk.queue->submission(id);
  REQUIRE(submission);
  CHECK(submission->transaction == Bytes{9, 2, 3});
  REQUIRE(desk.queue->make_again(id, true));
  auto again = desk.queue->find(id);
  REQUIRE(again);
  CHECK((*again)->state == EntryState::kQueued);
  CHECK((*again)->attempts == 1);
  CHECK((*again)->record == record);
  CHECK_FALSE(desk.queue->submission(id));
  CHECK(desk.queue->reading(id));
}

TEST_CASE("what ended keeps no content, and is found by its id") {
  Desk desk;
  const auto added = desk.add(desk.origin(), {"a", "b"});
  REQUIRE(desk.queue->keep({desk.made(added.ids[0], 1), desk.made(added.ids[1], 2)}));
  REQUIRE(desk.queue->end({{added.ids[0], EntryState::kFinal, TxStatus::kSuccess, Height{7}},
                           {added.ids[1], EntryState::kRefused, TxStatus::kNotAllowed, Height{8}}},
                          5'000));
  CHECK_FALSE(desk.queue->reading(added.ids[0]));
  CHECK(desk.queue->reading(added.ids[1]));  // on no ledger: kept until it is forgotten
  auto entry = desk.queue->find(added.ids[0]);
  REQUIRE(entry);
  CHECK((*entry)->height == Height{7});
  CHECK(desk.all().empty());
  CHECK(desk.queue->counts().bytes == 0);
  desk.queue = desk.open();
  CHECK(desk.all().empty());
}

TEST_CASE("a queue of another gateway or chain is refused") {
  Desk desk;
  const KeyPair other = test_keys("other");
  auto opened = Queue::open(desk.storage, other, other.address(), desk.chain, {});
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code() == ErrorCode::kConflict);
  ChainId chain;
  chain.bytes[0] = 1;
  CHECK_FALSE(Queue::open(desk.storage, desk.gateway, desk.gateway.address(), chain, {}));
}

TEST_CASE("a stored reading that was altered, or put in another's place, is noticed") {
  Desk desk;
  const auto added = desk.add(desk.origin(), {"a", "b"});
  auto sealed = desk.storage.get(Table::kPayloads, queue_key::reading(added.ids[0]));
  REQUIRE(sealed);
  Batch swap;
  swap.put(Table::kPayloads, queue_key::reading(added.ids[1]), **sealed);
  REQUIRE(desk.storage.write(swap, true));
  auto reading = desk.queue->reading(added.ids[1]);
  REQUIRE_FALSE(reading);
  CHECK(reading.error().code() == ErrorCode::kCorrupt);
  // Sealed to the gateway by somebody who has its public key only.
  StoredReading forged{added.ids[1], desk.patient, RecordKind::kVitals, 1, {1, 2, 3}};
  auto stranger = seal(bcs::encode(forged), {desk.gateway.public_keys()});
  REQUIRE(stranger);
  Batch forge;
  forge.put(Table::kPayloads, queue_key::reading(added.ids[1]), *stranger);
  REQUIRE(desk.storage.write(forge, true));
  CHECK_FALSE(desk.queue->reading(added.ids[1]));
}

TEST_CASE("HMAC-SHA256 as RFC 4231 has it") {
  const Bytes key(20, 0x0b);
  CHECK(hmac_sha256(key, {view("Hi There")}).hex() ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_sha256(view("Jefe"), {view("what do ya want "), view("for nothing?")}).hex() ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("digests keep their parts and purposes apart") {
  const Digests digests(test_keys("gateway"), {});
  CHECK(digests.of("p", {view("ab"), view("c")}) != digests.of("p", {view("a"), view("bc")}));
  CHECK(digests.of("p", {view("a")}) != digests.of("q", {view("a")}));
}

}  // namespace
}  // namespace medchain::gateway
