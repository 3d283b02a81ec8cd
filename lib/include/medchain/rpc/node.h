// A running node: an Engine with its storage thread, signature pool, peers and clients. What medchaind wires up.
//
//   auto node = rpc::Node::start(config, storage, engine_config);
//   node->run();             // until stop(), from another thread or a signal handler's thread
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "medchain/engine.h"

namespace medchain::rpc {

struct Peer {
  Address node;
  std::string address;       // HOST:PORT of its peer port
};

struct NodeConfig {
  std::string peer_listen;   // HOST:PORT for other nodes: mutual TLS under the authority
  std::string client_listen; // HOST:PORT for clients: TLS, then a proof of the caller's key
  std::string ca;            // PEM
  std::string certificate;   // PEM; its common name is the node's address
  std::string private_key;   // PEM
  const SigningKey* node_key = nullptr;  // of the node's address; borrowed while running
  std::vector<Peer> peers;
  std::size_t pool_threads = 1;          // check signatures
  std::size_t max_clients = 256;         // connections
  std::uint64_t handshake_timeout_ms = 5'000;
  std::function<void(std::string_view level, std::string_view line)> log;  // called from any thread; never a secret
};

class Node {
 public:
  // Binds both ports: kUnavailable names the one in use. `storage` is borrowed while the node lives.
  static Result<std::unique_ptr<Node>> start(NodeConfig config, Storage& storage, EngineConfig engine);
  ~Node();

  // Serves until stop(), or until the engine halts or the disk fails: then the reason. One call only.
  Result<void> run();
  void stop();               // from any thread; async-signal-safe
  std::uint16_t peer_port() const;    // as bound: useful when the configured one is 0
  std::uint16_t client_port() const;

 private:
  struct Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain::rpc
