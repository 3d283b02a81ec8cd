// The write-ahead log cut off, as a crash may leave it, and damaged, as no crash does.
#include "unit/rocksdb/batches.h"
#include "unit/rocksdb/temporary.h"

using namespace medchain;
using namespace medchain::testing;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHeader = 7;  // checksum, length, type: of a record of RocksDB's log

// A closed store whose batches are all in the log, and copies of it with another log.
class ClosedStore {
 public:
  ClosedStore(std::uint32_t batches, std::size_t value_bytes) : value_bytes_(value_bytes) {
    {
      auto storage = open_rocksdb(directory_ / "original");
      REQUIRE(storage);
      for (std::uint32_t number = 0; number < batches; ++number) {
        REQUIRE((*storage)->write(numbered_batch(number, value_bytes), true));
      }
    }
    for (const auto& entry : fs::directory_iterator(directory_ / "original")) {
      if (entry.path().extension() == ".log" && entry.file_size() > 0) name_ = entry.path().filename().string();
    }
    log_ = read_file(directory_ / "original" / name_);
  }

  const Bytes& log() const { return log_; }

  // Where each record begins, and the end; for logs within one block.
  std::vector<std::size_t> records() const {
    std::vector<std::size_t> starts{0};
    while (starts.back() < log_.size()) {
      std::size_t at = starts.back();
      starts.push_back(at + kHeader + log_[at + 4] + 256u * log_[at + 5]);
    }
    REQUIRE(starts.back() == log_.size());
    return starts;
  }

  // The number of batches found with this log instead; kCorrupt passes through, anything else fails the test.
  Result<std::uint32_t> batches_with(ByteView log) {
    fs::path copy = directory_ / "copy";
    fs::remove_all(copy);
    fs::copy(directory_ / "original", copy);
    write_file(copy / name_, log);
    auto storage = open_rocksdb(copy);
    if (!storage) {
      CHECK(storage.error().code() == ErrorCode::kCorrupt);
      return storage.error();
    }
    auto kept = prefix_of_batches(**storage, value_bytes_);
    REQUIRE(kept);
    return *kept;
  }

 private:
  TemporaryDirectory directory_;
  std::size_t value_bytes_;
  std::string name_;
  Bytes log_;
};

}  // namespace

TEST_CASE("A log cut off anywhere in its last records gives the batches before the cut") {
  ClosedStore store(6, 20);
  auto records = store.records();
  REQUIRE(records.size() == 7);
  for (std::size_t cut = records[4]; cut <= store.log().size(); cut += cut % 5 == 0 ? 3 : 7) {
    CAPTURE(cut);
    std::uint32_t whole = cut >= records[6] ? 6 : cut >= records[5] ? 5 : 4;
    CHECK(store.batches_with(ByteView(store.log()).first(cut)).value() == whole);
  }
  CHECK(store.batches_with({}).value() == 0);
}

TEST_CASE("A log cut off within a batch of several blocks gives the batches before it") {
  ClosedStore store(3, 70'000);
  for (std::size_t cut : {store.log().size() - 1, store.log().size() - 40'000, store.log().size() - 68'000}) {
    CAPTURE(cut);
    CHECK(store.batches_with(ByteView(store.log()).first(cut)).value() == 2);
  }
}

// Where 7 bytes are left in a block, RocksDB writes a header there, and all of the data in the next.
TEST_CASE("A batch may begin anywhere at a block's end") {
  constexpr std::size_t kBlock = 32 * 1024, kNear = 32'000;
  const std::size_t beside = ClosedStore(1, kNear).log().size() - kNear;
  for (std::size_t left = 0; left <= 2 * kHeader; ++left) {
    CAPTURE(left);
    ClosedStore store(3, kBlock - left - beside);
    CHECK(store.batches_with(store.log()).value() == 3);
    CHECK(store.batches_with(ByteView(store.log()).first(kBlock)).value() == 1);  // cut off there
  }
}

TEST_CASE("Zeros after the log's end, as a file system may leave them, are no damage") {
  ClosedStore store(3, 20);
  Bytes log = store.log();
  log.resize(log.size() + 5000);
  CHECK(store.batches_with(log).value() == 3);
}

TEST_CASE("A byte altered before the last record is damage: nothing is dropped in silence") {
  ClosedStore store(4, 20);
  auto records = store.records();
  for (std::size_t record = 0; record < 3; ++record) {
    for (std::size_t at = records[record]; at < records[record + 1]; at += at < records[record] + kHeader ? 1 : 11) {
      for (std::uint8_t flip : {0x01, 0x04, 0x80}) {
        CAPTURE(record, at - records[record], flip);
        Bytes log = store.log();
        log[at] ^= flip;
        CHECK_FALSE(store.batches_with(log));
      }
    }
  }
}

TEST_CASE("A byte altered in the last record, whose bytes are all there, is damage: it may have been synced") {
  ClosedStore store(3, 20);
  auto records = store.records();
  for (std::size_t at : {records[2], records[2] + 3, records[2] + 6, records[2] + 20, store.log().size() - 1}) {
    CAPTURE(at - records[2]);
    Bytes log = store.log();
    log[at] ^= 4;
    CHECK_FALSE(store.batches_with(log));
  }
}

TEST_CASE("A byte altered in any block of a log of many is damage") {
  ClosedStore store(100, 2000);
  REQUIRE(store.log().size() > 6 * 32 * 1024);
  for (std::size_t block = 0; block + 1 < store.log().size() / (32 * 1024); ++block) {
    for (std::size_t in_header : {0, 4, 5, 6, 100}) {
      CAPTURE(block, in_header);
      Bytes log = store.log();
      log[block * 32 * 1024 + in_header] ^= 4;
      CHECK_FALSE(store.batches_with(log));
    }
  }
}

TEST_CASE("A page of zeros within the log is damage") {
  ClosedStore store(20, 1000);
  Bytes log = store.log();
  std::fill_n(log.begin() + 4096, 4096, std::uint8_t{0});
  CHECK_FALSE(store.batches_with(log));
  auto records = store.records();
  log = store.log();
  std::fill(log.begin() + static_cast<std::ptrdiff_t>(records[5]),
            log.begin() + static_cast<std::ptrdiff_t>(records[6]), std::uint8_t{0});
  CHECK_FALSE(store.batches_with(log));
}

TEST_CASE("A batch taken out of the log is missed: what follows it is no prefix") {
  ClosedStore store(5, 20);
  auto records = store.records();
  for (std::size_t record : {1, 2, 3}) {
    CAPTURE(record);
    Bytes log(store.log().begin(), store.log().begin() + static_cast<std::ptrdiff_t>(records[record]));
    append(log, ByteView(store.log()).subspan(records[record + 1]));
    CHECK_FALSE(store.batches_with(log));
  }
}
