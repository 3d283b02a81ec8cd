// What a node says of where its CPU time goes.
#include "cpu_times.h"

#include <ctime>
#include <thread>

#include "support/catch.h"

using namespace medchain;
using namespace medchain::rpc;

namespace {

std::uint64_t cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

void work(std::uint64_t us) {
  for (const std::uint64_t end = cpu_us() + us; cpu_us() < end;) {
  }
}

std::uint64_t of(const CpuTimes& times, Stage stage) { return times.microseconds()[static_cast<std::size_t>(stage)]; }

}  // namespace

TEST_CASE("CPU time counts for the innermost stage, and outside of all of them for the rest") {
  CpuTimes times;
  const std::uint64_t before = cpu_us();
  {
    CpuMeter meter(times, Stage::kLoop);
    work(2'000);
    {
      InStage execute(Stage::kExecute);
      work(3'000);
      InStage tree(Stage::kStateTree);
      work(5'000);
    }
    work(1'000);
  }
  const std::uint64_t all = cpu_us() - before;
  // At least its own work, but for what rounding takes; and together no more than all.
  CHECK(of(times, Stage::kLoop) >= 2'990);
  CHECK(of(times, Stage::kExecute) >= 2'990);
  CHECK(of(times, Stage::kStateTree) >= 4'990);
  CHECK(of(times, Stage::kVerify) == 0);
  std::uint64_t sum = 0;
  for (std::uint64_t us : times.microseconds()) sum += us;
  CHECK(sum <= all);
}

TEST_CASE("Several threads add up; one that nobody measures costs nothing and counts for nothing") {
  CpuTimes times;
  auto worker = [&times] {
    CpuMeter meter(times, Stage::kVerify);
    work(2'000);
  };
  std::thread a(worker), b(worker);
  a.join();
  b.join();
  InStage unmeasured(Stage::kStore);
  work(1'000);
  CHECK(of(times, Stage::kVerify) >= 3'990);
  CHECK(of(times, Stage::kStore) == 0);
}
