#include "door.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace medchain::gateway {
namespace {

constexpr kj::Duration kHandshakeTimeout = 10 * kj::SECONDS;
constexpr kj::Duration kAfterFailedAccept = 100 * kj::MILLISECONDS;

// Without its port, and without the brackets of IPv6.
std::string ip_of(kj::PeerIdentity& identity) {
  const kj::String text = identity.toString();
  std::string where(text.begin(), text.size());
  where = where.substr(0, where.rfind(':'));
  if (where.starts_with('[') && where.ends_with(']')) where = where.substr(1, where.size() - 2);
  return where;
}

std::optional<std::string> certificate_of(kj::PeerIdentity& identity) {
  auto& tls = kj::downcast<kj::TlsPeerIdentity>(identity);
  if (!tls.hasCertificate()) return std::nullopt;
  std::optional<std::string> name;
  // A certificate without a common name makes KJ throw; it proves nobody.
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { name = std::string(tls.getCommonName().cStr()); })) {
    (void)exception;
    return std::nullopt;
  }
  return name;
}

void keep_alive(kj::AsyncIoStream& socket) {
  const int on = 1, unacknowledged_ms = 30'000;
  socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  socket.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
  socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

std::string describe(const kj::Exception& exception) {
  const kj::StringPtr why = exception.getDescription();
  return {why.begin(), why.size()};
}

Door::Door(kj::Own<kj::ConnectionReceiver> port, kj::TlsContext* tls, kj::Timer& timer, Places& places,
           Metrics& metrics, const Log& log, Serve serve)
    : port_(kj::mv(port)),
      tls_(tls),
      timer_(timer),
      places_(places),
      metrics_(metrics),
      log_(log.in(log_module::kDevices)),
      serve_(std::move(serve)),
      tasks_(*this) {
  accept_next();
}

void Door::accept_next() {
  tasks_.add(port_->acceptAuthenticated().then(
      [this](kj::AuthenticatedStream stream) {
        welcome(kj::mv(stream));
        accept_next();
      },
      [this](kj::Exception&&) {
        // Out of file descriptors, or the other side was gone at once. The port stays open either way.
        metrics_.refused_connection();
        tasks_.add(timer_.afterDelay(kAfterFailedAccept).then([this] { accept_next(); }));
      }));
}

void Door::welcome(kj::AuthenticatedStream stream) {
  if (places_.taken >= places_.most) return metrics_.refused_connection();
  metrics_.connections(++places_.taken);
  auto visit = kj::evalNow([&] {
    Credentials shown;
    shown.ip = ip_of(*stream.peerIdentity);
    keep_alive(*stream.stream);
    return tls_ == nullptr ? serve_(kj::mv(stream.stream), std::move(shown)) : secure(kj::mv(stream), std::move(shown));
  });
  tasks_.add(visit
                 .catch_([](kj::Exception&&) {})  // a line that broke, a handshake that failed: nothing of ours
                 .attach(kj::defer([this] { metrics_.connections(--places_.taken); })));
}

kj::Promise<void> Door::secure(kj::AuthenticatedStream stream, Credentials shown) {
  return timer_.timeoutAfter(kHandshakeTimeout, tls_->wrapServer(kj::mv(stream)))
      .then([this, shown = std::move(shown)](kj::AuthenticatedStream secured) mutable {
        shown.certificate = certificate_of(*secured.peerIdentity);
        return serve_(kj::mv(secured.stream), std::move(shown));
      });
}

void Door::taskFailed(kj::Exception&& exception) { log_.error("a port: " + describe(exception)); }

}  // namespace medchain::gateway
