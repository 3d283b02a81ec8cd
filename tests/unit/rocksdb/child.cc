// rocksdb_child MODE DIRECTORY VALUE_BYTES
//   write  numbered batches for ever, every third synced; prints the number of each batch once it is durable
//   hold   opens, prints "open", waits for its standard input to end
//   fill   writes until the system refuses, then once more when it would not; prints the number of batches written and
//          what both writes gave
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "unit/rocksdb/batches.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

int write_for_ever(Storage& storage, std::size_t size) {
  auto first = prefix_of_batches(storage, size);
  if (!first) return 3;
  for (std::uint32_t number = *first;; ++number) {
    bool sync = number % 3 == 2;
    if (!storage.write(numbered_batch(number, size), sync)) return 4;
    if (sync) std::cout << number << std::endl;
  }
}

int hold() {
  std::cout << "open" << std::endl;
  while (std::getchar() != EOF) {
  }
  return 0;
}

// A limit on the size of files stands for a full disk: writes fail with an error.
void limit_files_to(rlim_t bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

int fill(Storage& storage, std::size_t size) {
  for (std::uint32_t number = 0;; ++number) {
    auto written = storage.write(numbered_batch(number, size), true);
    if (written) continue;
    limit_files_to(RLIM_INFINITY);
    auto again = storage.write(numbered_batch(number, 1), true);
    std::cout << number << " " << error_name(written.error().code()) << " "
              << (again ? "written" : error_name(again.error().code())) << std::endl;
    return 0;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::string mode = argv[1];
  if (mode == "fill") {
    signal(SIGXFSZ, SIG_IGN);
    limit_files_to(256 * 1024);
  }
  RocksDbOptions options;
  if (mode == "write") options.write_buffer_bytes = 512 * 1024;  // so that tables are flushed now and then
  auto storage = open_rocksdb(argv[2], options);
  if (!storage) {
    std::cout << error_name(storage.error().code()) << std::endl;
    return 1;
  }
  auto size = static_cast<std::size_t>(std::atoi(argv[3]));
  if (mode == "write") return write_for_ever(**storage, size);
  if (mode == "fill") return fill(**storage, size);
  return hold();
}
