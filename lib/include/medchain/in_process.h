// A network of engines in one process and one thread: for embedding, tests and trying things out. Messages arrive in
// order and none is lost; time advances only when the caller says so.
//
//   InProcessNetwork network(genesis);
//   for (auto& member : members) network.add({.self = ..., .consensus_key = ...});
//   auto id = network.submit(0, transaction, payload);
//   network.run_until_final(*id);
//   auto proof = network.engine(3).receipt_proof(*id);
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "medchain/engine.h"

namespace medchain {

class InProcessNetwork {
 public:
  explicit InProcessNetwork(Genesis genesis, std::uint64_t unix_ms = 0);
  ~InProcessNetwork();

  // Adds a node over its own MemoryStorage; `config.genesis` is ignored, and the vote log of its consensus key begins.
  // Connects it to all others. Returns its index.
  Result<std::size_t> add(EngineConfig config);
  // As the node's next restart will use it; with another consensus key, or to begin its vote log.
  EngineConfig& config(std::size_t node);
  void disconnect(std::size_t node);  // it hears and says nothing until connect()
  void connect(std::size_t node);
  // Ends the engine, drops what its storage had not synced, and starts it again.
  Result<void> crash_and_restart(std::size_t node);
  // The same, with all that it stored gone.
  Result<void> lose_disk_and_restart(std::size_t node);

  Engine& engine(std::size_t node);
  MemoryStorage& storage(std::size_t node);

  // Accepted by that node, or why not.
  Result<TxId> submit(std::size_t node, const SignedTransaction& transaction, Payload payload = {});
  void advance(std::uint64_t milliseconds);  // passes time in steps, delivering everything
  // kTimeout when no connected node holds it final within `limit_ms`; else its receipt.
  Result<Receipt> run_until_final(const TxId& id, std::uint64_t limit_ms = 60'000);
  // Every connected node has this height final.
  Result<void> run_until_height(Height height, std::uint64_t limit_ms = 60'000);

  // For those who study what nodes say: sees each message before it is delivered. It may post(), and nothing else.
  void watch(std::function<void(std::size_t from, std::size_t to, ByteView message)> watcher);
  // As if node `from` had sent it, which may be disconnected; overtakes what is under way.
  void post(std::size_t from, std::size_t to, const PeerMessage& message);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain
