#include "plan.h"

#include <algorithm>

#include "medchain/committee.h"

namespace medchain::simulation {
namespace {

constexpr const char* kFaultNames[] = {"loss",       "delay",      "duplicate",   "lose commits", "partition",
                                       "one way",    "disconnect", "crash",       "stop",         "slow",
                                       "slow disk",  "disk full",  "read errors", "lose disk",    "clock rate",
                                       "clock jump", "stay away",  "misbehave"};
constexpr const char* kBehaviourNames[] = {"silent",        "selective",   "withhold votes", "withhold payloads",
                                           "equivocate",    "double vote", "vote for all",   "replay",
                                           "foreign chain", "huge",        "forge",          "bad block",
                                           "censor",        "flood",       "lie to sync"};
static_assert(std::size(kFaultNames) == static_cast<std::size_t>(FaultKind::kMisbehave) + 1);
static_assert(std::size(kBehaviourNames) == kBehaviours);

void choose_shape(Plan& plan, Rng& rng) {
  constexpr std::size_t kSizes[] = {4, 4, 4, 4, 4, 4, 4, 7, 7, 10};
  plan.members = kSizes[rng.below(std::size(kSizes))];
  const std::size_t f = faults_of(plan.members);
  // However many are Byzantine and barred, and with one more that has resigned, n are left.
  plan.candidates = plan.members + f + 1;
  plan.hospitals = plan.candidates + 1;
  const std::size_t byzantine = rng.chance(25) ? 0 : 1 + rng.below(f);
  while (plan.byzantine.size() < byzantine) {
    const std::size_t chosen = rng.below(plan.candidates);
    if (std::ranges::find(plan.byzantine, chosen) == plan.byzantine.end()) plan.byzantine.push_back(chosen);
  }
  plan.twins = byzantine > 0 && rng.chance(20);
  plan.real_signatures = plan.seed % 10 == 9;
}

class Faults {
 public:
  Faults(Plan& plan, Rng& rng) : plan_(plan), rng_(rng) {}

  void add(FaultKind kind, std::uint64_t lasts_ms, std::size_t host, std::uint64_t amount) {
    plan_.faults.push_back({rng_.below(plan_.trouble_ms), lasts_ms, kind, host, amount});
  }
  std::size_t honest_host() {
    std::size_t host = 0;
    do host = rng_.below(plan_.hospitals);
    while (plan_.is_byzantine(host));
    return host;
  }
  std::uint64_t a_while(std::uint64_t most_ms) { return 50 + rng_.below(most_ms); }

  void network() {
    if (rng_.chance(60)) add(FaultKind::kLoss, a_while(plan_.trouble_ms), 0, 1 + rng_.below(30));
    if (rng_.chance(70)) add(FaultKind::kDelay, a_while(plan_.trouble_ms), 0, 10 + rng_.below(600));
    if (rng_.chance(40)) add(FaultKind::kDuplicate, a_while(plan_.trouble_ms), 0, 1 + rng_.below(20));
    if (rng_.chance(50)) add(FaultKind::kLoseCommits, a_while(plan_.trouble_ms), 0, 20 + rng_.below(70));
    for (std::size_t i = rng_.below(3); i > 0; --i) add(FaultKind::kPartition, a_while(2'500), 0, rng_.next());
    for (std::size_t i = rng_.below(3); i > 0; --i)
      add(FaultKind::kOneWay, a_while(1'500), honest_host(), rng_.below(2));
    for (std::size_t i = rng_.below(3); i > 0; --i) add(FaultKind::kDisconnect, a_while(1'000), honest_host(), 0);
  }

  void hosts() {
    for (std::size_t i = rng_.below(8); i > 0; --i) {
      add(FaultKind::kCrash, rng_.chance(50) ? rng_.below(30) : a_while(2'000), honest_host(), rng_.below(6));
    }
    if (rng_.chance(10)) {  // all at once
      const std::uint64_t at_ms = rng_.below(plan_.trouble_ms);
      for (std::size_t host = 0; host < plan_.hospitals; ++host) {
        if (!plan_.is_byzantine(host)) {
          plan_.faults.push_back({at_ms, 10 + rng_.below(400), FaultKind::kCrash, host, rng_.below(3)});
        }
      }
    }
    for (std::size_t i = rng_.below(3); i > 0; --i) add(FaultKind::kStop, a_while(2'000), honest_host(), 0);
    if (rng_.chance(40)) add(FaultKind::kSlow, a_while(3'000), honest_host(), 1 + rng_.below(15));
    if (rng_.chance(40)) add(FaultKind::kSlowDisk, a_while(3'000), honest_host(), 10 + rng_.below(300));
    if (rng_.chance(30)) add(FaultKind::kDiskFull, a_while(1'500), honest_host(), 0);
    if (rng_.chance(25)) add(FaultKind::kReadErrors, a_while(800), honest_host(), 0);
    if (rng_.chance(50)) add(FaultKind::kClockRate, a_while(3'000), honest_host(), 700 + rng_.below(800));
    if (rng_.chance(50)) add(FaultKind::kClockJump, 0, honest_host(), 100'000 + rng_.below(8'000) - 4'000);
    if (rng_.chance(40)) add(FaultKind::kClockJump, 0, plan_.hospitals - 1, 100'000 - 5'000 - rng_.below(30'000));
    if (rng_.chance(40)) {
      plan_.faults.push_back({0, a_while(plan_.trouble_ms), FaultKind::kStayAway, plan_.hospitals - 1, 0});
    }
    // A producer without its vote log must not vote again: it counts among the f.
    if (plan_.byzantine.size() < faults_of(plan_.members) && rng_.chance(40)) {
      add(FaultKind::kLoseDisk, a_while(500), honest_host(), 0);
    } else if (rng_.chance(30)) {
      add(FaultKind::kLoseDisk, a_while(500), plan_.hospitals - 1, 0);  // a follower's
    }
  }

  // What harms only at a rare moment is tried more often.
  Behaviour behaviour() {
    if (rng_.chance(20)) return Behaviour::kForge;
    if (rng_.chance(10)) return Behaviour::kBadBlock;
    return static_cast<Behaviour>(rng_.below(kBehaviours));
  }

  void byzantine() {
    for (std::size_t host = 0; host < plan_.hosts(); ++host) {
      if (!plan_.is_byzantine(host)) continue;
      for (std::size_t i = 1 + rng_.below(5); i > 0; --i) {
        const std::uint64_t at_ms = rng_.below(plan_.trouble_ms);
        const std::uint64_t lasts_ms = rng_.chance(50) ? 1'000'000 : a_while(plan_.trouble_ms);
        plan_.faults.push_back({at_ms, lasts_ms, FaultKind::kMisbehave, host, static_cast<std::uint64_t>(behaviour())});
      }
    }
  }

 private:
  Plan& plan_;
  Rng& rng_;
};

}  // namespace

bool Plan::is_byzantine(std::size_t host) const {
  return std::ranges::find(byzantine, hospital_of(host)) != byzantine.end();
}

const char* name_of(Behaviour behaviour) { return kBehaviourNames[static_cast<std::size_t>(behaviour)]; }

std::string describe(const Fault& fault) {
  std::string text = "at " + std::to_string(fault.at_ms) + " ms";
  if (fault.lasts_ms > 0) text += " for " + std::to_string(fault.lasts_ms) + " ms";
  text += ": ";
  text += kFaultNames[static_cast<std::size_t>(fault.kind)];
  if (fault.kind > FaultKind::kPartition) text += ", host " + std::to_string(fault.host);
  if (fault.kind == FaultKind::kMisbehave) return text + ", " + kBehaviourNames[fault.amount];
  return text + ", " + std::to_string(fault.amount);
}

std::string describe(const Plan& plan) {
  std::string text = "seed " + std::to_string(plan.seed) + ": committee of " + std::to_string(plan.members) + ", " +
                     std::to_string(plan.candidates) + " candidates, " + std::to_string(plan.hosts()) + " hosts, " +
                     (plan.real_signatures ? "real" : "simulated") + " signatures; Byzantine:";
  for (std::size_t host : plan.byzantine) text += " " + std::to_string(host);
  if (plan.byzantine.empty()) text += " none";
  if (plan.twins) text += ", host " + std::to_string(plan.hosts() - 1) + " has the key of the first";
  for (const Fault& fault : plan.faults) text += "\n  " + describe(fault);
  return text;
}

Plan plan_of(std::uint64_t seed) {
  Plan plan;
  plan.seed = seed;
  Rng rng(seed);
  choose_shape(plan, rng);
  plan.trouble_ms = 3'000 + rng.below(4'000);
  Faults faults(plan, rng);
  faults.network();
  faults.hosts();
  faults.byzantine();
  std::ranges::stable_sort(plan.faults, {}, &Fault::at_ms);
  return plan;
}

}  // namespace medchain::simulation
