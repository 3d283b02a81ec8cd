// DPOS election: standings -> committee, a pure function (Larimer's delegated proof of stake, with the guards below).
//
//   Committee next = elect(standings_after_the_rounds_last_block, parameters.committee_size, committee);
//
// 1. Candidates are ranked by votes; ties go to an incumbent, then to the lower address.
// 2. Of each institution, only its best is kept.
// 3. The first n are elected, in that order: it is the order in which they lead.
// 4. Except that those who missed their turns (pass_over_rounds > 0) are passed over: of the n who would be elected,
//    the one with most rounds left (of several, the one with the fewest votes) goes behind all others, and the next by
//    votes moves up; this at most f times. When too few are left for n places, those passed over fill them, last.
//
// The result depends on the set of standings, not on their order in the vector.
#pragma once

#include <vector>

#include "medchain/committee.h"

namespace medchain {

struct Standing {
  Address validator;  // each at most once
  SigningPublicKey consensus_key;
  Address institution;
  Tokens votes;
  std::uint32_t pass_over_rounds = 0;
};

// The committee of the round after `incumbent`'s. `size` at least 1. Fewer institutions than `size` give a smaller
// committee; no standings give the incumbent again, renumbered.
Committee elect(std::vector<Standing> standings, std::size_t size, const Committee& incumbent);

// Round 0, first height 1. No standings give no members: Genesis::check refuses such a genesis.
Committee elect_first(std::vector<Standing> standings, std::size_t size);

}  // namespace medchain
