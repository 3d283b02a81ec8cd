// Who takes part: hospitals with their nodes, patients and devices, and the keys of all of them.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "medchain/engine.h"
#include "support/genesis.h"
#include "support/simulated_signatures.h"

namespace medchain::simulation {

struct Actor {
  Address address;
  Role role = Role::kPatient;
  std::size_t hospital = 0;
  std::unique_ptr<Signer> signer;
};

// Immutable once made, so that many simulations may share one.
class Cast {
 public:
  static constexpr std::size_t kPatients = 2;   // of each hospital; as many devices
  static constexpr std::size_t kSpareKeys = 6;  // of each node: consensus keys to rotate to

  // `members` is the committee's size. The first `candidates` of the `hospitals` have nodes that stand for election.
  Cast(std::size_t members, std::size_t candidates, std::size_t hospitals, bool real_signatures);

  const Genesis& genesis() const { return genesis_; }
  const ChainId& chain() const { return chain_; }
  const SignatureVerifier& verifier() const { return *verifier_; }
  std::size_t size() const { return nodes_.size(); }
  const Actor& node(std::size_t i) const { return nodes_[i]; }
  const Actor& institution(std::size_t i) const { return institutions_[i]; }
  const std::vector<Actor>& patients() const { return patients_; }
  const std::vector<Actor>& devices() const { return devices_; }
  // The consensus key `generation` of a node; generation 0 stands in the genesis, if the node is a candidate.
  const Signer& consensus_key(std::size_t node, std::size_t generation) const {
    return *consensus_keys_[node][generation];
  }
  // A store as the first start of a node leaves it.
  const Storage& first_start() const { return first_start_; }
  bool is_candidate(std::size_t node) const { return node < candidates_; }

 private:
  std::unique_ptr<Signer> signer_of(SigningKey key) const;
  Actor actor(const KeyPair& keys, Role role, std::size_t hospital) const;

  bool real_signatures_;
  std::size_t candidates_;
  Genesis genesis_;
  ChainId chain_;
  const SignatureVerifier* verifier_;
  test::SimulatedVerifier simulated_;
  MemoryStorage first_start_;
  std::vector<Actor> nodes_, institutions_, patients_, devices_;
  std::vector<std::vector<std::unique_ptr<Signer>>> consensus_keys_;
};

// Made once for each shape: drawing keys costs more than many a simulation.
const Cast& cast_of(std::size_t members, std::size_t candidates, std::size_t hospitals, bool real_signatures);

}  // namespace medchain::simulation
