// A file without a disk.
#pragma once

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "medchain/assert.h"
#include "medchain/bytes.h"

namespace medchain::fuzz {

class MemoryFile {
 public:
  explicit MemoryFile(ByteView content) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    MEDCHAIN_ASSERT(descriptor_ >= 0, "the system has no file descriptor left");
    const auto written = ::write(descriptor_, content.data(), content.size());
    MEDCHAIN_ASSERT(written == static_cast<ssize_t>(content.size()), "memory takes everything");
    MEDCHAIN_ASSERT(::fchmod(descriptor_, 0600) == 0, "the file is ours");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  // Gives it this number too. All of them lie in one directory, where "number" is its path from any other.
  void also_as(int number) const {
    MEDCHAIN_ASSERT(::dup2(descriptor_, number) == number, "the system has no file descriptor left");
  }

 private:
  int descriptor_;
};

}  // namespace medchain::fuzz
