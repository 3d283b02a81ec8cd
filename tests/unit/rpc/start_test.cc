// What stops a node from starting or a client from connecting, and what they say.
#include <poll.h>

#include "listen.h"
#include "rpc_network.h"

namespace medchain {
namespace {

using test::RpcNetwork;

bool says(const Error& error, std::string_view part) {
  CAPTURE(error.message());
  const bool found = error.message().find(part) != std::string::npos;
  CHECK(found);
  return found;
}

// Takes one connection, reads what comes first, and ends it.
void accept_and_close(int listener, bool reset) {
  pollfd ready{listener, POLLIN, 0};
  if (poll(&ready, 1, 30'000) != 1) return;
  kj::AutoCloseFd connection(accept(listener, nullptr, nullptr));
  Bytes hello(64 * 1024);
  [[maybe_unused]] auto size = recv(connection.get(), hello.data(), hello.size(), 0);
  // Closing with nothing unread ends it in order; with a linger time of zero it is reset.
  const linger at_once{1, 0};
  if (reset) setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

TEST_CASE("HOST:PORT") {
  CHECK(rpc::parse_host_port("127.0.0.1:7100")->port == 7100);
  CHECK(rpc::parse_host_port("node0.example.org:1")->host == "node0.example.org");
  CHECK(rpc::parse_host_port("[::1]:7100")->host == "::1");
  for (const char* bad :
       {"", ":", ":1", "host", "host:", "host:x", "host:70000", "host:1x", "::1:5", "[]:1", "[::1]"}) {
    CAPTURE(bad);
    CHECK(rpc::parse_host_port(bad).error().code() == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("a port in use is named") {
  RpcNetwork network(test::make_test_genesis(1), 1);
  auto taken = rpc::listen_on("127.0.0.1:0");
  REQUIRE(taken);
  const std::string address = "127.0.0.1:" + std::to_string(taken->port);
  for (bool peer : {true, false}) {
    auto config = network.node(0).config;
    (peer ? config.peer_listen : config.client_listen) = address;
    auto started = rpc::Node::start(config, *network.node(0).storage, network.engine_config(0));
    REQUIRE_FALSE(started);
    CHECK(started.error().code() == ErrorCode::kUnavailable);
    says(started.error(), address);
  }
}

TEST_CASE("a node that is started wrongly says what is wrong") {
  RpcNetwork network(test::make_test_genesis(2), 2);
  auto start = [&](auto change) {
    auto config = network.node(0).config;
    change(config);
    auto started = rpc::Node::start(config, *network.node(0).storage, network.engine_config(0));
    REQUIRE_FALSE(started);
    return started.error();
  };
  says(start([&](auto& c) { c.certificate = network.node(1).config.certificate; }), "the TLS certificate is for med1");
  says(start([&](auto& c) { c.private_key = network.node(1).config.private_key; }), "another certificate");
  says(start([](auto& c) { c.ca = "-----BEGIN CERTIFICATE-----"; }), "authority");
  says(start([](auto& c) { c.certificate = ""; }), "certificate");
  says(start([](auto& c) { c.node_key = nullptr; }), "node_key");
  says(start([](auto& c) { c.peer_listen = "nowhere"; }), "nowhere");
  says(start([](auto& c) { c.client_listen = "192.0.2.1:0"; }), "192.0.2.1");
  says(start([](auto& c) { c.peers[1].address = "nowhere"; }), "nowhere");
}

TEST_CASE("a node that never runs, and one that is stopped first, end cleanly") {
  RpcNetwork network(test::make_test_genesis(1), 1);
  auto idle = rpc::Node::start(network.node(0).config, *network.node(0).storage, network.engine_config(0));
  REQUIRE(idle);
  CHECK((*idle)->peer_port() != 0);
  idle->reset();
  auto stopped = rpc::Node::start(network.node(0).config, *network.node(0).storage, network.engine_config(0));
  REQUIRE(stopped);
  (*stopped)->stop();
  CHECK((*stopped)->run());
  CHECK_FALSE((*stopped)->run());
}

TEST_CASE("a client that cannot connect says why") {
  RpcNetwork network(test::make_test_genesis(1), 1);
  const KeyPair& identity = network.made().validators[0].institution;
  auto connect = [&](auto change) {
    auto config = network.client_config(0, &identity);
    config.timeout_ms = 10'000;
    change(config);
    auto client = rpc::Client::connect(config);
    REQUIRE_FALSE(client);
    return client.error();
  };
  const Error nobody = connect([](auto&) {});
  CHECK(nobody.code() == ErrorCode::kUnavailable);
  CHECK(nobody.message() ==
        "cannot connect to " + network.node(0).config.client_listen + ": connection refused; is the node running?");

  network.start(0);
  auto foreign = rpc::make_authority("Test consortium", 30);
  const Error other_ca = connect([&](auto& c) { c.ca = foreign->certificate; });
  CHECK(other_ca.code() == ErrorCode::kAuthentication);
  says(other_ca, "the node's certificate is not from this consortium's authority");
  const Error other_chain = connect([](auto& c) { c.chain = ChainId{}; });
  CHECK(other_chain.code() == ErrorCode::kConflict);
  CHECK(connect([](auto& c) { c.node = "nowhere"; }).code() == ErrorCode::kInvalidArgument);
  CHECK(connect([](auto& c) { c.node = "name.invalid:1"; }).code() == ErrorCode::kUnavailable);
  CHECK(connect([](auto& c) { c.ca = "no PEM"; }).code() == ErrorCode::kInvalidArgument);

  // Somebody answers, and ends in the middle of the handshake: as a node that is killed does.
  for (bool reset : {false, true}) {
    auto dying = rpc::listen_on("127.0.0.1:0");
    REQUIRE(dying);
    std::thread death([&] { accept_and_close(dying->fd.get(), reset); });
    const Error gone = connect([&](auto& c) { c.node = "127.0.0.1:" + std::to_string(dying->port); });
    death.join();
    CHECK(gone.code() == ErrorCode::kUnavailable);
    says(gone, "the node ended the connection");
  }

  // Somebody listens, and says nothing.
  auto silent = rpc::listen_on("127.0.0.1:0");
  const Error late = connect([&](auto& c) {
    c.node = "127.0.0.1:" + std::to_string(silent->port);
    c.timeout_ms = 200;
  });
  CHECK(late.code() == ErrorCode::kTimeout);
}

// Without the stop these would wait for an hour.
TEST_CASE("a client that is stopped ends connecting and its calls, those made later too") {
  constexpr std::uint64_t kHourMs = 3'600'000;
  RpcNetwork network(test::make_test_genesis(1), 1);
  auto config = network.client_config(0, &network.made().validators[0].institution);
  config.timeout_ms = kHourMs;

  auto silent = rpc::listen_on("127.0.0.1:0");
  REQUIRE(silent);
  auto to_silent = config;
  to_silent.node = "127.0.0.1:" + std::to_string(silent->port);
  std::stop_source connecting;
  to_silent.stop = connecting.get_token();
  std::thread stopping([&] {
    pollfd arrived{silent->fd.get(), POLLIN, 0};
    poll(&arrived, 1, 30'000);
    connecting.request_stop();
  });
  const Error stopped = rpc::Client::connect(to_silent).error();
  stopping.join();
  CHECK(stopped.code() == ErrorCode::kUnavailable);
  CHECK(stopped.message() == "stopped while connecting to " + to_silent.node);
  CHECK(rpc::Client::connect(to_silent).error().message() == stopped.message());

  network.start(0);
  std::stop_source calls;
  config.stop = calls.get_token();
  auto client = rpc::Client::connect(config);
  REQUIRE(client);
  CHECK(client->status());
  auto waiting = client->wait_receipt_async(TxId{{7}}, kHourMs);
  calls.request_stop();
  CHECK(waiting.get().error().code() == ErrorCode::kUnavailable);
  CHECK(client->status().error().code() == ErrorCode::kUnavailable);
}

TEST_CASE("a node with the right authority that is not a node is refused by clients") {
  // A certificate of the authority's for another purpose: without the name that every node's has.
  RpcNetwork network(test::make_test_genesis(1), 1);
  network.start(0);
  auto config = network.client_config(0, nullptr);
  config.ca = network.node(0).config.certificate;  // pinning the node's own certificate is no authority
  CHECK_FALSE(rpc::Client::connect(config));
}

TEST_CASE("calls end when the node goes, and when the client does") {
  RpcNetwork network(test::make_test_genesis(1), 1);
  network.start(0);
  const KeyPair& identity = network.made().validators[0].institution;
  auto client = std::make_unique<rpc::Client>(network.client(0, &identity));
  auto short_wait = client->wait_receipt(TxId{}, 20);
  CHECK(short_wait.error().code() == ErrorCode::kTimeout);

  auto waiting = client->wait_receipt_async(TxId{}, 600'000);
  SECTION("the node") {
    REQUIRE(client->status());
    network.stop(0);
    CHECK(waiting.get().error().code() == ErrorCode::kUnavailable);
    CHECK(client->status().error().code() == ErrorCode::kUnavailable);
  }
  SECTION("the client") {
    client.reset();
    CHECK(waiting.get().error().code() == ErrorCode::kUnavailable);
  }
}

TEST_CASE("one client serves many threads") {
  RpcNetwork network(test::make_test_genesis(1), 1);
  network.start(0);
  const KeyPair& identity = network.made().validators[0].institution;
  auto client = network.client(0, &identity);
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) good += client.account(identity.address()).ok() ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 400);
}

}  // namespace
}  // namespace medchain
