// What a transaction and a block cost before and after consensus: codec, Merkle tree, execution, the queue.
#include <cstring>
#include <deque>

#include "chain.h"
#include "load/maker.h"
#include "medchain/merkle.h"
#include "mempool.h"
#include "one_producer.h"
#include "parts.h"

namespace medchain::benchmark {
namespace {

constexpr std::size_t kBlock = 1000;  // transactions

// --- codec

void parse(State& state) {
  const Bytes bytes = Maker({}, {.senders = 2}).make(0, Height{8}).submission.transaction;
  for (auto _ : state) check(parse_transaction(bytes).ok());
  count(state, "transaction", 1);
}
BENCHMARK(parse)->Name("transaction/parse");

// Its two hashes: the id is of a domain, a zero and what was signed, the leaf of a zero and the whole.
void parse_raw(State& state) {
  const Bytes bytes = Maker({}, {.senders = 2}).make(0, Height{8}).submission.transaction;
  const Bytes leaf(1 + bytes.size(), 7);
  const std::size_t tail = 1 + 32 + Signature::kSize;  // an Ed25519 key, and the signature
  const Bytes id(std::string_view("medchain/transaction/v1").size() + 1 + bytes.size() - tail, 7);
  std::array<std::uint8_t, 32> digest{};
  for (auto _ : state) {
    raw_sha256(id, digest);
    raw_sha256(leaf, digest);
    ::benchmark::DoNotOptimize(digest);
  }
  count(state, "transaction", 1);
}
BENCHMARK(parse_raw)->Name("transaction/parse/raw");

Bytes encoded_block() {
  Block block;
  block.transactions = transfers({}, Height{8}, 100, kBlock);
  return bcs::encode(block);
}

void encode_block(State& state) {
  const Bytes bytes = encoded_block();
  const Block block = *bcs::decode<Block>(bytes);
  for (auto _ : state) check(bcs::encode(block).size() == bytes.size());
  count(state, "transaction", kBlock);
}
BENCHMARK(encode_block)->Name("block/encode");

void decode_block(State& state) {
  const Bytes bytes = encoded_block();
  for (auto _ : state) check(bcs::decode<Block>(bytes)->transactions.size() == kBlock);
  count(state, "transaction", kBlock);
}
BENCHMARK(decode_block)->Name("block/decode");

void copy_block(State& state) {
  const Bytes bytes = encoded_block();
  Bytes out(bytes.size());
  for (auto _ : state) {
    std::memcpy(out.data(), bytes.data(), bytes.size());
    ::benchmark::DoNotOptimize(out.data());
    ::benchmark::ClobberMemory();
  }
  count(state, "transaction", kBlock);
}
BENCHMARK(copy_block)->Name("block/encode/raw");
BENCHMARK(copy_block)->Name("block/decode/raw");

// --- Merkle tree

void merkle_root(State& state) {
  const std::vector<Hash> leaves(kBlock);
  for (auto _ : state) ::benchmark::DoNotOptimize(merkle::root(leaves));
  count(state, "transaction", kBlock);
}
BENCHMARK(merkle_root)->Name("merkle/root");

void merkle_root_raw(State& state) {
  const Bytes node(1 + 2 * Hash::kSize, 1);
  std::array<std::uint8_t, 32> digest{};
  for (auto _ : state) {
    for (std::size_t i = 0; i + 1 < kBlock; ++i) raw_sha256(node, digest);
    ::benchmark::DoNotOptimize(digest);
  }
  count(state, "transaction", kBlock);
}
BENCHMARK(merkle_root_raw)->Name("merkle/root/raw");

// --- execution

void execute_block(State& state) {
  const auto senders = static_cast<std::size_t>(state.range(0));
  const Genesis genesis = genesis_of(senders);
  const auto chain = Chain::from_genesis(genesis, real_signatures());
  check(chain.ok());
  const auto waiting = transfers(genesis.chain_id(), Height{8}, senders, kBlock);
  for (auto _ : state) {
    std::vector<TxId> rejected;
    ::benchmark::DoNotOptimize(chain->compose(waiting, producer_of(genesis), genesis.time_ms + 1, rejected));
    check(rejected.empty());
  }
  count(state, "transaction", kBlock);
}
BENCHMARK(execute_block)->Name("block/execute")->Arg(1'000)->Arg(10'000)->Unit(::benchmark::kMillisecond);

// The same transfers between balances in a hash table.
void execute_block_raw(State& state) {
  const auto senders = static_cast<std::size_t>(state.range(0));
  const auto waiting = transfers({}, Height{8}, senders, kBlock);
  std::unordered_map<Address, std::uint64_t> balances;
  for (std::size_t i = 0; i < senders; ++i) balances[sender(i).address()] = std::uint64_t{1} << 60;
  for (auto _ : state) {
    for (const TxPtr& transaction : waiting) {
      const auto& transfer = std::get<Transfer>(std::get<TokensBody>(transaction->transaction().body));
      std::uint64_t& from = balances.at(transaction->transaction().sender);
      check(from >= transfer.amount.value);
      from -= transfer.amount.value;
      balances.at(transfer.to) += transfer.amount.value;
    }
  }
  count(state, "transaction", kBlock);
}
BENCHMARK(execute_block_raw)->Name("block/execute/raw")->Arg(1'000)->Arg(10'000)->Unit(::benchmark::kMillisecond);

// --- the queue

void mempool(State& state) {
  const auto waiting = transfers({}, Height{8}, 100, kBlock);
  Parameters parameters;
  for (auto _ : state) {
    Mempool pool({50'000, 1 << 28, 5'000});
    for (const TxPtr& transaction : waiting) {
      check(pool.add({transaction, std::make_shared<Submission>(), false, 0}).ok());
    }
    check(pool.select(parameters).size() == kBlock);
    for (const TxPtr& transaction : waiting) pool.remove(transaction->id);
  }
  count(state, "transaction", kBlock);
}
BENCHMARK(mempool)->Name("mempool/add, select, remove");

void mempool_raw(State& state) {
  const auto waiting = transfers({}, Height{8}, 100, kBlock);
  for (auto _ : state) {
    std::deque<Mempool::Entry> queue;
    for (const TxPtr& transaction : waiting) {
      queue.push_back({transaction, std::make_shared<Submission>(), false, 0});
    }
    while (!queue.empty()) {
      ::benchmark::DoNotOptimize(queue.front());
      queue.pop_front();
    }
  }
  count(state, "transaction", kBlock);
}
BENCHMARK(mempool_raw)->Name("mempool/add, select, remove/raw");

}  // namespace
}  // namespace medchain::benchmark
