// Seeds: whatever goes wrong at random, no two honest nodes decide differently, none contradicts itself, and once the
// network works again everybody goes on. MEDCHAIN_SEEDS=n runs n of them, MEDCHAIN_SEED=s one, with its transcript.
#include <cstdlib>
#include <iostream>

#include "random_network.h"
#include "support/catch.h"

namespace medchain::scenarios {
namespace {

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

std::string run_seed(std::uint64_t seed, Accidents& total, bool trace) {
  const std::size_t members = seed % 2 == 0 ? 4 : 7;
  RandomNetwork network(seed, members, seed / 2 % (members / 3 + 1));
  if (trace) network.trace([](const std::string& line) { std::cout << line << "\n"; });
  std::string verdict = network.run();
  const Accidents& a = network.accidents();
  total.crashes += a.crashes;
  total.losses += a.losses;
  total.duplicates += a.duplicates;
  total.partitions += a.partitions;
  total.byzantine_messages += a.byzantine_messages;
  total.views_changed += a.views_changed;
  total.heights += a.heights;
  return verdict;
}

}  // namespace

TEST_CASE("networks with random accidents and Byzantine members agree, and go on when healed") {
  const std::uint64_t chosen = environment("MEDCHAIN_SEED", 0);
  const std::uint64_t last = chosen ? chosen : environment("MEDCHAIN_SEEDS", 300);
  Accidents total;
  for (std::uint64_t seed = chosen ? chosen : 1; seed <= last; ++seed) {
    CAPTURE(seed);
    CHECK(run_seed(seed, total, chosen != 0) == "");
  }
  std::cout << "heights " << total.heights << ", of which in a later view " << total.views_changed << "; crashes "
            << total.crashes << ", losses " << total.losses << ", duplicates " << total.duplicates << ", partitions "
            << total.partitions << ", Byzantine messages " << total.byzantine_messages << "\n";
  if (last < 100 || chosen) return;
  // A simulation in which little happened proves little.
  CHECK(total.views_changed > last);
  CHECK(total.crashes > last);
  CHECK(total.partitions > last);
  CHECK(total.byzantine_messages > 10 * last);
}

TEST_CASE("a seed replays exactly") {
  std::string first, second;
  for (std::string* transcript : {&first, &second}) {
    RandomNetwork network(77, 4, 1);
    network.trace([&](const std::string& line) { *transcript += line + "\n"; });
    CHECK(network.run() == "");
  }
  CHECK(first.size() > 1000);
  CHECK(first == second);
}

}  // namespace medchain::scenarios
