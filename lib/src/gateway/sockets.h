// Listening sockets and TLS for devices.
#pragma once

#include <kj/compat/tls.h>
#include <kj/io.h>

#include <cstdint>
#include <optional>
#include <string>

#include "medchain/result.h"

namespace medchain::gateway {

struct Listener {
  kj::AutoCloseFd fd;
  std::uint16_t port = 0;  // as bound
};
// HOST:PORT, [IPv6]:PORT. kUnavailable when the port is in use, kInvalidArgument for what is no address of this host.
Result<Listener> listen_on(const std::string& host_port);

// TLS 1.2 or later. With `client_ca` every client must show a certificate under it. kInvalidArgument: unusable PEM.
Result<kj::Own<kj::TlsContext>> make_tls(const std::string& certificate, const std::string& private_key,
                                         const std::optional<std::string>& client_ca);

}  // namespace medchain::gateway
