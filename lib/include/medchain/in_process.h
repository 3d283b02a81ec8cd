// A network of engines in one process and one thread: for embedding, tests and trying things out. Messages arrive in
// order and none is lost; time advances only when the caller says so.
//
//   InProcessNetwork network(genesis);
//   for (auto& member : members) network.add({.self = ..., .consensus_key = ...});
//   auto id = network.submit(0, transaction, payload);
//   network.run_until_final(*id);
//   auto proof = network.engine(3).receipt_proof(*id);
#pragma once

#include <memory>
#include <vector>

#include "medchain/engine.h"

namespace medchain {

class InProcessNetwork {
 public:
  explicit InProcessNetwork(Genesis genesis, std::uint64_t unix_ms = 0);
  ~InProcessNetwork();

  // Adds a node over its own MemoryStorage; `config.genesis` is ignored. Connects it to all others. Returns its index.
  Result<std::size_t> add(EngineConfig config);
  void disconnect(std::size_t node);  // it hears and says nothing until connect()
  void connect(std::size_t node);
  // Ends the engine, drops what its storage had not synced, and starts it again.
  Result<void> crash_and_restart(std::size_t node);

  Engine& engine(std::size_t node);
  MemoryStorage& storage(std::size_t node);

  // Accepted by that node, or why not.
  Result<TxId> submit(std::size_t node, const SignedTransaction& transaction, Payload payload = {});
  void advance(std::uint64_t milliseconds);  // passes time in steps, delivering everything
  // kTimeout when no connected node holds it final within `limit_ms`; else its receipt.
  Result<Receipt> run_until_final(const TxId& id, std::uint64_t limit_ms = 60'000);
  // Every connected node has this height final.
  Result<void> run_until_height(Height height, std::uint64_t limit_ms = 60'000);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain
