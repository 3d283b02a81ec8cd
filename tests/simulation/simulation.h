// One simulated network from its plan to its verdict.
//
//   Outcome outcome = simulate(plan_of(seed));
//   if (!outcome.violation.empty()) print(describe(smallest(plan, outcome)));
#pragma once

#include <functional>
#include <string>

#include "adversary.h"
#include "network.h"
#include "plan.h"

namespace medchain::simulation {

// What occurred: a simulation in which little did proves little.
struct Counts {
  std::size_t seeds = 0, blocks = 0, transactions = 0, asked_again = 0;
  std::size_t view_changes = 0, handovers = 0, keys_rotated = 0;
  std::size_t crashes = 0, disks_lost = 0, disk_errors = 0, partitions = 0, disconnections = 0, clock_faults = 0;
  std::size_t messages = 0, lost = 0, doubled = 0;
  std::size_t byzantine_hosts = 0, twins = 0, barred = 0;
  Misdeeds misdeeds;
  std::uint64_t simulated_ms = 0;
  void add(const Counts& other);
};
std::string describe(const Counts& counts);

struct Outcome {
  std::string violation;  // empty: nothing that must not happen
  Counts counts;
  std::uint64_t fingerprint = 0;  // the same for the same plan, whenever and wherever it runs
};

// `trace`, if given, receives a line for whatever happens.
using Trace = std::function<void(std::uint64_t time_ms, const std::string& line)>;
Outcome simulate(const Plan& plan, const Trace& trace = {});

// The plan with as few faults as could be found that still fails, each tried by simulating it.
Plan smallest(Plan failing, std::size_t most_runs = 200);

}  // namespace medchain::simulation
