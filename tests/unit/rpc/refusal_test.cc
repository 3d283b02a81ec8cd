// Whom a node refuses, over real sockets: and that it serves everybody else meanwhile.
#include <arpa/inet.h>
#include <kj/async-io.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "connection.h"
#include "convert.h"
#include "rpc_network.h"
#include "tls.h"

namespace medchain {
namespace {

using test::RpcNetwork;

// A plain TCP connection.
class Socket {
 public:
  explicit Socket(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  void send(ByteView bytes) const {
    [[maybe_unused]] auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // Until the other side closes; false when it never does.
  bool ended() const {
    timeval limit{30, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::uint8_t buffer[4096];
    ssize_t size = 0;
    while ((size = recv(fd_, buffer, sizeof buffer, 0)) > 0) {
    }
    return size == 0 || errno == ECONNRESET;
  }

 private:
  int fd_;
};

class Ignoring final : public rpc::schema::PeerService::Server {
  kj::Promise<void> consensus(ConsensusContext) override { return kj::READY_NOW; }
  kj::Promise<void> transactions(TransactionsContext) override { return kj::READY_NOW; }
  kj::Promise<void> blocks(BlocksContext) override { return kj::READY_NOW; }
  kj::Promise<void> payloads(PayloadsContext) override { return kj::READY_NOW; }
};

// Dials a peer port as a node would, but claiming and presenting what it likes.
struct Impostor {
  rpc::TlsFiles tls;
  Address claimed;
  const SigningKey* key;
  ChainId chain;

  // What the node answers to hello and enterPeer; kUnavailable when the connection ends before.
  Result<void> dial(std::uint16_t port) const {
    auto io = kj::setupAsyncIo();
    auto context = rpc::make_tls(tls, tls.certificate.empty() ? rpc::TlsUse::kClient : rpc::TlsUse::kPeer);
    REQUIRE(context);
    Result<void> result;
    KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { result = talk(io, **context, port); })) {
      return rpc::to_error(*exception);
    }
    return result;
  }

 private:
  Result<void> talk(kj::AsyncIoContext& io, kj::TlsContext& context, std::uint16_t port) const {
    auto& scope = io.waitScope;
    auto address = io.provider->getNetwork().parseAddress("127.0.0.1", port).wait(scope);
    auto secure = context.wrapClient(address->connectAuthenticated().wait(scope), rpc::kNodeName).wait(scope);
    const std::string certificate_name = *rpc::peer_name(*secure.peerIdentity);
    rpc::Connection connection(kj::mv(secure.stream), "test", {64 << 20, UINT64_MAX}, io.provider->getTimer());
    auto entrance = connection.entrance();
    rpc::Caller caller(rpc::ChannelPurpose::kPeer, chain, claimed, key);
    auto hello = entrance.helloRequest();
    hello.setProtocol(rpc::kProtocol);
    hello.setPurpose(rpc::schema::Purpose::PEER);
    hello.setChain(rpc::to_data(chain.bytes));
    hello.setAddress(rpc::to_data(claimed.bytes));
    hello.setNonce(rpc::to_data(caller.hello().nonce.bytes));
    auto answer = hello.send().wait(scope);
    auto welcome = rpc::decode_answer<rpc::Welcome>(answer.getWelcome(), "welcome");
    if (!welcome) return welcome.error();
    MEDCHAIN_TRY(caller.check(*welcome, certificate_name));
    auto enter = entrance.enterPeerRequest();
    enter.setKey(rpc::to_data(bcs::encode(key->public_key())));
    enter.setProof(rpc::to_data(caller.prove().bytes));
    enter.setCallback(kj::heap<Ignoring>());
    auto entered = enter.send().wait(scope);
    if (entered.hasFailure()) return rpc::to_error(entered.getFailure());
    return {};
  }
};

test::TestGenesis genesis() {
  auto made = test::make_test_genesis(4, 4);
  test::add_participant(made, test::test_keys("gateway"), Role::kGateway, 0, "gateway");
  return made;
}

// Node 0 alone runs, so that the others' places are free for impostors.
struct Besieged {
  Besieged() : network(genesis(), 4) {
    network.node(0).config.handshake_timeout_ms = 500;
    network.start(0);
  }
  rpc::TlsFiles tls(std::size_t i) {
    return {network.authority().certificate, network.node(i).config.certificate, network.node(i).config.private_key};
  }
  const KeyPair& keys(std::size_t i) { return network.made().validators[i].node; }
  std::uint16_t peer_port() { return network.node(0).node->peer_port(); }
  std::uint16_t client_port() { return network.node(0).node->client_port(); }
  bool logged(std::string_view part) { return network.log(0).wait_for(part); }
  void check_serving() {
    const KeyPair gateway = test::test_keys("gateway");
    auto client = rpc::Client::connect(network.client_config(0, &gateway));
    if (!client) FAIL(client.error().message());
    CHECK(client->status());
  }

  RpcNetwork network;
};

TEST_CASE("a peer that is whom it claims to be is let in") {
  Besieged node;
  auto entered =
      Impostor{node.tls(1), node.keys(1).address(), &node.keys(1).signing, node.network.chain()}.dial(node.peer_port());
  if (!entered) FAIL(entered.error().message());
  CHECK(node.logged("info network peer " + node.keys(1).address().text() + " connected from 127.0.0.1:"));
  CHECK(node.logged("info network peer " + node.keys(1).address().text() + " disconnected"));
}

TEST_CASE("a peer without a certificate is refused, by address and with the reason") {
  Besieged node;
  Impostor bare{node.tls(1), node.keys(1).address(), &node.keys(1).signing, node.network.chain()};
  bare.tls.certificate.clear();
  bare.tls.private_key.clear();
  CHECK_FALSE(bare.dial(node.peer_port()));
  CHECK(node.logged("warn network refused 127.0.0.1:"));
  CHECK(node.logged("on the peer port: it showed no certificate"));
  node.check_serving();
}

TEST_CASE("a peer with a foreign authority's certificate is refused") {
  Besieged node;
  auto foreign = rpc::make_authority("Test consortium", 30);
  auto forged = rpc::issue_node_certificate(*foreign, node.keys(1).address(), {}, 30);
  Impostor impostor{{node.network.authority().certificate, forged->certificate, forged->private_key},
                    node.keys(1).address(),
                    &node.keys(1).signing,
                    node.network.chain()};
  CHECK_FALSE(impostor.dial(node.peer_port()));
  CHECK(node.logged("on the peer port: its certificate is not from this consortium's authority"));
  node.check_serving();
}

TEST_CASE("a peer with another node's certificate is refused") {
  Besieged node;
  auto refused =
      Impostor{node.tls(2), node.keys(1).address(), &node.keys(1).signing, node.network.chain()}.dial(node.peer_port());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kAuthentication);
  CHECK(node.logged("it claims to be " + node.keys(1).address().text() + ", but its certificate names " +
                    node.keys(2).address().text()));
  node.check_serving();
}

TEST_CASE("a stolen certificate without the node's key does not help") {
  Besieged node;
  const KeyPair thief = test::test_keys("thief");
  auto refused =
      Impostor{node.tls(1), node.keys(1).address(), &thief.signing, node.network.chain()}.dial(node.peer_port());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kPermissionDenied);
  CHECK(node.logged("has another signing key on this chain"));
}

TEST_CASE("a certificate for somebody who is no validator does not make a peer") {
  Besieged node;
  const KeyPair gateway = test::test_keys("gateway");
  auto certificate = rpc::issue_node_certificate(node.network.authority(), gateway.address(), {}, 30);
  auto refused = Impostor{{node.network.authority().certificate, certificate->certificate, certificate->private_key},
                          gateway.address(),
                          &gateway.signing,
                          node.network.chain()}
                     .dial(node.peer_port());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kPermissionDenied);
  CHECK(node.logged("is not a validator"));
}

TEST_CASE("a peer of another chain is refused") {
  Besieged node;
  ChainId other = node.network.chain();
  other.bytes[0] ^= 1;
  auto refused = Impostor{node.tls(1), node.keys(1).address(), &node.keys(1).signing, other}.dial(node.peer_port());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kConflict);
}

TEST_CASE("the ports are not interchangeable") {
  Besieged node;
  auto refused = Impostor{node.tls(1), node.keys(1).address(), &node.keys(1).signing, node.network.chain()}.dial(
      node.client_port());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find("port for clients") != std::string::npos);
  auto config = node.network.client_config(0, nullptr);
  config.node = "127.0.0.1:" + std::to_string(node.peer_port());
  config.timeout_ms = 5'000;
  CHECK_FALSE(rpc::Client::connect(config));  // it has no certificate
}

TEST_CASE("garbage and half-open connections end, and cost nobody else anything") {
  Besieged node;
  for (std::uint16_t port : {node.peer_port(), node.client_port()}) {
    const std::string name = port == node.peer_port() ? "peer port" : "client port";
    CAPTURE(name);
    Socket http(port);
    http.send(view("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    CHECK(http.ended());
    CHECK(node.logged("on the " + name + ": it does not speak TLS"));
    Socket random(port);
    Bytes noise(100'000);
    random_bytes(noise);
    random.send(noise);
    CHECK(random.ended());
    Socket silent(port);
    Socket partial(port);
    partial.send(Bytes{0x16, 0x03, 0x01, 0x02, 0x00, 0x01});  // the start of a ClientHello
    CHECK(silent.ended());
    CHECK(partial.ended());
    CHECK(node.logged("on the " + name + ": it did not finish the handshake in time"));
  }
  node.check_serving();
}

TEST_CASE("connections that prove nothing make room for those that do") {
  RpcNetwork network(genesis(), 4);
  network.node(0).config.max_clients = 8;
  network.start(0);
  std::vector<Socket> silent;
  for (int i = 0; i < 40; ++i) silent.emplace_back(network.node(0).node->client_port());
  const KeyPair gateway = test::test_keys("gateway");
  auto client = network.client(0, &gateway);
  for (int i = 0; i < 40; ++i) silent.emplace_back(network.node(0).node->client_port());
  CHECK(client.status());
  std::vector<rpc::Client> guests;
  for (int i = 0; i < 20; ++i) guests.push_back(network.client(0, nullptr));
  CHECK(client.status());
  CHECK(guests.back().status());
}

TEST_CASE("after TLS, garbage ends the connection only") {
  Besieged node;
  auto io = kj::setupAsyncIo();
  auto context = rpc::make_tls({node.network.authority().certificate, {}, {}}, rpc::TlsUse::kClient);
  auto address = io.provider->getNetwork().parseAddress("127.0.0.1", node.client_port()).wait(io.waitScope);
  auto dial = [&] {
    return (*context)->wrapClient(address->connect().wait(io.waitScope), rpc::kNodeName).wait(io.waitScope);
  };
  auto ends = [&](kj::AsyncIoStream& stream) {
    kj::byte buffer[1024];
    bool ended = false;
    KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                   while (stream.tryRead(buffer, 1, sizeof buffer).wait(io.waitScope) > 0) {
                   }
                   ended = true;
                 })) {
      ended = exception->getType() == kj::Exception::Type::DISCONNECTED;
    }
    return ended;
  };
  SECTION("random bytes") {
    auto stream = dial();
    Bytes noise(10'000, 0xff);
    stream->write(noise.data(), noise.size()).wait(io.waitScope);
    CHECK(ends(*stream));
  }
  SECTION("a message that claims to be huge") {
    auto stream = dial();
    const Bytes header{0, 0, 0, 0, 0xff, 0xff, 0xff, 0x0f};  // one segment of 2 GiB
    stream->write(header.data(), header.size()).wait(io.waitScope);
    CHECK(ends(*stream));
  }
  SECTION("many bytes without a proof") {
    auto stream = dial();
    const Bytes header{0, 0, 0, 0, 0, 0, 4, 0};  // 2 MiB: what a participant may send
    stream->write(header.data(), header.size()).wait(io.waitScope);
    Bytes body(200'000);
    KJ_IF_MAYBE (exception,
                 kj::runCatchingExceptions([&] { stream->write(body.data(), body.size()).wait(io.waitScope); })) {
      (void)exception;
    }
    CHECK(ends(*stream));
    CHECK(node.network.log(0).all().find("it proved nothing in time") == std::string::npos);
  }
  SECTION("silence") {
    auto stream = dial();
    CHECK(ends(*stream));
    CHECK(node.logged("it proved nothing in time"));
  }
  node.check_serving();
}

}  // namespace
}  // namespace medchain
