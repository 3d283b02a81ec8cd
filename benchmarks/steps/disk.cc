// What a node's disk costs it: each block written, and all that a restart reads again.
#include <fcntl.h>
#include <unistd.h>

#include "chain.h"
#include "medchain/rocksdb.h"
#include "one_producer.h"
#include "parts.h"

namespace medchain::benchmark {
namespace {

// --- a block written; in real time, since waiting for the disk takes none of the CPU's

const Bytes kBlockBytes(250 * 1000, 5);  // of a thousand transfers

// As a producer does: one batch, synced before each vote.
void append(State& state) {
  const Directory directory;
  auto storage = open_rocksdb(directory / "data");
  check(storage.ok());
  const bool sync = state.range(0) != 0;
  std::uint64_t height = 0;
  for (auto _ : state) {
    Batch batch;
    batch.put(Table::kBlocks, bcs::encode(++height), kBlockBytes);
    check((*storage)->write(batch, sync).ok());
  }
  count_bytes(state, kBlockBytes.size());
}
BENCHMARK(append)
    ->Name("storage/append block")
    ->Arg(0)
    ->Arg(1)
    ->ArgName("sync")
    ->UseRealTime()
    ->Unit(::benchmark::kMillisecond);

void append_raw(State& state) {
  const Directory directory;
  const int file = ::open((directory / "data").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  check(file >= 0);
  const bool sync = state.range(0) != 0;
  for (auto _ : state) {
    check(::write(file, kBlockBytes.data(), kBlockBytes.size()) == static_cast<ssize_t>(kBlockBytes.size()));
    if (sync) check(::fdatasync(file) == 0);
  }
  ::close(file);
  count_bytes(state, kBlockBytes.size());
}
BENCHMARK(append_raw)
    ->Name("storage/append block/raw")
    ->Arg(0)
    ->Arg(1)
    ->ArgName("sync")
    ->UseRealTime()
    ->Unit(::benchmark::kMillisecond);

// --- a restart

constexpr std::size_t kSenders = 1000;
constexpr std::size_t kPerBlock = 500;
constexpr Height kLast{64};  // EngineConfig::state_flush_heights: no node has to execute more blocks than that again

struct Blocks {
  Genesis genesis = genesis_of(kSenders);
  std::vector<StoredBlock> stored;
  StateChanges changes;  // of all of them
  store::Places places;
  StatePoint last;
};

// As the engine of the only producer would have decided and stored them.
Blocks make_blocks() {
  Blocks made;
  auto chain = Chain::from_genesis(made.genesis, real_signatures());
  check(chain.ok());
  const KeySigner signer(consensus_key());
  const auto all = transfers(chain->id(), kLast, kSenders, kLast.value * kPerBlock);
  for (auto next = all.begin(); next != all.end(); next += kPerBlock) {
    std::vector<TxId> rejected;
    Transition transition =
        chain->compose({next, next + kPerBlock}, producer_of(made.genesis), chain->tip().header.time_ms + 1, rejected);
    check(rejected.empty());
    const BlockHeader& header = transition.block->header;
    const Ballot ballot{header.round, header.height, View{0}, VoteType::kCommit, transition.hash};
    const Certificate certificate{ballot, {{0, sign_ballot(ballot, chain->id(), signer)}}};
    made.stored.push_back({{*transition.block, certificate}, transition.execution.receipts, transition.next});
    made.places.add(*transition.block);
    chain->commit(std::move(transition), certificate);
  }
  made.changes = chain->take_changes();
  made.last = {chain->height(), chain->state().root(), chain->committee()};
  check(chain->height() == kLast);
  return made;
}

// On the disk, with the state after block `at`: 0, or the last.
class StoredChain {
 public:
  StoredChain(const Blocks& blocks, Height at) : config_{.genesis = blocks.genesis} {
    storage_ = opened();
    check(Engine::start(config_, *storage_, {}).ok());  // initialises it
    for (const StoredBlock& block : blocks.stored) {
      Batch batch;
      store::put_block(batch, block);
      check(storage_->write(batch, false).ok());
    }
    Batch batch;
    if (at == kLast) store::put_state(batch, blocks.last, blocks.changes, blocks.places);
    check(storage_->write(batch, true).ok());
    storage_.reset();
    storage_ = opened();  // with nothing in memory of what was written
  }

  static StoredChain& with_state_at(Height at) {
    static const Blocks blocks = make_blocks();
    static StoredChain at_genesis(blocks, Height{0}), at_last(blocks, kLast);
    return at == kLast ? at_last : at_genesis;
  }

  const EngineConfig& config() const { return config_; }
  Storage& storage() { return *storage_; }

 private:
  std::unique_ptr<Storage> opened() const {
    auto storage = open_rocksdb(directory_ / "data");
    check(storage.ok());
    return std::move(*storage);
  }

  Directory directory_;
  EngineConfig config_;
  std::unique_ptr<Storage> storage_;
};

void count_blocks(State& state) {
  count(state, "block", kLast.value);
  count(state, "transaction", kLast.value * kPerBlock);
}

// The state after block 0 leaves all blocks to be executed again; the last one's leaves none, and their ids are read.
void recover(State& state) {
  StoredChain& chain = StoredChain::with_state_at(Height{static_cast<std::uint64_t>(state.range(0))});
  for (auto _ : state) {
    auto engine = Engine::start(chain.config(), chain.storage(), {});
    check(engine.ok() && engine->height() == kLast);
  }
  count_blocks(state);
}

void recover_raw(State& state) {
  StoredChain& chain = StoredChain::with_state_at(Height{static_cast<std::uint64_t>(state.range(0))});
  const ChainStore store(chain.storage());
  for (auto _ : state) {
    for (Height height{1}; height <= kLast; height = height.next()) {
      auto block = store.block(height);
      check(block.ok() && block->has_value());
    }
  }
  count_blocks(state);
}

void state_points(::benchmark::internal::Benchmark* made) {
  made->Arg(0)->Arg(static_cast<std::int64_t>(kLast.value))->ArgName("state after");
  made->Unit(::benchmark::kMillisecond);
}
BENCHMARK(recover)->Name("recovery")->Apply(state_points);
BENCHMARK(recover_raw)->Name("recovery/raw")->Apply(state_points);

}  // namespace
}  // namespace medchain::benchmark
