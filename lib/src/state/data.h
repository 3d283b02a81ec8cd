// The state in memory: for each contract its values and the tree over them, and the ids of recent transactions.
#pragma once

#include <array>

#include "medchain/state.h"
#include "replay_window.h"
#include "sparse_tree.h"
#include "value_table.h"

namespace medchain::state {

struct ContractState {
  ValueTable values;
  SparseTree tree;
};
using Contracts = std::array<ContractState, kContracts>;

std::optional<ByteView> find(const Contracts& contracts, const StateKey& key);

// A value that execution wrote or check_entry() passed: that it decodes is an invariant.
template <class T>
T decode_stored(ByteView bytes) {
  auto value = bcs::decode<T>(bytes);
  MEDCHAIN_ASSERT(value.ok(), "a value of the state that does not decode");
  return std::move(*value);
}

// What most rules ask of a participant: the first fields of its value, read without the rest.
struct Registered {
  struct Keys {
    SigningPublicKey signing;
    MEDCHAIN_VERSIONED(1, signing)
  };
  Role role = Role::kPatient;
  bool suspended = false;
  Address institution;
  Keys keys;
  MEDCHAIN_VERSIONED(1, role, suspended, institution, keys)

  static_assert(kVersion == Participant::kVersion && Keys::kVersion == PublicKeys::kVersion);
};
Registered registered_in(ByteView participant);

// What becomes of `key` in its contract's tree; without a value, it is removed.
SparseTree::Change tree_change(const StateKey& key, const std::optional<ByteView>& value);
// The trees as they will be after some changes.
struct Staged {
  std::array<SparseTree::Update, kContracts> trees;
  Hash root;
};
std::vector<Hash> contract_roots(const Contracts& contracts);
Hash state_root(std::span<const Hash> contract_roots);
Staged stage(const Contracts& contracts, const StateChanges& changes);
// `staged` was made from these contracts and these changes.
void merge(Contracts& contracts, const StateChanges& changes, Staged staged);

struct Data {
  Data(const Parameters& parameters, const ChainId& chain, Height height)
      : parameters(parameters), chain(chain), height(height), window(parameters.replay_window) {}

  Parameters parameters;
  ChainId chain;
  Height height;
  const SignatureVerifier* verifier = &real_signatures();
  Contracts contracts;
  Hash root;
  ReplayWindow window;
};

// kInadmissible, naming the rule: see State::admissible and still_new. `sender` is who it is before the block.
Result<void> check_admissible(const Data& data, const std::optional<Registered>& sender,
                              const ParsedTransaction& transaction);
Result<void> check_still_new(const Data& data, const ParsedTransaction& transaction);

}  // namespace medchain::state

namespace medchain {

struct State::Impl : state::Data {
  using state::Data::Data;
};

}  // namespace medchain
