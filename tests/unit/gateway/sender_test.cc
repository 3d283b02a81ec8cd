// The sender against a network in this process: every reading becomes one record, whatever fails.
#include "sender.h"

#include "fake_ledger.h"
#include "medchain/sealing.h"

namespace medchain::gateway {
namespace {

using medchain::test::Network;
using test::World;

struct Bench : World {
  MemoryStorage storage;
  std::unique_ptr<Queue> queue;
  std::unique_ptr<Metrics> metrics;
  Log log{nullptr};
  std::unique_ptr<Sender> sender;
  std::size_t nodes = 1;
  std::uint64_t remember_ms = 7ULL * 24 * 3600 * 1000;
  Address address = gateway.address();
  std::optional<KeyPair> previous;

  explicit Bench(medchain::test::TestGenesis made = test::gateway_genesis()) : World(std::move(made)) { start(); }
  void start() {
    sender.reset();
    auto opened = Queue::open(storage, gateway, address, network.chain(), {}, previous ? &*previous : nullptr);
    REQUIRE(opened);
    queue = std::move(*opened);
    metrics = std::make_unique<Metrics>();
    SenderConfig config;
    config.genesis = &genesis();
    config.gateway = {&gateway, address};
    config.authors = {{&device, device.address()}};
    config.connect = connect();
    config.nodes = nodes;
    config.now_ms = [this] { return now_ms(); };
    config.remember_ms = remember_ms;
    sender = std::make_unique<Sender>(std::move(config), *queue, *metrics, log);
  }
  // A crash of the gateway: nothing that was not synced is left.
  void crash() {
    sender.reset();
    queue.reset();
    storage.crash();
    start();
  }
  EntryId add(const std::string& content, const std::string& name = "monitor", bool own_key = false) {
    const Address author = own_key ? device.address() : address;
    std::vector<Reading> readings;
    readings.push_back({patient.address(), RecordKind::kVitals, 1'700'000'000'000, to_bytes(view(content))});
    auto added = queue->add({name, author}, std::move(readings), now_ms());
    REQUIRE(added);
    return added->ids.front();
  }
  Entry entry(const EntryId& id) {
    auto found = queue->find(id);
    REQUIRE(found);
    REQUIRE(*found);
    return **found;
  }
  void cycles(int count = 20) {
    for (int i = 0; i < count; ++i) {
      auto done = sender->cycle();
      INFO((done ? std::string("good") : done.error().message()));
      REQUIRE(done);
      network.net.advance(200);
    }
  }
  // Of the records' authors, in the whole chain.
  std::vector<TxId> final_puts() {
    std::vector<TxId> ids;
    for (Height h{1}; h <= network.net.engine(0).height(); h = h.next()) {
      auto stored = network.net.engine(0).store().block(h);
      REQUIRE(stored);
      for (std::size_t i = 0; i < (*stored)->receipts.size(); ++i) {
        const auto& transaction = (*stored)->certified.block.transactions[i];
        if (body_name(transaction->transaction().body) != "put") continue;
        if ((*stored)->receipts[i].status == TxStatus::kSuccess) ids.push_back(transaction->id);
      }
    }
    return ids;
  }
  std::string opened_by(const EntryId& id, const KeyPair& reader) {
    const RecordId record = entry(id).record;
    auto release = network.net.engine(0).release(record, reader.address());
    if (!release) return release.error().message();
    auto opened = open_record(release->body, release->wrap, release->record.content_commitment, reader);
    if (!opened) return opened.error().message();
    if (opened->context != SealContext(RecordContext{network.chain(), record})) return "sealed for another record";
    return std::string(text(opened->plaintext));
  }
};

TEST_CASE("a reading becomes a record that the patient and her readers open") {
  Bench bench;
  bench.set_readers({bench.doctor.address()});
  const EntryId id = bench.add("heart rate 72");
  bench.cycles();
  const Entry entry = bench.entry(id);
  CHECK(entry.state == EntryState::kFinal);
  CHECK(entry.status == TxStatus::kSuccess);
  CHECK(bench.opened_by(id, bench.patient) == "heart rate 72");
  CHECK(bench.opened_by(id, bench.doctor) == "heart rate 72");
  CHECK(bench.opened_by(id, bench.nurse) != "heart rate 72");
  CHECK(bench.final_puts().size() == 1);
  CHECK(bench.final_puts()[0] == *entry.transaction);
  CHECK(bench.network.net.engine(0).state().record(entry.record)->author == bench.gateway.address());
}

TEST_CASE("a device with a key of its own is the author") {
  Bench bench;
  const EntryId id = bench.add("a", "monitor", true);
  bench.cycles();
  CHECK(bench.entry(id).state == EntryState::kFinal);
  CHECK(bench.network.net.engine(0).state().record(bench.entry(id).record)->author == bench.device.address());
}

TEST_CASE("readers are those at the time of sealing") {
  Bench bench;
  const EntryId before = bench.add("before");
  bench.cycles();
  bench.set_readers({bench.nurse.address()});
  bench.network.net.advance(2'000);
  const EntryId after = bench.add("after");
  bench.cycles();
  CHECK(bench.opened_by(before, bench.nurse) != "before");
  CHECK(bench.opened_by(after, bench.nurse) == "after");
}

TEST_CASE("readings of a device are submitted in their order") {
  Bench bench;
  std::vector<EntryId> ids;
  for (int i = 0; i < 250; ++i) ids.push_back(bench.add("reading " + std::to_string(i)));
  bench.cycles(30);
  std::vector<TxId> expected;
  for (const EntryId& id : ids) {
    CHECK(bench.entry(id).state == EntryState::kFinal);
    expected.push_back(*bench.entry(id).transaction);
  }
  CHECK(bench.lies[0].seen == expected);
  CHECK(bench.final_puts() == expected);
}

TEST_CASE("after a crash the very same transaction is submitted again") {
  Bench bench;
  bench.lies[0].losing = true;
  const EntryId id = bench.add("a");
  bench.cycles(3);
  const Entry made = bench.entry(id);
  REQUIRE(made.state == EntryState::kMade);
  bench.crash();
  CHECK(bench.entry(id).transaction == made.transaction);
  bench.lies[0].losing = false;
  bench.cycles();
  CHECK(bench.entry(id).state == EntryState::kFinal);
  CHECK(bench.entry(id).transaction == made.transaction);
  CHECK(bench.final_puts().size() == 1);
}

TEST_CASE("a crash after it became final makes no second record") {
  Bench bench;
  const EntryId id = bench.add("a");
  REQUIRE(bench.sender->cycle());
  bench.network.net.advance(2'000);
  REQUIRE(bench.final_puts().size() == 1);
  bench.crash();
  REQUIRE(bench.entry(id).state == EntryState::kMade);
  bench.cycles();
  CHECK(bench.entry(id).state == EntryState::kFinal);
  CHECK(bench.final_puts().size() == 1);
  CHECK(bench.lies[0].submitted == 1);
}

Parameters short_window() {
  Parameters parameters = medchain::test::fast_parameters();
  parameters.replay_window = 16;
  return parameters;
}

TEST_CASE("a transaction that expired unseen is made again, as the same record") {
  Bench bench(test::gateway_genesis(4, short_window()));
  bench.lies[0].losing = true;
  const EntryId id = bench.add("a");
  bench.cycles(3);
  const Entry lost = bench.entry(id);
  REQUIRE(lost.state == EntryState::kMade);
  bench.network.net.advance(20'000);
  bench.lies[0].losing = false;
  bench.cycles();
  const Entry entry = bench.entry(id);
  CHECK(entry.state == EntryState::kFinal);
  CHECK(entry.transaction != lost.transaction);
  CHECK(entry.record == lost.record);
  CHECK(bench.opened_by(id, bench.patient) == "a");
}

TEST_CASE("what was queued, and signed, before the gateway's keys were rotated is signed with the new ones") {
  Bench bench;
  const EntryId before = bench.add("before");
  bench.cycles();
  bench.lies[0].losing = true;
  const EntryId made = bench.add("made");
  bench.cycles(2);
  REQUIRE(bench.entry(made).state == EntryState::kMade);
  const EntryId queued = bench.add("queued");
  KeyPair next = medchain::test::test_keys("the gateway's next");
  auto rotation = bench.network.transaction(bench.gateway, RegistryBody{RotateKeys{next.public_keys()}});
  REQUIRE(bench.network.finish(0, rotation).status == TxStatus::kSuccess);
  bench.previous = std::move(bench.gateway);
  bench.gateway = std::move(next);
  bench.lies[0].losing = false;
  bench.crash();
  const EntryId after = bench.add("after");
  bench.cycles(30);
  for (auto [id, content] : {std::pair{before, "before"}, {made, "made"}, {queued, "queued"}, {after, "after"}}) {
    CHECK(bench.entry(id).state == EntryState::kFinal);
    CHECK(bench.opened_by(id, bench.patient) == content);
    CHECK(bench.network.net.engine(0).state().record(bench.entry(id).record)->author == bench.address);
  }
  CHECK(bench.final_puts().size() == 4);
}

TEST_CASE("two transactions of one record: one succeeds, and the reading is final") {
  Bench bench(test::gateway_genesis(4, short_window()));
  const EntryId id = bench.add("a");
  REQUIRE(bench.sender->cycle());
  bench.network.net.advance(20'000);  // it is final, and its validity has passed
  // The node hides it: the record is made once more.
  bench.crash();
  REQUIRE(bench.final_puts().size() == 1);
  REQUIRE(bench.queue->make_again(id, false));
  bench.cycles();
  const Entry entry = bench.entry(id);
  CHECK(entry.state == EntryState::kFinal);
  CHECK(entry.status == TxStatus::kSuccess);
  CHECK(bench.final_puts().size() == 1);
}

TEST_CASE("a node that says a transaction is final, when it is not, is not believed") {
  Bench bench;
  bench.lies[0].losing = true;
  const EntryId id = bench.add("a");
  bench.cycles(2);
  const Entry made = bench.entry(id);
  bench.crash();
  bench.lies[0].transaction = rpc::TransactionInfo{{}, Height{2}, 0, Receipt{*made.transaction, TxStatus::kSuccess}};
  CHECK_FALSE(bench.sender->cycle());
  CHECK(bench.entry(id).state == EntryState::kMade);
  bench.lies[0].block = [&](rpc::BlockSummary& block) { block.receipts.push_back({*made.transaction}); };
  CHECK_FALSE(bench.sender->cycle());
  CHECK(bench.entry(id).state == EntryState::kMade);
}

TEST_CASE("without a node everything is queued, and delivered when one is back") {
  Bench bench;
  bench.lies[0].dead = true;
  const EntryId first = bench.add("a");
  CHECK_FALSE(bench.sender->cycle());
  const EntryId second = bench.add("b");
  CHECK_FALSE(bench.sender->cycle());
  CHECK(bench.entry(first).state == EntryState::kQueued);
  bench.lies[0].dead = false;
  bench.cycles();
  CHECK(bench.entry(first).state == EntryState::kFinal);
  CHECK(bench.entry(second).state == EntryState::kFinal);
}

TEST_CASE("a network that stands still proves no readers: the reading stays queued") {
  Bench bench;
  const EntryId id = bench.add("a");
  bench.ahead_ms = 60'001;
  CHECK_FALSE(bench.sender->cycle());
  CHECK(bench.entry(id).state == EntryState::kQueued);
  bench.ahead_ms = 0;
  bench.cycles();
  CHECK(bench.entry(id).state == EntryState::kFinal);
}

TEST_CASE("a node that takes nothing holds the device's readings in order, and others take them") {
  Bench bench;
  bench.nodes = 2;
  bench.start();
  bench.lies[0].deaf = true;
  const EntryId id = bench.add("a");
  bench.cycles(5);
  CHECK(bench.entry(id).state == EntryState::kMade);
  const TxId made = *bench.entry(id).transaction;
  bench.lies[0].deaf = false;
  bench.cycles();
  CHECK(bench.entry(id).state == EntryState::kFinal);
  CHECK(bench.entry(id).transaction == made);
}

TEST_CASE("a node that loses what it took is given up for the next one") {
  Bench bench;
  bench.nodes = 2;
  bench.start();
  bench.lies[0].losing = true;
  const EntryId id = bench.add("a");
  bench.cycles(3);
  bench.ahead_ms = 31'000;
  CHECK_FALSE(bench.sender->cycle());
  bench.cycles();
  CHECK(bench.entry(id).state == EntryState::kFinal);
  CHECK(bench.lies[0].submitted == 1);
  CHECK(bench.lies[1].submitted == 1);
}

TEST_CASE("a dead node is given up for the next one, and the transactions with it") {
  Bench bench;
  bench.nodes = 2;
  bench.start();
  const EntryId first = bench.add("a");
  REQUIRE(bench.sender->cycle());
  bench.network.net.advance(2'000);
  bench.lies[0].dead = true;
  CHECK_FALSE(bench.sender->cycle());
  const EntryId second = bench.add("b");
  bench.cycles();
  CHECK(bench.entry(first).state == EntryState::kFinal);
  CHECK(bench.entry(second).state == EntryState::kFinal);
  CHECK(bench.final_puts().size() == 2);
}

TEST_CASE("what a node took before it died is submitted to the next one at once") {
  Bench bench;
  bench.nodes = 2;
  bench.start();
  bench.lies[0].losing = true;
  const EntryId id = bench.add("a");
  REQUIRE(bench.sender->cycle());
  bench.lies[0].dead = true;
  CHECK_FALSE(bench.sender->cycle());
  bench.cycles();
  CHECK(bench.entry(id).state == EntryState::kFinal);
}

TEST_CASE("a disk that fails ends the sender") {
  Bench bench;
  bench.add("a");
  bench.storage.fail_writes(true);
  auto ended = bench.sender->run();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code() == ErrorCode::kIo);
  CHECK(bench.lies[0].submitted == 0);  // nothing leaves that is not durable
}

TEST_CASE("behind a reading that waits, no other of its device is made") {
  Bench bench;
  bench.lies[0].deaf = true;
  const EntryId first = bench.add("a");
  REQUIRE(bench.sender->cycle());
  bench.lies[0].deaf = false;
  const EntryId second = bench.add("b");
  const EntryId other = bench.add("c", "another");
  REQUIRE(bench.sender->cycle());
  CHECK(bench.entry(second).state == EntryState::kQueued);
  CHECK(bench.entry(other).state == EntryState::kMade);
  bench.cycles();
  REQUIRE(bench.final_puts().size() == 3);
  CHECK(bench.final_puts()[1] == *bench.entry(first).transaction);
  CHECK(bench.final_puts()[2] == *bench.entry(second).transaction);
}

TEST_CASE("a patient who is suspended holds her device up, and no other") {
  Bench bench;
  Network& network = bench.network;
  auto suspend = network.transaction(network.institution(0), RegistryBody{Suspend{bench.patient.address()}});
  REQUIRE(network.finish(0, suspend).status == TxStatus::kSuccess);
  const EntryId held = bench.add("a");
  std::vector<Reading> others;
  others.push_back({test::test_keys("other patient").address(), RecordKind::kVitals, 1, {1, 2, 3}});
  auto other = bench.queue->add({"another", bench.gateway.address()}, std::move(others), bench.now_ms());
  REQUIRE(other);
  bench.cycles();
  CHECK(bench.entry(held).state == EntryState::kQueued);
  CHECK(bench.entry(other->ids[0]).state == EntryState::kFinal);
  auto reinstate = network.transaction(network.institution(0), RegistryBody{Reinstate{bench.patient.address()}});
  REQUIRE(network.finish(0, reinstate).status == TxStatus::kSuccess);
  bench.cycles();
  CHECK(bench.entry(held).state == EntryState::kFinal);
}

TEST_CASE("a reader suspended between proof and block costs another transaction, not the reading") {
  Bench bench;
  bench.set_readers({bench.doctor.address()});
  bench.lies[0].losing = true;
  const EntryId id = bench.add("a");
  bench.cycles(2);
  REQUIRE(bench.entry(id).state == EntryState::kMade);
  Network& network = bench.network;
  auto suspend = network.transaction(network.institution(0), RegistryBody{Suspend{bench.doctor.address()}});
  REQUIRE(network.finish(0, suspend).status == TxStatus::kSuccess);
  bench.lies[0].losing = false;
  bench.crash();
  bench.cycles(30);
  const Entry entry = bench.entry(id);
  CHECK(entry.state == EntryState::kFinal);
  CHECK(entry.attempts == 1);
  CHECK(bench.final_puts().size() == 1);
  CHECK(bench.opened_by(id, bench.patient) == "a");
}

TEST_CASE("after committees changed unseen, the gateway proves them with a transaction of its own") {
  Bench bench(test::gateway_genesis(6));
  for (std::size_t k : {1, 2}) {
    auto resign = bench.network.transaction(bench.network.made.validators[k].node, StakeBody{Resign{}});
    REQUIRE(bench.network.finish(0, resign).status == TxStatus::kSuccess);
    bench.network.net.advance(3'000);
  }
  const EntryId id = bench.add("a");
  bench.cycles(40);
  CHECK(bench.entry(id).state == EntryState::kFinal);
}

TEST_CASE("addresses leave what is logged") {
  CHECK(without_addresses("no med1qqqq09az, and med1x.") == "no med1..., and med1....");
  CHECK(without_addresses("nothing") == "nothing");
}

}  // namespace
}  // namespace medchain::gateway
