// Listening sockets, bound before any event loop exists, so that a port in use is known at once.
#pragma once

#include <kj/io.h>

#include <cstdint>
#include <string>

#include "medchain/result.h"

namespace medchain::rpc {

struct HostPort {
  std::string host;  // an IPv6 address without its brackets
  std::uint16_t port = 0;
};
// "HOST:PORT", "[IPv6]:PORT"; kInvalidArgument.
Result<HostPort> parse_host_port(const std::string& text);

struct Listener {
  kj::AutoCloseFd fd;
  std::uint16_t port = 0;  // as bound
};
// kUnavailable when the port is in use, kInvalidArgument when the address is none of this host's.
Result<Listener> listen_on(const std::string& host_port);

}  // namespace medchain::rpc
