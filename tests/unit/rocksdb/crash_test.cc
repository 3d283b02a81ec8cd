#include "unit/rocksdb/batches.h"
#include "unit/rocksdb/child_process.h"
#include "unit/rocksdb/temporary.h"

using namespace medchain;
using namespace medchain::testing;

TEST_CASE("SIGKILL loses nothing that was reported durable, and what is left is a prefix") {
  constexpr std::size_t kValue = 3000;
  TemporaryDirectory directory;
  std::uint32_t before = 0;
  for (int round = 0; round < 8; ++round) {
    CAPTURE(round);
    std::uint32_t reported = 0;
    {
      Child child("write", directory / "data", kValue);
      for (int lines = 1 + round * 17; lines > 0; --lines) {
        auto line = child.line();
        REQUIRE(line);
        reported = static_cast<std::uint32_t>(std::stoul(*line));
      }
      child.kill();
      while (auto line = child.line()) reported = static_cast<std::uint32_t>(std::stoul(*line));  // still in the pipe
    }
    auto storage = open_rocksdb(directory / "data");
    REQUIRE(storage);
    auto kept = prefix_of_batches(**storage, kValue);
    REQUIRE(kept);
    CHECK(*kept > reported);
    CHECK(reported >= before);
    before = reported;
  }
  CHECK(before > 1000 / 8);
}

TEST_CASE("A full disk is an error, stays one, and leaves a prefix") {
  TemporaryDirectory directory;
  Child child("fill", directory / "data", 3000);
  auto line = child.line();
  REQUIRE(line);
  CHECK(child.end(0) == 0);
  auto written = static_cast<std::uint32_t>(std::stoul(*line));
  CHECK(*line == std::to_string(written) + " io io");
  CHECK(written > 10);

  auto storage = open_rocksdb(directory / "data");
  REQUIRE(storage);
  auto kept = prefix_of_batches(**storage, 3000);
  REQUIRE(kept);
  CHECK(*kept >= written);
  CHECK(*kept <= written + 1);  // of the refused batch the system may have kept all
}
