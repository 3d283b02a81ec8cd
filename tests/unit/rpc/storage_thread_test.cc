#include "storage_thread.h"

#include <future>
#include <map>
#include <random>

#include "support/catch.h"

namespace medchain::rpc {
namespace {

CpuTimes cpu_times;

Bytes bytes(std::string_view text) { return to_bytes(view(text)); }

Outputs::Write put(std::string_view key, std::string_view value, bool sync = false, std::uint64_t token = 0) {
  Outputs::Write write;
  write.batch.put(Table::kBlocks, bytes(key), bytes(value));
  write.sync = sync;
  write.token = token;
  return write;
}
Outputs::Write erase(std::string_view key) {
  Outputs::Write write;
  write.batch.erase(Table::kBlocks, bytes(key));
  return write;
}

// A disk that writes only while its gate is open, and counts what it is asked.
class GatedDisk final : public Storage {
 public:
  Result<std::optional<Bytes>> get(Table table, ByteView key) const override { return disk.get(table, key); }
  Result<void> scan(Table table, ByteView from, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return disk.scan(table, from, visit);
  }
  Result<void> write(const Batch& batch, bool sync) override {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return open; });
    ++writes;
    if (sync) ++syncs;
    return disk.write(batch, sync);
  }
  void set_open(bool value) {
    std::lock_guard lock(mutex);
    open = value;
    changed.notify_all();
  }

  MemoryStorage disk;
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int writes = 0;
  int syncs = 0;
};

std::string scanned(const Storage& storage, std::string_view from = "") {
  std::string found;
  REQUIRE(storage.scan(Table::kBlocks, view(from), [&](ByteView key, ByteView value) {
    found += std::string(text(key)) + "=" + std::string(text(value)) + " ";
    return true;
  }));
  return found;
}

std::string got(const Storage& storage, std::string_view key) {
  auto value = storage.get(Table::kBlocks, view(key));
  REQUIRE(value);
  return *value ? std::string(text(**value)) : "nothing";
}

template <class... Writes>
std::vector<Outputs::Write> list(Writes... writes) {
  std::vector<Outputs::Write> all;
  (all.push_back(std::move(writes)), ...);
  return all;
}

TEST_CASE("what is handed over can be read at once, before and after it reaches the disk") {
  GatedDisk disk;
  {
    Batch batch;
    for (const char* key : {"a", "c", "e"}) batch.put(Table::kBlocks, bytes(key), bytes("old"));
    REQUIRE(disk.disk.write(batch, true));
  }
  std::promise<void> durable;
  StorageThread storage(disk, cpu_times, {[&](std::vector<std::uint64_t>) { durable.set_value(); }, [](Error) {}});
  storage.enqueue(list(put("b", "1"), put("c", "2"), erase("e"), put("b", "3"), put("f", "4"), put("f", "5", true, 7)));
  auto check = [&] {
    CHECK(got(storage, "a") == "old");
    CHECK(got(storage, "b") == "3");
    CHECK(got(storage, "c") == "2");
    CHECK(got(storage, "e") == "nothing");
    CHECK(got(storage, "f") == "5");
    CHECK(scanned(storage) == "a=old b=3 c=2 f=5 ");
    CHECK(scanned(storage, "b") == "b=3 c=2 f=5 ");
    CHECK(scanned(storage, "bb") == "c=2 f=5 ");
    CHECK(scanned(storage, "g").empty());
    int visits = 0;
    REQUIRE(storage.scan(Table::kBlocks, {}, [&](ByteView, ByteView) { return ++visits < 2; }));
    CHECK(visits == 2);
  };
  check();
  disk.set_open(true);
  durable.get_future().wait();
  check();
  CHECK(scanned(disk) == "a=old b=3 c=2 f=5 ");
}

TEST_CASE("what is queued together shares one sync, and tokens come in order") {
  GatedDisk disk;
  std::mutex mutex;
  std::vector<std::uint64_t> tokens;
  std::promise<void> last;
  {
    StorageThread storage(disk, cpu_times,
                          {[&](std::vector<std::uint64_t> durable) {
                             std::lock_guard lock(mutex);
                             tokens.insert(tokens.end(), durable.begin(), durable.end());
                             if (tokens.back() == 20) last.set_value();
                           },
                           [](Error) {}});
    storage.enqueue(list(put("first", "", true, 1)));  // the thread waits at the gate with this one or with all
    for (std::uint64_t token = 2; token <= 20; ++token) {
      storage.enqueue(list(put(std::to_string(token), "", true, token)));
    }
    disk.set_open(true);
    last.get_future().wait();
  }
  CHECK(disk.writes == 20);
  CHECK(disk.syncs <= 3);
  CHECK(disk.syncs >= 1);
  for (std::uint64_t i = 0; i < 20; ++i) CHECK(tokens[i] == i + 1);
  disk.disk.crash();
  CHECK(got(disk, "20").empty());  // synced: it survives
}

TEST_CASE("a sync wanted early in a group covers it") {
  MemoryStorage disk;
  {
    StorageThread storage(disk, cpu_times, {[](std::vector<std::uint64_t>) {}, [](Error) {}});
    storage.enqueue(list(put("a", "1", true, 1), put("b", "2")));
  }
  disk.crash();
  CHECK(got(disk, "a") == "1");
}

TEST_CASE("the destructor writes what was handed over") {
  MemoryStorage disk;
  {
    StorageThread storage(disk, cpu_times, {[](std::vector<std::uint64_t>) {}, [](Error) {}});
    for (int i = 0; i < 1000; ++i) storage.enqueue(list(put(std::to_string(i), "x")));
  }
  for (int i = 0; i < 1000; ++i) CHECK(got(disk, std::to_string(i)) == "x");
}

TEST_CASE("after a failed write nothing is written or called durable") {
  MemoryStorage disk;
  disk.fail_writes(true);
  std::promise<Error> failed;
  std::atomic<int> durable{0};
  {
    StorageThread storage(
        disk, cpu_times,
        {[&](std::vector<std::uint64_t>) { ++durable; }, [&](Error error) { failed.set_value(std::move(error)); }});
    storage.enqueue(list(put("a", "1", true, 1)));
    CHECK(failed.get_future().get().code() == ErrorCode::kIo);
    disk.fail_writes(false);
    storage.enqueue(list(put("b", "2", true, 2)));
    CHECK_FALSE(storage.write({}, true));
  }
  CHECK(durable == 0);
  CHECK(got(disk, "a") == "nothing");
  CHECK(got(disk, "b") == "nothing");
}

TEST_CASE("write() waits until the disk has it") {
  MemoryStorage disk;
  StorageThread storage(disk, cpu_times, {[](std::vector<std::uint64_t>) {}, [](Error) {}});
  Batch batch;
  batch.put(Table::kBlocks, bytes("k"), bytes("v"));
  REQUIRE(storage.write(batch, true));
  disk.crash();
  CHECK(got(disk, "k") == "v");
}

// Batches with keys in any order and some of them twice; the disk stands still for a while and catches up.
TEST_CASE("what is pending over what is on the disk reads as one map") {
  std::mt19937_64 random(20261123);
  GatedDisk disk;
  disk.set_open(true);
  std::map<std::string, std::string> twin;
  StorageThread thread(disk, cpu_times, {[](std::vector<std::uint64_t>) {}, [](Error) {}});
  auto expected = [&](const std::string& from) {
    std::string found;
    for (auto entry = twin.lower_bound(from); entry != twin.end(); ++entry) {
      found += entry->first + "=" + entry->second + " ";
    }
    return found;
  };
  for (int round = 0; round < 300; ++round) {
    if (round % 10 == 0) disk.set_open(round % 20 == 0);
    Outputs::Write write;
    for (std::uint64_t i = random() % 12; i > 0; --i) {
      const std::string key(1, static_cast<char>('a' + random() % 26));
      if (random() % 3 == 0) {
        write.batch.erase(Table::kBlocks, bytes(key));
        twin.erase(key);
      } else {
        const std::string value = std::to_string(random() % 1000);
        write.batch.put(Table::kBlocks, bytes(key), bytes(value));
        twin[key] = value;
      }
    }
    std::vector<Outputs::Write> writes;
    writes.push_back(std::move(write));
    thread.enqueue(std::move(writes));
    const std::string key(1, static_cast<char>('a' + random() % 26));
    REQUIRE(scanned(thread, key) == expected(key));
    auto at = twin.find(key);
    REQUIRE(got(thread, key) == (at == twin.end() ? "nothing" : at->second));
  }
  disk.set_open(true);
}

}  // namespace
}  // namespace medchain::rpc
