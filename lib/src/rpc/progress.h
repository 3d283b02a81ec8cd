// What the log says of work that takes long.
#pragma once

#include <cstdint>
#include <string>

namespace medchain::rpc {

// Lets something through at most once in `every_ms`, for the first time that long after `now_ms`.
class Seldom {
 public:
  Seldom(std::uint64_t every_ms, std::uint64_t now_ms) : every_ms_(every_ms), next_ms_(now_ms + every_ms) {}

  bool due(std::uint64_t now_ms) {
    if (now_ms < next_ms_) return false;
    next_ms_ = now_ms + every_ms_;
    return true;
  }

 private:
  std::uint64_t every_ms_;
  std::uint64_t next_ms_;
};

// "1200 of 50000, 2 %, 310 a second, about 157 s left", at the pace of the `ms` in which it came from `from` to `at`.
std::string progress_text(std::uint64_t from, std::uint64_t at, std::uint64_t of, std::uint64_t ms);

}  // namespace medchain::rpc
