// What every benchmark here needs: to notice when what it measures does not work, to say how much one iteration did,
// and the twin's hash.
//
// A benchmark X stands beside X/raw (before its arguments: X/raw/64): the primitive that X is made of, or the simplest
// thing that does X's work without keeping X's promises. benchmarks/micro prints the ratio of the two.
#pragma once

#include <benchmark/benchmark.h>

#include <filesystem>
#include <source_location>

#include "medchain/assert.h"
#include "medchain/bytes.h"

namespace medchain::benchmark {

using State = ::benchmark::State;

inline void check(bool good, std::source_location at = std::source_location::current()) {
  const auto line = static_cast<int>(at.line());
  if (!good) assertion_failed("check", "a benchmark of what does not work", at.file_name(), line);
}

inline void count_bytes(State& state, std::size_t each) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * each));
}

// Each iteration did `each` of `what`: a "transaction", "block", "replica", "key" or "hash", which benchmarks/micro
// knows.
inline void count(State& state, const char* what, std::size_t each) {
  state.counters[what] =
      ::benchmark::Counter(static_cast<double>(each), ::benchmark::Counter::kIsIterationInvariantRate);
}

// SHA-256 as OpenSSL has it, with nothing around it.
void raw_sha256(ByteView data, std::array<std::uint8_t, 32>& digest);

// A directory that goes with its owner.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace medchain::benchmark
