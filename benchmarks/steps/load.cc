// What a restart does with the state that it reads, beside a hash table with the same keys and values.
#include <algorithm>
#include <unordered_map>

#include "data.h"
#include "medchain/bcs.h"
#include "one_producer.h"
#include "parts.h"

namespace medchain::benchmark {
namespace {

constexpr Height kHeight{0};

struct StoredState {
  Genesis genesis = genesis_of(1);
  std::vector<std::pair<StateKey, Bytes>> accounts;  // as a store gives them: ascending
  Hash root;
};

StoredState stored(std::uint64_t accounts) {
  StoredState made;
  std::vector<state::SparseTree::Change> changes;
  for (std::uint64_t i = 0; i < accounts; ++i) {
    Account account;
    account.balance = Tokens{i};
    made.accounts.emplace_back(state_key::account(Address{sha256(bcs::encode(i)).bytes}), bcs::encode(account));
    changes.push_back(state::tree_change(made.accounts.back().first, made.accounts.back().second));
  }
  std::ranges::sort(made.accounts, {}, &std::pair<StateKey, Bytes>::first);
  std::ranges::sort(changes, {}, &state::SparseTree::Change::key);
  std::vector<Hash> roots(kContracts);
  roots[static_cast<std::size_t>(Contract::kTokens)] = state::SparseTree().prepare(changes).root();
  made.root = state::state_root(roots);
  return made;
}

void load(State& state) {
  const StoredState from = stored(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    medchain::State::Loader loader(from.genesis, kHeight);
    for (const auto& [key, value] : from.accounts) loader.add(key, value);
    check(loader.finish(from.root).ok());
  }
  count(state, "key", from.accounts.size());
}

void load_raw(State& state) {
  const StoredState from = stored(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    std::unordered_map<StateKey, Bytes> values;
    for (const auto& [key, value] : from.accounts) values.emplace(key, value);
    check(values.size() == from.accounts.size());
  }
  count(state, "key", from.accounts.size());
}

void sizes(::benchmark::internal::Benchmark* made) {
  for (std::int64_t keys : {10'000, 100'000, 1'000'000}) made->Arg(keys);
  made->Unit(::benchmark::kMillisecond);
}
BENCHMARK(load)->Name("state/load")->Apply(sizes);
BENCHMARK(load_raw)->Name("state/load/raw")->Apply(sizes);

}  // namespace
}  // namespace medchain::benchmark
