#include "data.h"

#include "medchain/merkle.h"
#include "medchain/stages.h"

namespace medchain::state {

std::optional<ByteView> find(const Contracts& contracts, const StateKey& key) {
  auto contract = static_cast<std::size_t>(key.contract);
  if (contract >= kContracts) return std::nullopt;
  return contracts[contract].values.find(key.bytes);
}

Registered registered_in(ByteView participant) {
  bcs::Decoder decoder(participant);
  auto registered = bcs::read<Registered>(decoder);
  MEDCHAIN_ASSERT(decoder.ok(), "a participant of the state that does not decode");
  return registered;
}

std::vector<Hash> contract_roots(const Contracts& contracts) {
  std::vector<Hash> roots;
  for (const ContractState& contract : contracts) roots.push_back(contract.tree.root());
  return roots;
}

Hash state_root(std::span<const Hash> contract_roots) {
  std::vector<Hash> leaves;
  for (const Hash& root : contract_roots) leaves.push_back(merkle::leaf_hash(root.bytes));
  return merkle::root(leaves);
}

SparseTree::Change tree_change(const StateKey& key, const std::optional<ByteView>& value) {
  return {key_hash(key.bytes), value ? std::optional(value_hash(*value)) : std::nullopt};
}

Staged stage(const Contracts& contracts, const StateChanges& changes) {
  InStage measured(Stage::kStateTree);
  std::array<std::vector<SparseTree::Change>, kContracts> by_contract;
  for (const auto& [key, value] : changes) {
    by_contract[static_cast<std::size_t>(key.contract)].push_back(
        tree_change(key, value ? std::optional<ByteView>(*value) : std::nullopt));
  }
  Staged staged;
  std::vector<Hash> roots;
  for (std::size_t i = 0; i < kContracts; ++i) {
    sort_by_key(by_contract[i]);
    staged.trees[i] = contracts[i].tree.prepare(by_contract[i]);
    roots.push_back(staged.trees[i].root());
  }
  staged.root = state_root(roots);
  return staged;
}

void merge(Contracts& contracts, const StateChanges& changes, Staged staged) {
  // A few ahead of the one that is put, so that its memory is there in time.
  constexpr std::size_t kSlotsAhead = 16, kRowsAhead = 8;
  auto table_of = [&](const StateKey& key) -> ValueTable& {
    return contracts[static_cast<std::size_t>(key.contract)].values;
  };
  std::vector<std::size_t> hashes(changes.size());
  for (std::size_t i = 0; i < changes.size() + kSlotsAhead; ++i) {
    if (i < changes.size()) {
      hashes[i] = ValueTable::hash_of(changes[i].first.bytes);
      table_of(changes[i].first).fetch_slot(hashes[i]);
    }
    if (const std::size_t row = i - kRowsAhead; i >= kRowsAhead && row < changes.size()) {
      table_of(changes[row].first).fetch_row(hashes[row]);
    }
    if (i < kSlotsAhead) continue;
    const auto& [key, value] = changes[i - kSlotsAhead];
    if (value) {
      table_of(key).put(key.bytes, *value, hashes[i - kSlotsAhead]);
    } else {
      table_of(key).erase(key.bytes);
    }
  }
  for (std::size_t i = 0; i < kContracts; ++i) contracts[i].tree.apply(std::move(staged.trees[i]));
}

}  // namespace medchain::state
