#include "unit/rocksdb/batches.h"
#include "unit/rocksdb/temporary.h"
#include "unit/storage/conformance.h"

using namespace medchain;
using namespace medchain::testing;

TEST_CASE("RocksDB is a Storage") {
  TemporaryDirectory directory;
  storage_conformance([&] {
    auto storage = open_rocksdb(directory / "data");
    REQUIRE(storage);
    return std::move(*storage);
  });
}

TEST_CASE("RocksDB is a Storage while it flushes") {
  TemporaryDirectory directory;
  storage_conformance([&] {
    auto storage = open_rocksdb(directory / "data", {.write_buffer_bytes = 64 * 1024, .cache_bytes = 0});
    REQUIRE(storage);
    return std::move(*storage);
  });
}

TEST_CASE("Large values are kept apart from keys, and come back from there") {
  TemporaryDirectory directory;
  Bytes large = value_of_batch(1, 100'000);
  for (int round = 0; round < 3; ++round) {  // each opening moves what the log holds into files
    auto storage = open_rocksdb(directory / "data", {.write_buffer_bytes = 256 * 1024});
    REQUIRE(storage);
    for (std::uint32_t i = 0; i < 10; ++i) {
      Batch batch;
      batch.put(Table::kPayloads, number_key(static_cast<std::uint32_t>(round) * 10 + i), large);
      must_write(**storage, batch, true);
    }
    CHECK(entries(**storage, Table::kPayloads).size() == static_cast<std::size_t>(round + 1) * 10);
    CHECK(value_of(**storage, Table::kPayloads, number_key(0)) == large);
  }
  bool blobs = false;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "data")) {
    blobs = blobs || entry.path().extension() == ".blob";
  }
  CHECK(blobs);
}

TEST_CASE("RocksDB keeps no log of its own in the directory: a full disk would end the process there") {
  TemporaryDirectory directory;
  for (int round = 0; round < 2; ++round) {
    auto storage = open_rocksdb(directory / "data");
    REQUIRE(storage);
    must_write(**storage, numbered_batch(0, 100), true);
    for (const auto& entry : std::filesystem::directory_iterator(directory / "data")) {
      CHECK_FALSE(entry.path().filename().string().starts_with("LOG"));
    }
  }
}

TEST_CASE("The write-ahead log stays small while much is written") {
  TemporaryDirectory directory;
  auto storage = open_rocksdb(directory / "data", {.write_buffer_bytes = 1024 * 1024});
  REQUIRE(storage);
  Bytes value(10'000, 7);
  for (std::uint32_t i = 0; i < 2000; ++i) {  // 20 MB over the same ten keys
    Batch batch;
    batch.put(Table::kVotes, number_key(i % 10), value);
    must_write(**storage, batch, false);
  }
  std::uintmax_t logs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "data")) {
    if (entry.path().extension() == ".log") logs += entry.file_size();
  }
  CHECK(logs < 8 * 1024 * 1024);
}
