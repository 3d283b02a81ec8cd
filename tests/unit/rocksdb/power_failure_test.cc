// A power failure takes what the system was not asked to sync. Here every fdatasync and fsync of the process is noted
// with the size that the file has at that moment; cutting each log to the size noted last is the worst that may happen
// to it.
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "unit/rocksdb/batches.h"
#include "unit/rocksdb/temporary.h"

using namespace medchain;
using namespace medchain::testing;
namespace fs = std::filesystem;

namespace {

std::mutex noted_mutex;
std::map<ino_t, off_t> noted;  // file -> its size when it was last synced

int note(int descriptor, long call) {
  int result = static_cast<int>(::syscall(call, descriptor));
  struct stat file {};
  if (result == 0 && ::fstat(descriptor, &file) == 0) {
    std::lock_guard lock(noted_mutex);
    noted[file.st_ino] = file.st_size;
  }
  return result;
}

void forget_notes() {  // of files that are gone, whose inodes may come again
  std::lock_guard lock(noted_mutex);
  noted.clear();
}

std::map<fs::path, std::uintmax_t> synced_log_sizes(const fs::path& directory) {
  std::lock_guard lock(noted_mutex);
  std::map<fs::path, std::uintmax_t> sizes;
  for (const auto& entry : fs::directory_iterator(directory)) {
    struct stat file {};
    if (entry.path().extension() != ".log" || ::stat(entry.path().c_str(), &file) != 0) continue;
    auto found = noted.find(file.st_ino);
    sizes[entry.path()] = found == noted.end() ? 0 : static_cast<std::uintmax_t>(found->second);
  }
  return sizes;
}

}  // namespace

// The dynamic linker gives RocksDB these in place of the C library's.
extern "C" int fdatasync(int descriptor) { return note(descriptor, SYS_fdatasync); }
extern "C" int fsync(int descriptor) { return note(descriptor, SYS_fsync); }

TEST_CASE("A power failure takes nothing that was synced") {
  constexpr std::size_t kValue = 500;
  for (std::uint32_t batches : {1, 3, 5, 8, 12}) {
    for (std::uint32_t period : {1, 3, 5}) {
      CAPTURE(batches, period);
      forget_notes();
      TemporaryDirectory directory;
      std::uint32_t synced = 0;
      std::map<fs::path, std::uintmax_t> left;
      {
        auto storage = open_rocksdb(directory / "data");
        REQUIRE(storage);
        for (std::uint32_t number = 0; number < batches; ++number) {
          bool sync = number % period == period - 1;
          REQUIRE((*storage)->write(numbered_batch(number, kValue), sync));
          if (sync) synced = number + 1;
        }
        left = synced_log_sizes(directory / "data");
      }
      for (const auto& [log, size] : left) fs::resize_file(log, size);
      auto storage = open_rocksdb(directory / "data");
      REQUIRE(storage);
      CHECK(prefix_of_batches(**storage, kValue) == synced);
    }
  }
}

TEST_CASE("An empty batch with sync makes durable what was written before") {
  forget_notes();
  TemporaryDirectory directory;
  std::map<fs::path, std::uintmax_t> left;
  {
    auto storage = open_rocksdb(directory / "data");
    REQUIRE(storage);
    REQUIRE((*storage)->write(numbered_batch(0, 10), false));
    REQUIRE((*storage)->write({}, true));
    left = synced_log_sizes(directory / "data");
  }
  for (const auto& [log, size] : left) fs::resize_file(log, size);
  auto storage = open_rocksdb(directory / "data");
  REQUIRE(storage);
  CHECK(prefix_of_batches(**storage, 10) == 1u);
}
