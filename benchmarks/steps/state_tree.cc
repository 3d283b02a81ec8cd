// What a block's changes cost the state tree as it grows, beside a hash table with the same keys: the price of a root.
#include <algorithm>
#include <cstdlib>
#include <unordered_map>
#include <variant>

#include "medchain/bcs.h"
#include "parts.h"
#include "sparse_tree.h"

namespace medchain::benchmark {
namespace {

using Change = state::SparseTree::Change;

constexpr std::uint64_t kChanges = 1000;  // of a block

Hash numbered(std::uint64_t number) { return sha256(bcs::encode(number)); }

class Tree {
 public:
  void apply(std::span<const Change> changes) { tree_.apply(tree_.prepare(changes)); }
  std::size_t size() const { return tree_.size(); }

 private:
  state::SparseTree tree_;
};

class Table {
 public:
  void apply(std::span<const Change> changes) {
    for (const Change& change : changes) values_[change.key] = *change.value;
  }
  std::size_t size() const { return values_.size(); }

 private:
  std::unordered_map<Hash, Hash> values_;
};

// New values for `count` of `keys` keys, from number `first` on and `stride` apart, in the order that the tree wants.
std::vector<Change> changes_of(std::uint64_t first, std::uint64_t stride, std::uint64_t count, std::uint64_t keys) {
  static std::uint64_t values = 0;
  std::vector<Change> changes;
  for (std::uint64_t i = 0; i < count; ++i) {
    changes.push_back({numbered((first + i * stride) % keys), numbered(++values)});
  }
  std::ranges::sort(changes, {}, &Change::key);
  return changes;
}

// With so many keys. Google Benchmark begins a benchmark several times, to find out how often to repeat it: what the
// last one used is kept until another is wanted.
template <class Map>
Map& with_keys(std::uint64_t keys) {
  static std::variant<std::monostate, Tree, Table> kept;
  if (auto* same = std::get_if<Map>(&kept); same != nullptr && same->size() == keys) return *same;
  Map& made = kept.emplace<Map>();
  const std::uint64_t batch = std::max<std::uint64_t>(10'000, keys / 100);
  for (std::uint64_t first = 0; first < keys; first += batch) made.apply(changes_of(first, 1, batch, keys));
  check(made.size() == keys);
  return made;
}

template <class Map>
void update(State& state) {
  const auto keys = static_cast<std::uint64_t>(state.range(0));
  Map& map = with_keys<Map>(keys);
  std::uint64_t first = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto changes = changes_of(first += 104'729, 7919, kChanges, keys);
    state.ResumeTiming();
    map.apply(changes);
  }
  check(map.size() == keys);
  count(state, "key", kChanges);
}

void sizes(::benchmark::internal::Benchmark* made) {
  for (std::int64_t keys : {10'000, 100'000, 1'000'000}) made->Arg(keys);
  if (std::getenv("MEDCHAIN_BENCH_LARGE") != nullptr) made->Arg(10'000'000);  // over a gigabyte, and a minute to fill
  made->Unit(::benchmark::kMillisecond);
}
BENCHMARK_TEMPLATE(update, Tree)->Name("state-tree/update")->Apply(sizes);
BENCHMARK_TEMPLATE(update, Table)->Name("state-tree/update/raw")->Apply(sizes);

}  // namespace
}  // namespace medchain::benchmark
