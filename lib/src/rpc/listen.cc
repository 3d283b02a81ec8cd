#include "listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

namespace medchain::rpc {
namespace {

constexpr int kBacklog = 512;

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<Addresses> resolve(const HostPort& where, const std::string& shown) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (int code = getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found); code != 0) {
    return Error(ErrorCode::kInvalidArgument, "cannot listen on " + shown + ": " + gai_strerror(code));
  }
  return Addresses(found, freeaddrinfo);
}

Error cannot_listen(const std::string& shown, int code) {
  const std::string what = "cannot listen on " + shown + ": ";
  if (code == EADDRINUSE) return {ErrorCode::kUnavailable, what + "the port is in use by another program"};
  if (code == EADDRNOTAVAIL) return {ErrorCode::kInvalidArgument, what + "the address is none of this host's"};
  if (code == EACCES) return {ErrorCode::kPermissionDenied, what + "ports below 1024 need a privilege"};
  return {ErrorCode::kIo, what + std::strerror(code)};
}

Result<std::uint16_t> bound_port(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return Error(ErrorCode::kIo, std::string("getsockname: ") + std::strerror(errno));
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
  return ntohs(address.ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

}  // namespace

Result<HostPort> parse_host_port(const std::string& text) {
  auto malformed = [&] {
    return Error(ErrorCode::kInvalidArgument, "\"" + text + "\" is not HOST:PORT, as in 127.0.0.1:7101");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return malformed();
  HostPort result{text.substr(0, colon), 0};
  if (result.host.front() == '[') {
    if (result.host.size() < 3 || result.host.back() != ']') return malformed();
    result.host = result.host.substr(1, result.host.size() - 2);
  } else if (result.host.find(':') != std::string::npos) {
    return malformed();
  }
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data() + colon + 1, end, result.port);
  if (error != std::errc() || stop != end) return malformed();
  return result;
}

Result<Listener> listen_on(const std::string& host_port) {
  auto where = parse_host_port(host_port);
  if (!where) return where.error();
  auto addresses = resolve(*where, host_port);
  if (!addresses) return addresses.error();
  const addrinfo& address = **addresses;
  kj::AutoCloseFd fd(socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return cannot_listen(host_port, errno);
  // A restarted node may bind while old connections linger; two running ones still may not share the port.
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd.get(), address.ai_addr, address.ai_addrlen) != 0 || listen(fd.get(), kBacklog) != 0) {
    return cannot_listen(host_port, errno);
  }
  auto port = bound_port(fd.get());
  if (!port) return port.error();
  return Listener{kj::mv(fd), *port};
}

}  // namespace medchain::rpc
