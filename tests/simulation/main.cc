// medchain-sim: whole networks from seeds, each with its faults and its liars, judged from outside.
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>

#include "simulation.h"

namespace medchain::simulation {
namespace {

constexpr const char* kUsage =
    "usage: medchain-sim [--seeds N] [--from S] [--jobs J] [--counts] [--brief]\n"
    "       medchain-sim --seed S [--trace] [--shrink]\n"
    "\n"
    "Simulates one network for each seed: the production engine on every host, with faults and Byzantine producers "
    "that\n"
    "follow from the seed. Stops at the first violation, prints its seed, the shortest schedule of faults that it can\n"
    "find, and the transcript. Exits 0 when nothing was violated, else 1.\n"
    "\n"
    "  --seeds N   how many (100)\n"
    "  --from S    the first one (1)\n"
    "  --jobs J    how many at once (as many as there are processors)\n"
    "  --counts    print what occurred\n"
    "  --brief     of a failure, print the seed and what was violated, and no more\n"
    "  --seed S    only this one\n"
    "  --trace     with --seed: print the transcript\n"
    "  --shrink    with --seed: make the schedule of a failure smaller first\n";

struct Options {
  std::uint64_t seeds = 100, from = 1;
  std::size_t jobs = std::max(1u, std::thread::hardware_concurrency());
  bool one = false, trace = false, shrink = false, counts = false, brief = false;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    auto number = [&](auto& value) {
      if (i + 1 >= argc) return false;
      const char* text = argv[++i];
      const char* end = text + std::strlen(text);
      auto [stop, error] = std::from_chars(text, end, value);
      return error == std::errc() && stop == end;
    };
    if (name == "--trace") {
      options.trace = true;
    } else if (name == "--shrink") {
      options.shrink = true;
    } else if (name == "--brief") {
      options.brief = true;
    } else if (name == "--counts") {
      options.counts = true;
    } else if (name == "--seed") {
      if (!number(options.from)) return std::nullopt;
      options.one = true;
    } else if (!(name == "--seeds" && number(options.seeds)) && !(name == "--from" && number(options.from)) &&
               !(name == "--jobs" && number(options.jobs) && options.jobs > 0)) {
      return std::nullopt;
    }
  }
  return options;
}

void print_line(std::uint64_t time_ms, const std::string& line) {
  std::printf("%8llu ms  %s\n", static_cast<unsigned long long>(time_ms), line.c_str());
}

void report_failure(const Plan& plan, const Outcome& outcome) {
  std::printf("seed %llu: %s\nlooking for the shortest schedule of faults...\n",
              static_cast<unsigned long long>(plan.seed), outcome.violation.c_str());
  std::fflush(stdout);
  const Plan small = smallest(plan);
  std::printf("transcript:\n");
  const Outcome again = simulate(small, print_line);
  std::printf("\n%s\n\nviolated: %s\nagain: medchain-sim --seed %llu --shrink --trace\n", describe(small).c_str(),
              again.violation.c_str(), static_cast<unsigned long long>(plan.seed));
}

int run_one(const Options& options) {
  Plan plan = plan_of(options.from);
  if (options.shrink && !simulate(plan).violation.empty()) plan = smallest(std::move(plan));
  const Outcome outcome = simulate(plan, options.trace ? Trace(print_line) : Trace());
  std::printf("%s\n%s\nfingerprint %016llx\n%s\n", describe(plan).c_str(), describe(outcome.counts).c_str(),
              static_cast<unsigned long long>(outcome.fingerprint),
              outcome.violation.empty() ? "nothing violated" : ("violated: " + outcome.violation).c_str());
  return outcome.violation.empty() ? 0 : 1;
}

int run_many(const Options& options) {
  std::atomic<std::uint64_t> next{options.from};
  std::atomic<std::uint64_t> failed{~0ull};  // the lowest
  const std::uint64_t end = options.from + options.seeds;
  std::mutex mutex;
  Counts total;
  auto work = [&] {
    for (std::uint64_t seed = next++; seed < end && seed < failed; seed = next++) {
      const Outcome outcome = simulate(plan_of(seed));
      std::lock_guard lock(mutex);
      total.add(outcome.counts);
      if (!outcome.violation.empty()) failed = std::min<std::uint64_t>(failed, seed);
    }
  };
  const auto started = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < options.jobs; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (options.counts) std::printf("%s", describe(total).c_str());
  if (failed != ~0ull) {
    const Plan plan = plan_of(failed);
    const Outcome outcome = simulate(plan);
    if (options.brief) {
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(plan.seed), outcome.violation.c_str());
    } else {
      report_failure(plan, outcome);
    }
    return 1;
  }
  std::printf("%llu seeds from %llu in %.1f s: nothing violated\n", static_cast<unsigned long long>(options.seeds),
              static_cast<unsigned long long>(options.from), seconds);
  return 0;
}

}  // namespace
}  // namespace medchain::simulation

int main(int argc, char** argv) {
  using namespace medchain::simulation;
  const auto options = parse(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return options->one ? run_one(*options) : run_many(*options);
}
