#include "server.h"

#include <kj/async-io.h>
#include <kj/compat/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace medchain::http {
namespace {

constexpr kj::Duration kHandshakeTimeout = 10 * kj::SECONDS;
constexpr kj::Duration kHeaderTimeout = 10 * kj::SECONDS;
constexpr kj::Duration kIdleTimeout = 120 * kj::SECONDS;
constexpr kj::Duration kAfterFailedAccept = 100 * kj::MILLISECONDS;

// Without its port.
std::string client_of(kj::PeerIdentity& identity) {
  const kj::String text = identity.toString();
  const std::string where(text.begin(), text.size());
  return where.substr(0, where.rfind(':'));
}

void keep_alive(kj::AsyncIoStream& socket) {
  const int on = 1, unacknowledged_ms = 30'000;
  socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  socket.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
  socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

struct Server::Loop final : kj::TaskSet::ErrorHandler, kj::HttpServerErrorHandler {
  struct Visitor {
    std::unique_ptr<Visit> visit;
    kj::Own<kj::PromiseFulfiller<void>> leave;
    bool leaving = false;
  };

  Loop(const HttpConfig& config, rpc::ServiceContext context)
      : site(config, std::move(context)),
        table(kj::HttpHeaderTable::Builder().build()),
        server(
            site.context.timer, *table,
            [this](kj::AsyncIoStream&) { return kj::Own<kj::HttpService>(arriving, kj::NullDisposer::instance); },
            settings()),
        tasks(*this) {
    site.context.node.watch([this](const StoredBlock& block) { site.metrics.block(block); });
    accept_next();
  }

  kj::HttpServerSettings settings() {
    kj::HttpServerSettings settings;
    settings.headerTimeout = kHeaderTimeout;
    settings.pipelineTimeout = kIdleTimeout;
    settings.errorHandler = *this;
    return settings;
  }

  void accept_next();
  void welcome(kj::AuthenticatedStream stream);
  kj::Promise<void> serve(std::uint64_t number, kj::Own<kj::AsyncIoStream> stream);
  bool make_room(const std::string& client);

  kj::Promise<void> handleClientProtocolError(kj::HttpHeaders::ProtocolError error,
                                              kj::HttpService::Response& response) override;
  kj::Promise<void> handleApplicationError(kj::Exception exception,
                                           kj::Maybe<kj::HttpService::Response&> response) override;
  kj::Promise<void> handleNoResponse(kj::HttpService::Response& response) override;
  kj::Promise<void> tell(const Problem& problem, kj::HttpService::Response& response);
  void taskFailed(kj::Exception&& exception) override;

  Site site;
  kj::Own<kj::HttpHeaderTable> table;
  Visit* arriving = nullptr;  // whose connection the server is being given
  std::map<std::uint64_t, Visitor> visitors;
  std::map<std::string, std::size_t> per_client;
  std::uint64_t next_number = 1;
  kj::HttpServer server;
  kj::TaskSet tasks;
};

void Server::Loop::accept_next() {
  tasks.add(site.context.connections.acceptAuthenticated().then(
      [this](kj::AuthenticatedStream stream) {
        welcome(kj::mv(stream));
        accept_next();
      },
      [this](kj::Exception&&) {
        // Out of file descriptors, or the other side was gone at once. The port stays open either way.
        site.metrics.refused_connection("accept");
        tasks.add(site.context.timer.afterDelay(kAfterFailedAccept).then([this] { accept_next(); }));
      }));
}

// When all places are taken, the connection that has been idle for longest leaves: of all, or of a client that has as
// many as it may.
bool Server::Loop::make_room(const std::string& client) {
  const auto own = per_client.find(client);
  const bool own_full = own != per_client.end() && own->second >= site.config.max_connections_per_client;
  if (!own_full && visitors.size() < site.config.max_connections) return true;
  Visitor* longest = nullptr;
  for (auto& [number, visitor] : visitors) {
    if (visitor.leaving || visitor.visit->busy() || (own_full && visitor.visit->client() != client)) continue;
    if (longest == nullptr || visitor.visit->idle_since() < longest->visit->idle_since()) longest = &visitor;
  }
  if (longest == nullptr) return false;
  longest->leaving = true;
  longest->leave->fulfill();
  site.metrics.refused_connection("made_room");
  return true;
}

void Server::Loop::welcome(kj::AuthenticatedStream stream) {
  const std::string client = client_of(*stream.peerIdentity);
  if (!make_room(client)) return site.metrics.refused_connection("full");
  const std::uint64_t number = next_number++;
  auto leave = kj::newPromiseAndFulfiller<void>();
  auto visit = std::make_unique<Visit>(site, *table, client);
  visit->arrived(site.context.timer.now());
  visitors.emplace(number, Visitor{std::move(visit), kj::mv(leave.fulfiller)});
  ++per_client[client];
  site.metrics.connections(visitors.size());
  site.context.log.debug([&] { return client + " connected"; });
  auto served = kj::evalNow([&]() -> kj::Promise<void> {
    keep_alive(*stream.stream);
    if (!site.config.tls) return serve(number, kj::mv(stream.stream));
    return site.context.timer.timeoutAfter(kHandshakeTimeout, site.context.tls().wrapServer(kj::mv(stream.stream)))
        .then([this, number](kj::Own<kj::AsyncIoStream> secure) { return serve(number, kj::mv(secure)); });
  });
  tasks.add(served.exclusiveJoin(kj::mv(leave.promise))
                .catch_([](kj::Exception&&) {})  // a line that broke, a handshake that failed: nothing of ours
                .attach(kj::defer([this, number, client] {
                  visitors.erase(number);
                  site.context.log.debug([&] { return client + " left"; });
                  if (--per_client[client] == 0) per_client.erase(client);
                  site.metrics.connections(visitors.size());
                })));
}

kj::Promise<void> Server::Loop::serve(std::uint64_t number, kj::Own<kj::AsyncIoStream> stream) {
  arriving = visitors.at(number).visit.get();
  return server.listenHttp(kj::mv(stream));
}

kj::Promise<void> Server::Loop::tell(const Problem& problem, kj::HttpService::Response& response) {
  site.context.log.debug([&] { return "no route: answered " + std::to_string(problem.status); });
  const std::string body = problem_json(problem) + "\n";
  kj::HttpHeaders headers(*table);
  headers.set(kj::HttpHeaderId::CONTENT_TYPE, kj::heapString(kProblemMediaType.data(), kProblemMediaType.size()));
  headers.add("cache-control", "no-store");
  headers.add("x-content-type-options", "nosniff");
  auto stream = response.send(static_cast<kj::uint>(problem.status), status_text(problem.status), headers,
                              std::uint64_t{body.size()});
  auto kept = kj::heap<std::string>(body);
  auto written = stream->write(kept->data(), kept->size());
  return site.context.timer.timeoutAfter(kHeaderTimeout, kj::mv(written)).attach(kj::mv(stream), kj::mv(kept));
}

kj::Promise<void> Server::Loop::handleClientProtocolError(kj::HttpHeaders::ProtocolError error,
                                                          kj::HttpService::Response& response) {
  site.metrics.answered("none", static_cast<int>(error.statusCode), 0);
  if (error.statusCode == 431) return tell(problem("header_too_large", "fewer headers, or shorter ones"), response);
  return tell(problem("malformed", "the request does not follow HTTP/1.1: " +
                                       std::string(error.description.begin(), error.description.size())),
              response);
}

// Of our own faults a Visit has told already: what is left is kj-http's, which throws at some of what breaks HTTP (a
// Content-Length that is no number), and lines that broke.
kj::Promise<void> Server::Loop::handleApplicationError(kj::Exception exception,
                                                       kj::Maybe<kj::HttpService::Response&> response) {
  if (exception.getType() != kj::Exception::Type::FAILED) return kj::READY_NOW;
  KJ_IF_MAYBE (open, response) {
    site.metrics.answered("none", 400, 0);
    return tell(problem("malformed", "the request does not follow HTTP/1.1"), *open);
  }
  return kj::READY_NOW;
}

kj::Promise<void> Server::Loop::handleNoResponse(kj::HttpService::Response& response) {
  return tell(problem("internal", "The fault is the node's; its log says more at this time."), response);
}

void Server::Loop::taskFailed(kj::Exception&& exception) {
  const kj::StringPtr why = exception.getDescription();
  site.context.log.error("the HTTP interface: " + std::string(why.begin(), why.size()));
}

void Server::enter(rpc::ServiceContext context) {
  const rpc::Log log = context.log;
  loop_ = std::make_shared<Loop>(config_, std::move(context));
  log.info("HTTP on " + config_.listen + (config_.tls ? "" : ", without TLS"));
}

void Server::leave() { loop_.reset(); }

void Server::change(HttpConfig config) {
  config.listen = config_.listen;
  config.tls = config_.tls;
  config_ = std::move(config);  // which the Site refers to
  if (loop_) loop_->site.rate.change(config_.requests_per_second);
}

}  // namespace medchain::http

namespace medchain {

std::shared_ptr<HttpService> make_http_service(HttpConfig config) {
  return std::make_shared<http::Server>(std::move(config));
}

}  // namespace medchain
