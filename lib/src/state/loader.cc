// State::Loader: a state from its stored keys. Keys enter the trees in batches, so that memory stays bounded.
#include <unordered_set>

#include "data.h"
#include "schema.h"

namespace medchain {
namespace {

constexpr std::size_t kBatch = 1 << 16;

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
  void flush() {
    state::Staged staged = state::stage(state->contracts, batch);
    state->root = staged.root;
    state::merge(state->contracts, batch, std::move(staged));
    batch.clear();
    batch_keys.clear();
  }

  Result<void> parameters;
  std::unique_ptr<State::Impl> state;
  StateChanges batch;
  std::unordered_set<StateKey> batch_keys;  // its own
  std::optional<Error> first_error;
  Height remembered;  // whose ids came last
};

State::Loader::Loader(const Genesis& genesis, Height height) : impl_(std::make_unique<Impl>(genesis, height)) {}
State::Loader::Loader(Loader&&) noexcept = default;
State::Loader::~Loader() = default;

void State::Loader::add(StateKey key, Bytes value) {
  auto checked = state::check_entry(key, value);
  if (!checked) return impl_->fail(checked.error());
  bool twice = state::find(impl_->state->contracts, key).has_value();
  if (twice || !impl_->batch_keys.insert(key).second) {
    return impl_->fail("the state key " + to_hex(key.bytes) + " is stored twice");
  }
  impl_->batch.emplace_back(std::move(key), std::move(value));
  if (impl_->batch.size() >= kBatch) impl_->flush();
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
  impl_->flush();
  if (impl_->state->root != expected_root) {
    return Error(ErrorCode::kCorrupt, "the stored state of block " + std::to_string(impl_->state->height.value) +
                                          " has the root " + impl_->state->root.hex() + " instead of " +
                                          expected_root.hex());
  }
  impl_->note_changes(true);
  return State(std::move(impl_->state));
}

}  // namespace medchain
