// What a directory may be when a node starts: absent, empty, ours, locked, somebody else's, incomplete.
#include <cstdlib>

#include "unit/rocksdb/batches.h"
#include "unit/rocksdb/child_process.h"
#include "unit/rocksdb/temporary.h"

using namespace medchain;
using namespace medchain::testing;
namespace fs = std::filesystem;

namespace {

Error refused(const fs::path& directory, const RocksDbOptions& options = {}) {
  auto storage = open_rocksdb(directory, options);
  REQUIRE_FALSE(storage);
  CHECK(storage.error().message().find(directory.string()) != std::string::npos);
  return storage.error();
}

void create(const fs::path& directory) {
  auto storage = open_rocksdb(directory);
  REQUIRE(storage);
  for (std::uint32_t number = 0; number < 5; ++number) REQUIRE((*storage)->write(numbered_batch(number, 100), true));
}

fs::path file_with_extension(const fs::path& directory, std::string_view extension) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == extension) return entry.path();
  }
  FAIL("no file *" << extension);
  return {};
}

}  // namespace

TEST_CASE("What was written is there when the directory is opened again") {
  TemporaryDirectory directory;
  create(directory / "deep/down");
  auto storage = open_rocksdb(directory / "deep/down", {.create_if_missing = false});
  REQUIRE(storage);
  CHECK(prefix_of_batches(**storage, 100) == 5u);
}

TEST_CASE("A store is made only where one is wanted") {
  TemporaryDirectory directory;
  CHECK(refused(directory / "data", {.create_if_missing = false}).code() == ErrorCode::kNotFound);
  CHECK_FALSE(fs::exists(directory / "data"));
}

TEST_CASE("A directory in use is refused with what to do about it") {
  TemporaryDirectory directory;
  SECTION("by this process") {
    auto first = open_rocksdb(directory / "data");
    REQUIRE(first);
    Error error = refused(directory / "data");
    CHECK(error.code() == ErrorCode::kUnavailable);
    CHECK(error.message().find("in use by another process") != std::string::npos);
    CHECK((*first)->write(numbered_batch(0, 10), true));
  }
  SECTION("by another process, until it ends") {
    Child child("hold", directory / "data", 0);
    REQUIRE(child.line() == "open");
    CHECK(refused(directory / "data").code() == ErrorCode::kUnavailable);
    child.end(SIGKILL);
    CHECK(open_rocksdb(directory / "data"));
  }
}

TEST_CASE("A directory that holds something else is refused and left as it is") {
  TemporaryDirectory directory;
  fs::create_directory(directory / "data");
  fs::create_directory(directory / "data/lost+found");  // a file system's own is nobody's
  write_file(directory / "data/letter.txt", view("dear"));
  Error error = refused(directory / "data");
  CHECK(error.code() == ErrorCode::kConflict);
  CHECK(error.message().find("letter.txt") != std::string::npos);
  CHECK(std::distance(fs::directory_iterator(directory / "data"), {}) == 2);

  fs::remove(directory / "data/letter.txt");
  CHECK(open_rocksdb(directory / "data"));
}

TEST_CASE("A store of another format is refused") {
  TemporaryDirectory directory;
  create(directory / "data");
  write_file(directory / "data/medchain-store", view("medchain store, format 2\n"));
  CHECK(refused(directory / "data").code() == ErrorCode::kUnsupportedVersion);
}

TEST_CASE("A crash while the store is made does not stop the next start") {
  TemporaryDirectory directory;
  fs::create_directory(directory / "data");
  SECTION("the marker half written") { write_file(directory / "data/medchain-store.tmp", view("medch")); }
  SECTION("nothing but the marker") {
    write_file(directory / "data/medchain-store", view("medchain store, format 1\n"));
  }
  create(directory / "data");
}

TEST_CASE("A store with a file missing is corrupt, and never taken for a new one") {
  TemporaryDirectory directory;
  create(directory / "data");
  REQUIRE(open_rocksdb(directory / "data"));  // recovery has moved the log's content into table files
  SECTION("CURRENT") { fs::remove(directory / "data/CURRENT"); }
  SECTION("a table file") { fs::remove(file_with_extension(directory / "data", ".sst")); }
  SECTION("CURRENT altered") { write_file(directory / "data/CURRENT", view("MANIFEST-")); }
  CHECK(refused(directory / "data").code() == ErrorCode::kCorrupt);
}

TEST_CASE("A damaged table file is found when it is read") {
  TemporaryDirectory directory;
  create(directory / "data");
  REQUIRE(open_rocksdb(directory / "data"));
  for (const auto& entry : fs::directory_iterator(directory / "data")) {
    if (entry.path().extension() != ".sst") continue;
    Bytes bytes = read_file(entry.path());
    bytes[3] ^= 1;  // in its first data block
    write_file(entry.path(), bytes);
  }
  auto storage = open_rocksdb(directory / "data");
  auto value = storage ? (*storage)->get(Table::kBlocks, number_key(0)) : Result<std::optional<Bytes>>(storage.error());
  REQUIRE_FALSE(value);
  CHECK(value.error().code() == ErrorCode::kCorrupt);
}

TEST_CASE("A directory that cannot be made or written is an error of the system") {
  TemporaryDirectory directory;
  write_file(directory / "file", view("x"));
  CHECK(refused(directory / "file/data").code() == ErrorCode::kIo);
  CHECK(refused("/proc/medchain-test").code() == ErrorCode::kIo);
}
