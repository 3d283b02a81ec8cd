// A network of rpc::Node in this process, on loopback, over memory. Ports are the system's choice.
#pragma once

#include <kj/io.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "medchain/rpc/certificates.h"
#include "medchain/rpc/client.h"
#include "medchain/rpc/node.h"
#include "support/catch.h"
#include "support/genesis.h"

namespace medchain::test {

// What a node logged; waiting for a line is bounded only so that a broken test ends.
class LogLines {
 public:
  void add(std::string_view level, std::string_view module, std::string_view line) {
    std::lock_guard lock(mutex_);
    lines_ += std::string(level) + " " + std::string(module) + " " + std::string(line) + "\n";
    changed_.notify_all();
  }
  bool wait_for(std::string_view part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return lines_.find(part) != std::string::npos; });
  }
  std::string all() {
    std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string lines_;
};

class RpcNetwork {
 public:
  struct NodeState {
    std::unique_ptr<MemoryStorage> storage = std::make_unique<MemoryStorage>();
    std::unique_ptr<LogLines> log = std::make_unique<LogLines>();
    std::unique_ptr<KeySigner> consensus;
    rpc::NodeConfig config;
    std::unique_ptr<rpc::Node> node;
    std::thread thread;
    Result<void> ended;
    bool began = false;  // its consensus key may have voted
  };

  RpcNetwork(TestGenesis made, std::size_t candidates) : made_(std::move(made)) {
    auto authority = rpc::make_authority("Test consortium", 30);
    REQUIRE(authority);
    authority_ = *authority;
    nodes_.resize(made_.validators.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) configure(i, i < candidates);
    for (auto& node : nodes_) {
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        node.config.peers.push_back({made_.validators[i].node.address(), nodes_[i].config.peer_listen});
      }
    }
  }
  ~RpcNetwork() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) stop(i);
  }

  void start(std::size_t i) {
    NodeState& state = nodes_[i];
    EngineConfig engine = engine_config(i);
    engine.begin_vote_log = !std::exchange(state.began, true);
    auto started = rpc::Node::start(state.config, *state.storage, std::move(engine));
    if (!started) FAIL(started.error().message());
    state.node = std::move(*started);
    state.thread = std::thread([&state] { state.ended = state.node->run(); });
  }
  void start_all() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) start(i);
  }
  void stop(std::size_t i) {
    NodeState& state = nodes_[i];
    if (!state.node) return;
    state.node->stop();
    state.thread.join();
    state.node.reset();
  }
  // Until it ends by itself.
  Result<void> join(std::size_t i) {
    nodes_[i].thread.join();
    nodes_[i].node.reset();
    return nodes_[i].ended;
  }

  EngineConfig engine_config(std::size_t i) {
    EngineConfig config;
    config.genesis = made_.genesis;
    config.self = made_.validators[i].node.address();
    config.consensus_key = nodes_[i].consensus.get();
    return config;
  }
  rpc::ClientConfig client_config(std::size_t i, const KeyPair* identity) {
    rpc::ClientConfig config;
    config.node = nodes_[i].config.client_listen;
    config.ca = authority_.certificate;
    config.identity = identity;
    return config;
  }
  rpc::Client client(std::size_t i, const KeyPair* identity) {
    auto client = rpc::Client::connect(client_config(i, identity));
    if (!client) FAIL(client.error().message());
    return std::move(*client);
  }

  NodeState& node(std::size_t i) { return nodes_[i]; }
  LogLines& log(std::size_t i) { return *nodes_[i].log; }
  const TestGenesis& made() const { return made_; }
  const rpc::Authority& authority() const { return authority_; }
  ChainId chain() const { return made_.genesis.chain_id(); }

 private:
  // Bound but not listening, for as long as the network lives: a node, which sets SO_REUSEADDR too, may listen there,
  // also after a restart; the system gives the port to no other socket.
  std::string reserve_port() {
    kj::AutoCloseFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    REQUIRE(setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    reserved_.push_back(kj::mv(fd));
    return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }

  void configure(std::size_t i, bool stands) {
    NodeState& state = nodes_[i];
    const TestValidator& validator = made_.validators[i];
    if (stands) state.consensus = std::make_unique<KeySigner>(validator.consensus.clone());
    auto certificate = rpc::issue_node_certificate(authority_, validator.node.address(), {"127.0.0.1"}, 30);
    REQUIRE(certificate);
    state.config.peer_listen = reserve_port();
    state.config.client_listen = reserve_port();
    state.config.ca = authority_.certificate;
    state.config.certificate = certificate->certificate;
    state.config.private_key = certificate->private_key;
    state.config.node_key = &validator.node.signing;
    state.config.log = [log = state.log.get()](std::string_view level, std::string_view module, std::string_view line) {
      log->add(level, module, line);
    };
  }

  TestGenesis made_;
  rpc::Authority authority_;
  std::vector<kj::AutoCloseFd> reserved_;
  std::vector<NodeState> nodes_;
};

}  // namespace medchain::test
