#include "http_front.h"

#include "http_visit.h"

namespace medchain::gateway {
namespace {

constexpr kj::Duration kHeaderTimeout = 10 * kj::SECONDS;
constexpr kj::Duration kIdleTimeout = 60 * kj::SECONDS;

}  // namespace

HttpFront::HttpFront(Site& site, kj::Own<kj::ConnectionReceiver> port, kj::TlsContext& tls)
    : site_(site),
      table_(kj::HttpHeaderTable::Builder().build()),
      server_(
          site.timer, *table_,
          [this](kj::AsyncIoStream&) { return kj::Own<kj::HttpService>(arriving_, kj::NullDisposer::instance); },
          settings()),
      door_(kj::mv(port), &tls, site.timer, site.places, site.metrics, site.log,
            [this](kj::Own<kj::AsyncIoStream> stream, Credentials shown) {
              return serve(kj::mv(stream), std::move(shown));
            }) {}

kj::HttpServerSettings HttpFront::settings() {
  kj::HttpServerSettings settings;
  settings.headerTimeout = kHeaderTimeout;
  settings.pipelineTimeout = kIdleTimeout;
  // A device that is told that its content is too large reads the answer, and has its connection ended.
  settings.canceledUploadGraceBytes = 1024 * 1024;
  settings.errorHandler = *this;
  return settings;
}

kj::Promise<void> HttpFront::serve(kj::Own<kj::AsyncIoStream> stream, Credentials shown) {
  auto visit = kj::heap<HttpVisit>(site_, *table_, std::move(shown));
  arriving_ = visit.get();
  return server_.listenHttp(kj::mv(stream)).attach(kj::mv(visit));
}

kj::Promise<void> HttpFront::tell(const Problem& problem, kj::HttpService::Response& response) {
  site_.metrics.answered(problem.status);
  site_.metrics.rejected(problem.code);
  return write_answer(*table_, site_.timer, problem_answer(problem), response);
}

kj::Promise<void> HttpFront::handleClientProtocolError(kj::HttpHeaders::ProtocolError error,
                                                       kj::HttpService::Response& response) {
  if (error.statusCode == 431) return tell(problem("header_too_large", "the headers have more than 16 KiB"), response);
  return tell(problem("malformed", "the request does not follow HTTP/1.1: " +
                                       std::string(error.description.begin(), error.description.size())),
              response);
}

kj::Promise<void> HttpFront::handleApplicationError(kj::Exception exception,
                                                    kj::Maybe<kj::HttpService::Response&> response) {
  // A line that broke; a reader or writer that stopped.
  if (exception.getType() != kj::Exception::Type::FAILED) return kj::READY_NOW;
  // KJ tells bodies that break the rules of HTTP in this way, too: it is not known to be a fault of ours.
  KJ_IF_MAYBE (open, response) {
    return tell(problem("malformed", "the request could not be read to its end"), *open);
  }
  return kj::READY_NOW;
}

kj::Promise<void> HttpFront::handleNoResponse(kj::HttpService::Response& response) {
  return tell(problem("internal", "no answer was made"), response);
}

}  // namespace medchain::gateway
