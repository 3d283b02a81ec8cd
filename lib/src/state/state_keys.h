// The keys of the state: for each contract its tables, by number. FORMAT.md says what each holds. Persisted: a number
// never changes meaning.
#pragma once

#include "medchain/state.h"

namespace medchain::state_key {

enum class TokensTable : std::uint8_t { kAccount = 0 };
enum class StakeTable : std::uint8_t {
  kCandidate = 0,
  kStanding = 1,
  kTally = 2,
  kConsensusKey = 3,
  kRelease = 4,
  kReleaseNext = 5,
  kCurrentKey = 6,
  kBarred = 7,
  kSlashed = 8,
};
enum class RegistryTable : std::uint8_t { kParticipant = 0, kSigningKey = 1 };
enum class RecordsTable : std::uint8_t { kRecord = 0 };
enum class ConsentTable : std::uint8_t { kAccess = 0, kStandingReaders = 1 };

StateKey standing();                                         // addresses of all candidates, ascending
StateKey tally(const Address& address);                      // votes for an address that does not stand now
StateKey consensus_key(const SigningPublicKey& key);         // the first validator that stood with it
StateKey current_key(const Address& validator);              // the consensus key it stood with last
StateKey slashed();                                          // tokens taken from offenders
StateKey release(Epoch epoch);                               // the first account whose unbonding ends then
StateKey release_next(Epoch epoch, const Address& address);  // the one after it
StateKey signing_key(const SigningPublicKey& key);           // the participant whose key it is, or was

}  // namespace medchain::state_key
