// A genesis for tests: validators, each with an institution of its own, and every secret key at hand.
//
//   TestGenesis made = make_test_genesis(5, 4);       // four candidates and a follower
//   KeyPair patient = test_keys("patient");
//   add_participant(made, patient, Role::kPatient, 0);  // of the first institution; before the genesis is used
//
// Keys follow from their names, so that every run has the same addresses. They protect nothing.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "medchain/genesis.h"

namespace medchain::test {

struct TestValidator {
  KeyPair institution;
  KeyPair node;
  SigningKey consensus;
};

struct TestGenesis {
  Genesis genesis;
  std::vector<TestValidator> validators;
};

inline SecretBytes test_secret(const std::string& name) {
  return SecretBytes::copy_of(sha256({view("test key "), view(name)}).bytes);
}

inline SigningKey test_signing_key(const std::string& name, KeyAlgorithm algorithm = KeyAlgorithm::kEd25519) {
  auto key = SigningKey::from_secret(algorithm, test_secret(name + " signing").expose());
  return std::move(*key);
}

inline KeyPair test_keys(const std::string& name, KeyAlgorithm algorithm = KeyAlgorithm::kEd25519) {
  auto sealing = SealingKey::from_secret(algorithm, test_secret(name + " sealing").expose());
  return {test_signing_key(name, algorithm), std::move(*sealing)};
}

// Blocks follow quickly, so that tests need not wait.
inline Parameters fast_parameters() {
  Parameters parameters;
  parameters.idle_ms = 50;
  parameters.view_timeout_ms = 500;
  parameters.max_view_timeout_ms = 4'000;
  return parameters;
}

inline void add_participant(TestGenesis& made, const KeyPair& keys, Role role, std::size_t institution,
                            std::string label = {}, Tokens balance = Tokens{10'000}) {
  GenesisParticipant participant;
  participant.keys = keys.public_keys();
  participant.role = role;
  participant.institution = made.validators.at(institution).institution.address();
  participant.label = std::move(label);
  participant.balance = balance;
  made.genesis.participants.push_back(std::move(participant));
}

// The first `candidates` of the validators stand for election, the first with the most stake; the others only follow.
inline TestGenesis make_test_genesis(std::size_t validators,
                                     std::size_t candidates = std::numeric_limits<std::size_t>::max(),
                                     Parameters parameters = fast_parameters()) {
  TestGenesis made;
  made.genesis.name = "test";
  made.genesis.time_ms = 1'700'000'000'000;
  made.genesis.parameters = parameters;
  for (std::size_t i = 0; i < validators; ++i) {
    const std::string n = std::to_string(i);
    made.validators.push_back(
        {test_keys("institution " + n), test_keys("node " + n), test_signing_key("consensus " + n)});
    const TestValidator& validator = made.validators.back();

    GenesisParticipant institution;
    institution.keys = validator.institution.public_keys();
    institution.role = Role::kInstitution;
    institution.institution = validator.institution.address();
    institution.label = "Hospital " + n;
    institution.balance = Tokens{1'000'000};
    made.genesis.participants.push_back(std::move(institution));

    GenesisParticipant node;
    node.keys = validator.node.public_keys();
    node.role = Role::kValidator;
    node.institution = validator.institution.address();
    node.label = "node " + n;
    node.balance = Tokens{1'000};
    if (i < candidates) {
      node.stake = Tokens{1'000'000 - i};
      node.consensus_key = validator.consensus.public_key();
    }
    made.genesis.participants.push_back(std::move(node));
  }
  return made;
}

}  // namespace medchain::test
