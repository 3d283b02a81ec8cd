// Consensus keys as a node's host meets them: their vote log, and what becomes of one that votes on two hosts.
#include "rpc_network.h"

namespace medchain {
namespace {

using test::RpcNetwork;

EngineConfig fresh_engine(RpcNetwork& network, std::size_t i) {
  EngineConfig config = network.engine_config(i);
  config.begin_vote_log = true;
  return config;
}

struct Running {
  rpc::Node& node;
  std::thread thread;

  explicit Running(rpc::Node& started) : node(started), thread([this] { static_cast<void>(node.run()); }) {}
  ~Running() {
    node.stop();
    thread.join();
  }
};

}  // namespace

TEST_CASE("a node says whether the vote log of its consensus key is there") {
  RpcNetwork network(test::make_test_genesis(1), 1);
  auto missing = [&](const EngineConfig& config) {
    auto node = rpc::Node::start(network.node(0).config, *network.node(0).storage, config);
    REQUIRE(node);
    return (*node)->vote_log_missing();
  };
  CHECK(missing(network.engine_config(0)));
  CHECK_FALSE(missing(fresh_engine(network, 0)));
  CHECK_FALSE(missing(network.engine_config(0)));
  network.node(0).storage = std::make_unique<MemoryStorage>();
  CHECK(missing(network.engine_config(0)));
}

TEST_CASE("one consensus key on two hosts is found out by the other nodes, and costs the stake") {
  RpcNetwork network(test::make_test_genesis(4), 4);
  // One host of node 3 reaches node 0 only, the other one the rest: each proposes a block of its own when it leads.
  const Address doubled = network.made().validators[3].node.address();
  for (std::size_t i : {0, 3}) {
    std::erase_if(network.node(i).config.peers, [&](const rpc::Peer& peer) {
      return peer.node == (i == 0 ? doubled : network.made().validators[0].node.address());
    });
  }
  rpc::NodeConfig twin_config = network.node(3).config;
  twin_config.peer_listen = twin_config.client_listen = "127.0.0.1:0";
  twin_config.peers = {{network.made().validators[0].node.address(), network.node(0).config.peer_listen}};
  const KeySigner twin_key(network.made().validators[3].consensus.clone());
  EngineConfig twin_engine = fresh_engine(network, 3);
  twin_engine.consensus_key = &twin_key;
  MemoryStorage twin_storage;
  auto twin = rpc::Node::start(twin_config, twin_storage, twin_engine);
  REQUIRE(twin);
  Running running(**twin);
  network.start_all();

  auto client = network.client(1, &network.made().validators[1].institution);
  auto stake = [&](std::size_t i) {
    auto info = client.account(network.made().validators[i].node.address());
    REQUIRE(info);
    return info->account.stake;
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);  // bounded only to end a broken test
  while (stake(3) > Tokens{0} && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(stake(3) == Tokens{0});
  CHECK(client.account(doubled)->barred);
  for (std::size_t i : {0, 1, 2}) CHECK(stake(i) == Tokens{1'000'000 - i});
  CHECK_FALSE(client.account(network.made().validators[0].node.address())->barred);
}

}  // namespace medchain
