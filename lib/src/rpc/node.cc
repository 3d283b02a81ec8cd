#include "medchain/rpc/node.h"

#include <kj/async-io.h>
#include <kj/debug.h>

#include <list>

#include "clients.h"
#include "convert.h"
#include "dialler.h"
#include "host.h"
#include "listen.h"
#include "medchain/rpc/service.h"
#include "peers.h"
#include "port.h"
#include "progress.h"

namespace medchain::rpc {
namespace {

constexpr std::size_t kUnprovenPeers = 128;    // places beside those for the peers that are configured
constexpr std::uint64_t kTellEveryMs = 5'000;  // of what takes long

Result<void> check(const NodeConfig& config, const EngineConfig& engine) {
  if (config.node_key == nullptr) return Error(ErrorCode::kInvalidArgument, "a node needs its node_key");
  auto name = common_name(config.certificate);
  if (!name) return name.error();
  if (*name != engine.self.text()) {
    return Error(ErrorCode::kConflict,
                 "the TLS certificate is for " + *name + ", but this node is " + engine.self.text());
  }
  for (const Peer& peer : config.peers) {
    if (auto address = parse_host_port(peer.address); !address) return address.error().in("peer " + peer.node.text());
  }
  return {};
}

}  // namespace

struct Contexts {
  kj::Own<kj::TlsContext> peers;
  kj::Own<kj::TlsContext> clients;
  std::uint64_t expiry_s = 0;
};

Result<Contexts> make_contexts(const TlsFiles& files) {
  auto peers = make_tls(files, TlsUse::kPeer);
  if (!peers) return peers.error();
  auto clients = make_tls(files, TlsUse::kClientPort);
  if (!clients) return clients.error();
  auto expiry_s = rpc::certificate_expiry_s(files.certificate);
  if (!expiry_s) return expiry_s.error();
  return Contexts{kj::mv(*peers), kj::mv(*clients), *expiry_s};
}

struct Node::Impl {
  NodeConfig config;
  ChainId chain;
  Address self;
  Log log;
  Log network_log;
  CurrentTls peer_tls;
  CurrentTls client_tls;
  std::uint64_t certificate_expiry_s = 0;
  Listener peer_listener;
  Listener client_listener;
  std::vector<Listener> service_listeners;  // one for each of config.services
  Mailbox mailbox;
  std::optional<KeySigner> account;  // what the engine signs its reports with
  std::unique_ptr<Host> host;
  bool ran = false;

  explicit Impl(NodeConfig given)
      : config(std::move(given)), log(config.log, config.log_debug), network_log(log.in(log_module::kNetwork)) {}

  Result<void> start(Storage& storage, EngineConfig engine);
  void tell_recovery(EngineConfig& engine) const;
  Result<void> run();
  Result<void> serve(kj::AsyncIoContext& io);
  Result<void> wait_for_end(kj::AsyncIoContext& io);
  void use(Contexts contexts);
  PortConfig port_config(ChannelPurpose purpose) const;
};

Result<void> Node::Impl::start(Storage& storage, EngineConfig engine) {
  MEDCHAIN_TRY(check(config, engine));
  auto contexts = make_contexts({config.ca, config.certificate, config.private_key});
  if (!contexts) return contexts.error();
  use(kj::mv(*contexts));
  // Both ports before the engine: two nodes started on one configuration by mistake stop here, not at the disk.
  auto peer_port = listen_on(config.peer_listen);
  if (!peer_port) return peer_port.error();
  peer_listener = kj::mv(*peer_port);
  auto client_port = listen_on(config.client_listen);
  if (!client_port) return client_port.error();
  client_listener = kj::mv(*client_port);
  for (const auto& service : config.services) {
    auto port = listen_on(service->listen());
    if (!port) return port.error();
    service_listeners.push_back(kj::mv(*port));
  }

  account.emplace(config.node_key->clone());
  if (engine.account_key == nullptr) engine.account_key = &*account;
  self = engine.self;
  tell_recovery(engine);
  const std::uint64_t began_ms = now().monotonic_ms;
  HostConfig host_config{engine.self,
                         engine.genesis.name,
                         config.pool_threads,
                         config.index,
                         genesis_committee(engine.genesis),
                         engine.verifier,
                         log};
  auto started = Host::start(std::move(host_config), std::move(engine), storage, mailbox);
  if (!started) return started.error();
  host = std::move(*started);
  host->use_certificate(certificate_expiry_s);
  chain = host->engine().state().chain();
  log.in(log_module::kStorage).debug([&] {
    return "recovered to height " + std::to_string(host->engine().height().value) + " in " +
           std::to_string(now().monotonic_ms - began_ms) + " ms";
  });
  return {};
}

void Node::Impl::tell_recovery(EngineConfig& engine) const {
  if (engine.recovering) return;
  auto seldom = std::make_shared<Seldom>(kTellEveryMs, now().monotonic_ms);
  engine.recovering = [storage_log = log.in(log_module::kStorage), seldom](std::string_view stage, std::uint64_t done) {
    if (!seldom->due(now().monotonic_ms)) return;
    storage_log.info("recovering: " + std::string(stage) + " " + std::to_string(done));
  };
}

void Node::Impl::use(Contexts contexts) {
  peer_tls.replace(kj::mv(contexts.peers));
  client_tls.replace(kj::mv(contexts.clients));
  certificate_expiry_s = contexts.expiry_s;
  if (host) host->use_certificate(certificate_expiry_s);
}

PortConfig Node::Impl::port_config(ChannelPurpose purpose) const {
  PortConfig port;
  port.purpose = purpose;
  port.handshake_timeout = config.handshake_timeout_ms * kj::MILLISECONDS;
  port.chain = chain;
  port.self = self;
  port.key = config.node_key;
  const bool peer = purpose == ChannelPurpose::kPeer;
  port.max_connections = peer ? kUnprovenPeers + 2 * limits::kMaxCommittee + config.peers.size() : config.max_clients;
  port.limits = peer ? peer_limits() : client_limits();
  return port;
}

// Everything of the event loop lives in this frame, in the order in which it may be destroyed: ports and diallers with
// their connections first, then what these report to.
Result<void> Node::Impl::serve(kj::AsyncIoContext& io) {
  auto& timer = io.provider->getTimer();
  Peers peers(*host, timer, network_log, config.handshake_timeout_ms * kj::MILLISECONDS);
  host->enter(timer, peers);
  KJ_DEFER(host->leave());
  Clients clients(*host, timer, network_log);

  auto listen = [&](Listener& listener) { return io.lowLevelProvider->wrapListenSocketFd(kj::mv(listener.fd)); };
  Port peer_port(port_config(ChannelPurpose::kPeer), listen(peer_listener), peer_tls, timer, peers, network_log);
  Port client_port(port_config(ChannelPurpose::kClient), listen(client_listener), client_tls, timer, clients,
                   network_log);
  DialContext dial{peers,
                   io.provider->getNetwork(),
                   timer,
                   peer_tls,
                   network_log,
                   chain,
                   self,
                   *config.node_key,
                   config.handshake_timeout_ms * kj::MILLISECONDS};
  std::list<Dialler> diallers;
  std::vector<kj::Promise<void>> dialling;
  for (const Peer& peer : config.peers) {
    if (peer.node == self) continue;
    dialling.push_back(diallers.emplace_back(dial, peer).run().eagerlyEvaluate(nullptr));
  }
  std::list<kj::Own<kj::ConnectionReceiver>> receivers;
  for (std::size_t i = 0; i < config.services.size(); ++i) {
    auto& receiver = *receivers.emplace_back(listen(service_listeners[i]));
    Service& service = *config.services[i];
    service.enter(
        {*host, timer, receiver, [this]() -> kj::TlsContext& { return client_tls.get(); }, log.in(service.name())});
  }
  KJ_DEFER(for (const auto& service : config.services) service->leave());
  log.info("node " + self.text() + " at height " + std::to_string(host->engine().height().value) + ": peers on port " +
           std::to_string(peer_listener.port) + ", clients on port " + std::to_string(client_listener.port));
  if (config.serving) config.serving();
  return wait_for_end(io);
}

Result<void> Node::Impl::wait_for_end(kj::AsyncIoContext& io) {
  std::optional<Error> reason;
  auto failed = host->failed().then([&](Error error) { reason = std::move(error); });
  mailbox.serve(io.unixEventPort).exclusiveJoin(kj::mv(failed)).wait(io.waitScope);
  log.info("stopping at height " + std::to_string(host->engine().height().value));
  if (reason) return *reason;
  return {};
}

Result<void> Node::Impl::run() {
  if (ran) return Error(ErrorCode::kConflict, "a node runs once only");
  ran = true;
  Result<void> result;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                 auto io = kj::setupAsyncIo();
                 result = serve(io);
               })) {
    return Error(ErrorCode::kInternal, "the event loop failed: " + describe(*exception));
  }
  return result;
}

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::start(NodeConfig config, Storage& storage, EngineConfig engine) {
  auto impl = std::make_unique<Impl>(std::move(config));
  MEDCHAIN_TRY(impl->start(storage, std::move(engine)));
  return std::unique_ptr<Node>(new Node(std::move(impl)));
}

Result<void> Node::run() { return impl_->run(); }
void Node::stop() { impl_->mailbox.stop(); }
void Node::post(std::function<void()> work) { impl_->mailbox.post(std::move(work)); }

Result<void> Node::renew_certificate(const std::string& certificate, const std::string& private_key) {
  auto name = common_name(certificate);
  if (!name) return name.error();
  if (*name != impl_->self.text()) {
    return Error(ErrorCode::kConflict, "the new TLS certificate is for " + *name + ", not for this node");
  }
  auto contexts = make_contexts({impl_->config.ca, certificate, private_key});
  if (!contexts) return contexts.error();
  auto shared = std::make_shared<Contexts>(kj::mv(*contexts));
  impl_->mailbox.post([impl = impl_.get(), shared] { impl->use(kj::mv(*shared)); });
  return {};
}
std::uint16_t Node::peer_port() const { return impl_->peer_listener.port; }
std::uint16_t Node::client_port() const { return impl_->client_listener.port; }
bool Node::vote_log_missing() const { return impl_->host->engine().vote_log_missing(); }
bool Node::retiring_key_needed() const { return impl_->host->engine().retiring_key_needed(); }

}  // namespace medchain::rpc
