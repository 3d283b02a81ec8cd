// A network of engines in this process, whose first node's events are written down: played to that node again, they
// lead to the same blocks.
#pragma once

#include "engine_host.h"
#include "support/genesis.h"

namespace medchain::fuzz {

struct Event {
  enum class Kind { kConnected, kMessage, kTick };
  Kind kind = Kind::kTick;
  Now at;
  std::size_t from = 0;                // which node; of kTick: none
  std::shared_ptr<const Bytes> bytes;  // of kMessage
};

class Cluster {
 public:
  explicit Cluster(const test::TestGenesis& made);

  // Relayed to all by the last node.
  void submit(const SignedTransaction& transaction, Payload payload = {});
  void run_until(Height height);

  const Engine& engine(std::size_t node) const { return nodes_.at(node)->host.engine(); }
  const MemoryStorage& storage(std::size_t node) const { return nodes_.at(node)->storage; }
  const std::vector<Event>& events() const { return events_; }  // of node 0
  Now now() const { return now_; }

 private:
  struct Node {
    Node(EngineConfig config, Now at) : host(std::move(config), storage, at) {}
    MemoryStorage storage;
    EngineHost host;
  };
  struct Letter {
    std::size_t from = 0;
    std::size_t to = 0;
    std::shared_ptr<const Bytes> bytes;
  };
  void collect(std::size_t from);
  void deliver_all();
  void connect(std::size_t node, std::size_t other);
  void step();

  std::vector<std::unique_ptr<KeySigner>> signers_;
  std::vector<Address> addresses_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::deque<Letter> letters_;
  std::vector<Event> events_;
  Now now_;
  std::uint64_t next_ticket_ = 1;
};

}  // namespace medchain::fuzz
