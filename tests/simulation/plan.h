// A simulation's plan: who takes part, who is Byzantine, and every fault with its time. All of it follows from a seed,
// and any fault may be left out, which is how a failure is made small.
#pragma once

#include <string>
#include <vector>

#include "support/rng.h"

namespace medchain::simulation {

using test::Rng;

enum class FaultKind : std::uint8_t {
  kLoss,         // amount: percent of messages, of all links
  kDelay,        // amount: most milliseconds
  kDuplicate,    // amount: percent
  kLoseCommits,  // amount: percent of these, so that blocks are prepared and not decided
  kPartition,    // amount: a bit for each host, its side
  kOneWay,       // the host hears others, and is not heard (amount 0), or the other way round (1)
  kDisconnect,   // the host's connections end, and are made again afterwards
  kCrash,        // amount: after that many further effects; up again after lasts_ms
  kStop,         // frozen: everything that arrives is handled when it goes on
  kSlow,         // amount: milliseconds for each message
  kSlowDisk,     // amount: milliseconds for each sync
  kDiskFull,     // writes fail: the host stops, and starts again afterwards
  kReadErrors,   // reads fail
  kLoseDisk,     // the host comes back with nothing
  kClockRate,    // amount: per mille
  kClockJump,    // amount: milliseconds + 100000
  kStayAway,     // not there from the beginning: joins after lasts_ms
  kMisbehave,    // a Byzantine host; amount: a Behaviour
};

// What a Byzantine host may do while a fault kMisbehave lasts. Several at once are possible.
enum class Behaviour : std::uint8_t {
  kSilent,
  kSelective,      // talks to some only
  kWithholdVotes,  // when certain others lead: they look absent
  kWithholdPayloads,
  kEquivocate,  // as leader: another block to half of them
  kDoubleVote,
  kVoteForAll,    // without looking
  kReplay,        // what anybody ever said, again
  kForeignChain,  // what honest members said on another chain
  kHuge,          // views and heights without measure
  kForge,         // certificates, evidence, blocks
  kBadBlock,      // as leader: something about the block is wrong
  kCensor,        // one sender's transactions
  kFlood,
  kLieToSync,  // about heights and blocks
};
inline constexpr std::size_t kBehaviours = 15;
const char* name_of(Behaviour behaviour);

struct Fault {
  std::uint64_t at_ms = 0;
  std::uint64_t lasts_ms = 0;
  FaultKind kind = FaultKind::kLoss;
  std::size_t host = 0;
  std::uint64_t amount = 0;
};
std::string describe(const Fault& fault);

struct Plan {
  std::uint64_t seed = 0;
  std::size_t members = 4;             // the committee's size, n
  std::size_t candidates = 6;          // more than n: so that votes elect others
  std::size_t hospitals = 7;           // the rest only follow
  std::vector<std::size_t> byzantine;  // among the candidates, at most f
  bool twins = false;                  // the first Byzantine one runs on two hosts
  bool real_signatures = false;
  std::uint64_t trouble_ms = 6'000;
  std::vector<Fault> faults;

  std::size_t hosts() const { return hospitals + (twins ? 1 : 0); }
  // The twin is the last host; every other host has the number of its hospital.
  std::size_t hospital_of(std::size_t host) const { return host < hospitals ? host : byzantine.front(); }
  bool is_byzantine(std::size_t host) const;
};
std::string describe(const Plan& plan);

Plan plan_of(std::uint64_t seed);

}  // namespace medchain::simulation
