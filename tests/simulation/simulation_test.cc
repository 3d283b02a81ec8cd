// That the simulation is one: the same seed gives the same history, its disk forgets what a disk forgets, its clocks
// lie.
#include "simulation.h"

#include "clock.h"
#include "support/catch.h"

namespace medchain::simulation {
namespace {

TEST_CASE("A seed replays exactly") {
  for (std::uint64_t seed : {3, 9, 24, 178}) {
    CAPTURE(seed);
    std::string first, second;
    const Plan plan = plan_of(seed);
    const Outcome a = simulate(
        plan, [&](std::uint64_t ms, const std::string& line) { first += std::to_string(ms) + " " + line + "\n"; });
    const Outcome b = simulate(plan_of(seed), [&](std::uint64_t ms, const std::string& line) {
      second += std::to_string(ms) + " " + line + "\n";
    });
    CHECK(a.violation.empty());
    CHECK(a.fingerprint == b.fingerprint);
    CHECK(first == second);
    CHECK(a.fingerprint != simulate(plan_of(seed + 1)).fingerprint);
  }
}

TEST_CASE("A plan keeps to what may be assumed: at most f Byzantine producers, and no lost vote log beside f of them") {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const Plan plan = plan_of(seed);
    std::size_t lost = 0;
    for (const Fault& fault : plan.faults) {
      REQUIRE(fault.host < plan.hosts());
      const bool honest_only = fault.kind >= FaultKind::kOneWay && fault.kind != FaultKind::kMisbehave;
      if (honest_only) REQUIRE_FALSE(plan.is_byzantine(fault.host));
      if (fault.kind == FaultKind::kMisbehave) REQUIRE(plan.is_byzantine(fault.host));
      if (fault.kind == FaultKind::kLoseDisk && fault.host < plan.candidates) ++lost;
    }
    REQUIRE(plan.byzantine.size() + lost <= (plan.members - 1) / 3);
  }
}

TEST_CASE("A power failure keeps what was synced, and any number of the batches after it") {
  for (std::size_t kept = 0; kept <= 4; ++kept) {
    Disk disk{MemoryStorage()};
    for (std::uint8_t i = 0; i < 4; ++i) {
      Batch batch;
      batch.put(Table::kMeta, {i}, {i});
      REQUIRE(disk.write(batch, false));
    }
    disk.sync_until(1);
    disk.power_failure(kept);
    for (std::uint8_t i = 0; i < 4; ++i) {
      const Bytes key{i};
      CHECK(disk.get(Table::kMeta, key)->has_value() == (i < 1 + kept));
      CHECK(disk.durable().get(Table::kMeta, key)->has_value() == (i < 1 + kept));
    }
  }
}

TEST_CASE("A clock that runs fast, jumps and is set right") {
  Clock clock(1'000'000);
  CHECK(clock.read(500).monotonic_ms == 500);
  CHECK(clock.read(500).unix_ms == 1'000'500);
  clock.run_at(1'500, 1'000);
  CHECK(clock.read(2'000).monotonic_ms == 2'500);
  CHECK(clock.true_ms(2'500) == 2'000);
  clock.jump(-4'000);
  CHECK(clock.read(2'000).unix_ms == 1'000'000 + 2'500 - 4'000);
  CHECK(clock.read(2'000).monotonic_ms == 2'500);
  clock.run_at(1'000, 2'000);
  clock.set_right(2'000);
  CHECK(clock.read(3'000).unix_ms == 1'003'000);
  CHECK(clock.read(3'000).monotonic_ms == 3'500);
}

}  // namespace
}  // namespace medchain::simulation
