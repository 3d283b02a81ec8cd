// What a transaction and a block cost before and after consensus: codec, trees, execution, the queue, the disk.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "chain.h"
#include "load/senders.h"
#include "medchain/merkle.h"
#include "medchain/rocksdb.h"
#include "mempool.h"
#include "sparse_tree.h"

namespace medchain::benchmark {
namespace {

constexpr std::size_t kBlock = 1000;  // transactions

void per_item(::benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * items));
}

// A chain of one producer, with `senders` accounts.
Genesis genesis_of(std::size_t senders) {
  const KeyPair institution = sender(1'000'000'000), node = sender(1'000'000'001);
  Genesis genesis;
  genesis.name = "benchmark";
  genesis.time_ms = 1'700'000'000'000;
  genesis.parameters.committee_size = 1;
  genesis.participants.push_back(
      {institution.public_keys(), Role::kInstitution, institution.address(), "hospital", Tokens{1'000}, {}, {}});
  genesis.participants.push_back({node.public_keys(), Role::kValidator, institution.address(), "node", Tokens{1'000},
                                  Tokens{1'000}, sender(1'000'000'002).signing.public_key()});
  for (std::size_t i = 0; i < senders; ++i) {
    genesis.participants.push_back(
        {sender(i).public_keys(), Role::kPatient, institution.address(), "", Tokens{1'000'000}, {}, {}});
  }
  return genesis;
}

std::vector<TxPtr> transfers(const ChainId& chain, std::size_t senders) {
  std::vector<TxPtr> parsed;
  for (SignedTransfer& transfer : sign_transfers(chain, Height{8}, senders, 0, kBlock, 1)) {
    parsed.push_back(*parse_transaction(std::move(transfer.bytes)));
  }
  return parsed;
}

void parse(::benchmark::State& state) {
  const Bytes bytes = sign_transfers({}, Height{8}, 2, 0, 1, 1)[0].bytes;
  for (auto _ : state) ::benchmark::DoNotOptimize(parse_transaction(bytes));
}
BENCHMARK(parse)->Name("transaction/parse");

void encode_block(::benchmark::State& state) {
  Block block;
  block.transactions = transfers({}, 100);
  for (auto _ : state) ::benchmark::DoNotOptimize(bcs::encode(block).data());
  per_item(state, kBlock);
}
BENCHMARK(encode_block)->Name("block/encode");

void decode_block(::benchmark::State& state) {
  Block block;
  block.transactions = transfers({}, 100);
  const Bytes bytes = bcs::encode(block);
  for (auto _ : state) ::benchmark::DoNotOptimize(bcs::decode<Block>(bytes));
  per_item(state, kBlock);
}
BENCHMARK(decode_block)->Name("block/decode");

void merkle_root(::benchmark::State& state) {
  const std::vector<Hash> leaves(kBlock);
  for (auto _ : state) ::benchmark::DoNotOptimize(merkle::root(leaves));
  per_item(state, kBlock);
}
BENCHMARK(merkle_root)->Name("merkle/root");

Hash numbered(std::uint64_t number) { return sha256(bcs::encode(number)); }

void state_tree(::benchmark::State& state) {
  state::SparseTree tree;
  const auto keys = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t next = 0;
  auto change = [&](std::uint64_t from, std::uint64_t count, std::uint64_t of) {
    std::map<Hash, std::optional<Hash>> sorted;
    for (std::uint64_t i = 0; i < count; ++i) sorted[numbered((from + i * 7919) % of)] = numbered(++next);
    std::vector<state::SparseTree::Change> changes;
    for (auto& [key, value] : sorted) changes.push_back({key, value});
    return changes;
  };
  for (std::uint64_t made = 0; made < keys; made += 10'000) {
    std::map<Hash, std::optional<Hash>> sorted;
    for (std::uint64_t i = made; i < std::min(keys, made + 10'000); ++i) sorted[numbered(i)] = numbered(++next);
    std::vector<state::SparseTree::Change> changes;
    for (auto& [key, value] : sorted) changes.push_back({key, value});
    tree.apply(tree.prepare(changes));
  }
  std::uint64_t from = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto changes = change(from += 104'729, kBlock, keys);
    state.ResumeTiming();
    tree.apply(tree.prepare(changes));
  }
  per_item(state, kBlock);
}
BENCHMARK(state_tree)
    ->Name("state-tree/update")
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(::benchmark::kMillisecond);

void execute_block(::benchmark::State& state) {
  const auto senders = static_cast<std::size_t>(state.range(0));
  const Genesis genesis = genesis_of(senders);
  const auto chain = Chain::from_genesis(genesis, real_signatures());
  MEDCHAIN_ASSERT(chain.ok(), "a benchmark's genesis");
  const auto waiting = transfers(genesis.chain_id(), senders);
  const Address producer = genesis.participants[1].keys.address();
  for (auto _ : state) {
    std::vector<TxId> rejected;
    ::benchmark::DoNotOptimize(chain->compose(waiting, producer, genesis.time_ms + 1, rejected));
    MEDCHAIN_ASSERT(rejected.empty(), "a benchmark of refusals");
  }
  per_item(state, kBlock);
}
BENCHMARK(execute_block)->Name("block/execute")->Arg(1'000)->Arg(10'000)->Unit(::benchmark::kMillisecond);

void mempool(::benchmark::State& state) {
  const auto waiting = transfers({}, 100);
  Parameters parameters;
  for (auto _ : state) {
    Mempool pool({50'000, 1 << 28, 5'000});
    for (const TxPtr& transaction : waiting) {
      MEDCHAIN_ASSERT(pool.add({transaction, std::make_shared<Submission>(), false, 0}).ok(), "a full benchmark");
    }
    ::benchmark::DoNotOptimize(pool.select(parameters));
    for (const TxPtr& transaction : waiting) pool.remove(transaction->id);
  }
  per_item(state, kBlock);
}
BENCHMARK(mempool)->Name("mempool/add, select, remove");

// As a producer writes it: one synced batch before each vote.
void append(::benchmark::State& state) {
  const auto directory = std::filesystem::temp_directory_path() / ("medchain-bench." + std::to_string(getpid()));
  {
    auto storage = open_rocksdb(directory);
    MEDCHAIN_ASSERT(storage.ok(), "a disk for the benchmark");
    const bool sync = state.range(0) != 0;
    const Bytes value(250 * kBlock, 5);
    std::uint64_t height = 0;
    for (auto _ : state) {
      Batch batch;
      batch.put(Table::kBlocks, bcs::encode(++height), value);
      MEDCHAIN_ASSERT((*storage)->write(batch, sync).ok(), "a disk that takes the benchmark");
    }
  }
  per_item(state, kBlock);
  std::filesystem::remove_all(directory);
}
BENCHMARK(append)->Name("storage/append block")->Arg(0)->Arg(1)->ArgName("sync")->Unit(::benchmark::kMillisecond);

}  // namespace
}  // namespace medchain::benchmark
