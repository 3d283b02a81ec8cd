#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "support/catch.h"

namespace medchain::testing {

// rocksdb_child, with its output read line by line. A process of its own and not a fork: RocksDB keeps threads.
class Child {
 public:
  Child(const char* mode, const std::filesystem::path& directory, std::size_t value_bytes) {
    int to[2];
    int from[2];
    REQUIRE((::pipe(to) == 0 && ::pipe(from) == 0));
    std::string path = directory.string();
    std::string size = std::to_string(value_bytes);
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
      ::dup2(to[0], 0);
      ::dup2(from[1], 1);
      for (int descriptor : {to[0], to[1], from[0], from[1]}) ::close(descriptor);
      ::execl(MEDCHAIN_ROCKSDB_CHILD, MEDCHAIN_ROCKSDB_CHILD, mode, path.c_str(), size.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    input_ = to[1];
    output_ = ::fdopen(from[0], "r");
    REQUIRE(output_ != nullptr);
  }
  ~Child() { end(SIGKILL); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Nothing at the end of its output.
  std::optional<std::string> line() {
    char buffer[256];
    if (!std::fgets(buffer, sizeof buffer, output_)) return std::nullopt;
    std::string line = buffer;
    if (!line.empty() && line.back() == '\n') line.pop_back();
    return line;
  }

  void kill() { REQUIRE(::kill(process_, SIGKILL) == 0); }

  // The status that waitpid gives; the child has been sent `signal`, or nothing if 0.
  int end(int signal) {
    if (process_ <= 0) return 0;
    ::close(input_);
    if (signal != 0) ::kill(process_, signal);
    int status = 0;
    ::waitpid(process_, &status, 0);
    std::fclose(output_);
    process_ = 0;
    return status;
  }

 private:
  pid_t process_ = 0;
  int input_ = -1;
  std::FILE* output_ = nullptr;
};

}  // namespace medchain::testing
