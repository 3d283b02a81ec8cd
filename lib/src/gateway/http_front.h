// The HTTP interface for devices. docs/gateway.md is for those who call it.
#pragma once

#include <kj/compat/http.h>

#include "problem.h"
#include "site.h"

namespace medchain::gateway {

class HttpFront final : private kj::HttpServerErrorHandler {
 public:
  // Borrows `site` and `tls`.
  HttpFront(Site& site, kj::Own<kj::ConnectionReceiver> port, kj::TlsContext& tls);

 private:
  kj::HttpServerSettings settings();
  kj::Promise<void> serve(kj::Own<kj::AsyncIoStream> stream, Credentials shown);
  kj::Promise<void> tell(const Problem& problem, kj::HttpService::Response& response);
  kj::Promise<void> handleClientProtocolError(kj::HttpHeaders::ProtocolError error,
                                              kj::HttpService::Response& response) override;
  kj::Promise<void> handleApplicationError(kj::Exception exception,
                                           kj::Maybe<kj::HttpService::Response&> response) override;
  kj::Promise<void> handleNoResponse(kj::HttpService::Response& response) override;

  Site& site_;
  kj::Own<kj::HttpHeaderTable> table_;
  kj::HttpService* arriving_ = nullptr;  // whose connection the server is being given
  kj::HttpServer server_;
  Door door_;
};

}  // namespace medchain::gateway
