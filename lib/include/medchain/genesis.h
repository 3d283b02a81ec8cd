// The genesis: what a consortium agrees on before its first block. Its hash is the chain's id.
//
//   Genesis genesis{"north", now_ms, Parameters{}, {hospital, validator}};
//   if (auto checked = genesis.check(); !checked) return checked.error();
//   write("genesis.json", to_json(genesis));               // every node, and whoever verifies receipts, gets this file
//   Result<Genesis> same = parse_genesis(read("genesis.json"));
#pragma once

#include <string>
#include <vector>

#include "medchain/transaction.h"

namespace medchain {

// Chosen at genesis. Durations in milliseconds. A block must be able to hold the largest transaction that limits.h
// allows, with its payload, so that whatever is admissible can be included.
struct Parameters {
  std::uint16_t committee_size = 4;  // n, normally 3f + 1
  std::uint32_t epoch_heights = 1000;
  std::uint32_t unbonding_epochs = 2;
  std::uint32_t replay_window = 1024;    // heights that a transaction may stay valid
  std::uint32_t idle_ms = 1000;          // without work, an empty block follows after this
  std::uint32_t view_timeout_ms = 1000;  // without a decision while work waits, the next producer takes over
  std::uint32_t max_view_timeout_ms = 20'000;
  std::uint32_t max_clock_drift_ms = 10'000;  // a fresh proposal's time may be ahead of a voter's clock
  std::uint32_t max_block_transactions = 2000;
  std::uint32_t max_block_bytes = 2 * 1024 * 1024;
  std::uint32_t max_block_payload_bytes = 32 * 1024 * 1024;
  MEDCHAIN_FIELDS(committee_size, epoch_heights, unbonding_epochs, replay_window, idle_ms, view_timeout_ms,
                  max_view_timeout_ms, max_clock_drift_ms, max_block_transactions, max_block_bytes,
                  max_block_payload_bytes)
  // kInvalidArgument, naming the parameter and its bounds.
  Result<void> check() const;
  friend auto operator<=>(const Parameters&, const Parameters&) = default;
};

struct GenesisParticipant {
  PublicKeys keys;
  Role role = Role::kInstitution;
  Address institution;  // whose it is; its own address for an institution
  std::string label;    // name of an institution or validator; empty for people
  Tokens balance;
  Tokens stake;                                   // votes for the validator itself when it stands
  std::optional<SigningPublicKey> consensus_key;  // Ed25519; of a validator that stands for election
  MEDCHAIN_FIELDS(keys, role, institution, label, balance, stake, consensus_key)
};

struct Genesis {
  std::string name;  // of the network
  std::uint64_t time_ms = 0;
  Parameters parameters;
  std::vector<GenesisParticipant> participants;
  MEDCHAIN_VERSIONED(1, name, time_ms, parameters, participants)

  ChainId chain_id() const;  // hash_with_domain("medchain/genesis/v1", BCS of this)
  // kInvalidArgument (kAuthentication for keys), naming the entry: a duplicate signing or consensus key, no candidate
  // or more than limits::kMaxCandidates, an institution that is not in the genesis, a candidate that is no validator, a
  // person with a label, totals above limits::kMaxTotalTokens, parameters out of bounds, invalid keys. Checks a
  // signature for each participant.
  Result<void> check() const;
};

// genesis.json: the same content for people, with the chain id beside it; lib/src/ledger/FORMAT.md. There is one text
// per genesis. Parsing names the field that is unknown, missing or unusable (kMalformed), refuses an altered file (its
// chain id no longer matches: kCorrupt; or its layout: kMalformed), whatever check() refuses, and texts above
// limits::kMaxGenesisTextBytes (kTooLarge). It never throws.
std::string to_json(const Genesis& genesis);
Result<Genesis> parse_genesis(std::string_view json);

}  // namespace medchain
