// State::Loader: a state from its stored keys. Those of a contract wait until all are there, and then enter its tree
// part by part: whatever lies in one part of the tree is hashed once, while it is in the cache.
#include "data.h"
#include "schema.h"

namespace medchain {
namespace {

// A store gives the keys of one contract after those of another: so many of the one need not wait for all of the other.
constexpr std::size_t kWorthEntering = 1 << 16;

// What is to enter a tree, by the first byte of its key there: the parts of the tree are of one size.
struct Waiting {
  std::array<std::vector<state::SparseTree::Change>, 256> parts;
  std::size_t size = 0;

  void add(state::SparseTree::Change change) {
    parts[change.key.bytes[0]].push_back(std::move(change));
    ++size;
  }
  void enter(state::SparseTree& tree) {
    for (auto& part : parts) {
      sort_by_key(part);
      tree.apply(tree.prepare(part));
      part = {};
    }
    size = 0;
  }
};

}  // namespace

struct State::Loader::Impl {
  Impl(const Genesis& genesis, Height height)
      : parameters(genesis.parameters.check()),
        state(std::make_unique<State::Impl>(genesis.parameters, genesis.chain_id(), height)) {
    note_changes(false);  // what comes from a store need not go there
  }

  void note_changes(bool on) {
    for (state::ContractState& contract : state->contracts) contract.values.note_changes(on);
  }

  void fail(std::string why) { fail(Error(ErrorCode::kCorrupt, std::move(why))); }
  void fail(Error error) {
    if (!first_error) first_error = std::move(error);
  }

  Waiting& waiting_for(std::size_t contract) {
    if (contract != last && waiting[last].size >= kWorthEntering) waiting[last].enter(state->contracts[last].tree);
    last = contract;
    return waiting[contract];
  }

  Result<void> parameters;
  std::unique_ptr<State::Impl> state;
  std::array<Waiting, kContracts> waiting;  // for each contract's tree
  std::size_t last = 0;                     // the contract whose key came last
  std::optional<Error> first_error;
  Height remembered;  // whose ids came last
};

State::Loader::Loader(const Genesis& genesis, Height height) : impl_(std::make_unique<Impl>(genesis, height)) {}
State::Loader::Loader(Loader&&) noexcept = default;
State::Loader::~Loader() = default;

void State::Loader::add(const StateKey& key, ByteView value) {
  auto checked = state::check_entry(key, value);
  if (!checked) return impl_->fail(checked.error());
  const auto number = static_cast<std::size_t>(key.contract);
  state::ContractState& contract = impl_->state->contracts[number];
  const std::size_t hash = state::ValueTable::hash_of(key.bytes);
  if (contract.values.find(key.bytes, hash)) {
    return impl_->fail("the state key " + to_hex(key.bytes) + " is stored twice");
  }
  contract.values.put(key.bytes, value, hash);
  impl_->waiting_for(number).add(state::tree_change(key, value));
}

void State::Loader::remember(Height height, const TxId& id) {
  state::Data& data = *impl_->state;
  if (height > data.height) {
    return impl_->fail("a transaction of block " + std::to_string(height.value) + " in a state of block " +
                       std::to_string(data.height.value));
  }
  if (!data.window.covers(height, data.height)) return;
  if (height < impl_->remembered) {
    return impl_->fail("the ids of block " + std::to_string(height.value) + " come after those of block " +
                       std::to_string(impl_->remembered.value));
  }
  impl_->remembered = height;
  if (!data.window.add(height, id)) impl_->fail("the transaction " + id.hex() + " is in two blocks");
}

Result<State> State::Loader::finish(const Hash& expected_root) {
  MEDCHAIN_TRY(impl_->parameters);
  if (impl_->first_error) return *impl_->first_error;
  for (std::size_t contract = 0; contract < kContracts; ++contract) {
    impl_->waiting[contract].enter(impl_->state->contracts[contract].tree);
  }
  impl_->state->root = state::state_root(state::contract_roots(impl_->state->contracts));
  if (impl_->state->root != expected_root) {
    return Error(ErrorCode::kCorrupt, "the stored state of block " + std::to_string(impl_->state->height.value) +
                                          " has the root " + impl_->state->root.hex() + " instead of " +
                                          expected_root.hex());
  }
  impl_->note_changes(true);
  return State(std::move(impl_->state));
}

}  // namespace medchain
