// A running node: an Engine with its storage thread, signature pool, peers and clients. What medchaind wires up.
//
//   auto node = rpc::Node::start(config, storage, engine_config);
//   if (!node) return node.error();              // a port in use, a damaged disk, another chain's data
//   auto ended = (*node)->run();                 // until stop(), from another thread or a signal handler
//
// One thread, the one that calls run(), serves all connections and runs the engine. A second one writes to the storage
// and syncs it; `pool_threads` more check signatures. Peers are dialled, and dialled again when they are gone; one that
// reads too slowly or stops reading loses its connection, never the node. lib/src/rpc/FORMAT.md tells what is said on
// the wire, who may ask what, and every limit.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "medchain/engine.h"
#include "medchain/rpc/log.h"

namespace medchain::rpc {

class Service;

struct Peer {
  Address node;
  std::string address;  // HOST:PORT of its peer port; an IPv6 address in brackets
};

struct NodeConfig {
  std::string peer_listen;               // HOST:PORT for other nodes: mutual TLS under the authority
  std::string client_listen;             // HOST:PORT for clients: TLS, then a proof of the caller's key
  std::string ca;                        // PEM
  std::string certificate;               // PEM; its common name is the node's address
  std::string private_key;               // PEM
  const SigningKey* node_key = nullptr;  // of the node's address; borrowed while running. Signs its reports, too
  std::vector<Peer> peers;  // to dial; it is enough that one of two nodes knows the other. Its own entry is ignored
  std::size_t pool_threads = 1;  // check signatures
  bool index = true;  // keep what queries by hash, participant, subject, kind and time are answered from (index.h)
  std::vector<std::shared_ptr<Service>> services;  // that run beside the node, in its event loop (service.h)
  std::size_t max_clients = 256;               // connections; when full, the oldest that has proved nothing makes room
  std::uint64_t handshake_timeout_ms = 5'000;  // for TLS, and again for the proof
  std::function<void()> serving;               // called once, on run()'s thread, when all ports answer
  LogSink log;                                 // called from any thread; never a secret
  DebugFilter log_debug;                       // which modules' debug lines are wanted; without: none
};

class Node {
 public:
  // Binds both ports: kUnavailable names the one in use. Then recovers the engine from `storage`, which is borrowed
  // while the node lives: kConflict for another chain's, kCorrupt. kConflict too when the certificate names another
  // node, kInvalidArgument for addresses and PEM that are unusable.
  static Result<std::unique_ptr<Node>> start(NodeConfig config, Storage& storage, EngineConfig engine);
  ~Node();

  // Serves until stop(), or until the engine halts or a write fails: then the reason, for the caller to log. What was
  // handed to the storage is written before it returns. One call only.
  Result<void> run();
  void stop();  // from any thread, before or during run(); async-signal-safe
  // From any thread: `work` is called on run()'s thread, soon; never once run() has returned. For what a Service keeps.
  void post(std::function<void()> work);
  // From any thread, before or during run(): connections from now on show this certificate; those that stand go on.
  // kConflict: it names another node. kInvalidArgument: unusable, or the key is another certificate's.
  Result<void> renew_certificate(const std::string& certificate, const std::string& private_key);
  std::uint16_t peer_port() const;  // as bound: useful when the configured one is 0
  std::uint16_t client_port() const;
  // As of the start; see Engine.
  bool vote_log_missing() const;
  bool retiring_key_needed() const;

 private:
  struct Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain::rpc
