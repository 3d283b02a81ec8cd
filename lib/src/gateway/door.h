// A listening port: accepts, runs each TLS handshake by itself, keeps strangers within bounds, and hands each
// connection on. A failed handshake costs its connection and never the accept loop.
#pragma once

#include <kj/compat/tls.h>
#include <kj/timer.h>

#include <functional>

#include "devices.h"
#include "log.h"
#include "metrics.h"

namespace medchain::gateway {

// How many connections are open, over all ports.
struct Places {
  std::size_t most = 0;
  std::size_t taken = 0;
};

class Door final : private kj::TaskSet::ErrorHandler {
 public:
  using Serve = std::function<kj::Promise<void>(kj::Own<kj::AsyncIoStream> stream, Credentials shown)>;

  // Borrows all but `port` and `serve`. Without `tls`, in the clear.
  Door(kj::Own<kj::ConnectionReceiver> port, kj::TlsContext* tls, kj::Timer& timer, Places& places, Metrics& metrics,
       const Log& log, Serve serve);

 private:
  void accept_next();
  void welcome(kj::AuthenticatedStream stream);
  kj::Promise<void> secure(kj::AuthenticatedStream stream, Credentials shown);
  void taskFailed(kj::Exception&& exception) override;

  kj::Own<kj::ConnectionReceiver> port_;
  kj::TlsContext* tls_;
  kj::Timer& timer_;
  Places& places_;
  Metrics& metrics_;
  const Log log_;
  Serve serve_;
  kj::TaskSet tasks_;
};

// What a caught exception says, without source positions.
std::string describe(const kj::Exception& exception);

}  // namespace medchain::gateway
