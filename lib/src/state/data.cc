#include "data.h"

#include <algorithm>

#include "medchain/merkle.h"
#include "medchain/stages.h"

namespace medchain::state {

std::optional<ByteView> find(const Contracts& contracts, const StateKey& key) {
  auto contract = static_cast<std::size_t>(key.contract);
  if (contract >= kContracts) return std::nullopt;
  return contracts[contract].values.find(key.bytes);
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

Staged stage(const Contracts& contracts, const StateChanges& changes) {
  InStage measured(Stage::kStateTree);
  std::array<std::vector<SparseTree::Change>, kContracts> by_contract;
  for (const auto& [key, value] : changes) {
    std::optional<Hash> hashed;
    if (value) hashed = value_hash(*value);
    by_contract[static_cast<std::size_t>(key.contract)].push_back({key_hash(key.bytes), hashed});
  }
  Staged staged;
  std::vector<Hash> roots;
  for (std::size_t i = 0; i < kContracts; ++i) {
    auto& sorted = by_contract[i];
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    staged.trees[i] = contracts[i].tree.prepare(sorted);
    roots.push_back(staged.trees[i].root());
  }
  staged.root = state_root(roots);
  return staged;
}

void merge(Contracts& contracts, const StateChanges& changes, Staged staged) {
  for (const auto& [key, value] : changes) {
    ValueTable& values = contracts[static_cast<std::size_t>(key.contract)].values;
    if (value) {
      values.put(key.bytes, *value);
    } else {
      values.erase(key.bytes);
    }
  }
  for (std::size_t i = 0; i < kContracts; ++i) contracts[i].tree.apply(std::move(staged.trees[i]));
}

}  // namespace medchain::state
