#include "http_submitter.h"

#include <kj/async-io.h>
#include <kj/compat/http.h>
#include <kj/compat/tls.h>

namespace medchain::benchmark {
namespace {

constexpr kj::StringPtr kCertificateName = "node.medchain.internal"_kj;

kj::TlsContext trusting(const std::string& ca) {
  kj::TlsCertificate authority(kj::StringPtr(ca.c_str(), ca.size()));
  kj::TlsContext::Options options;
  options.useSystemTrustStore = false;
  options.trustedCertificates = kj::arrayPtr(&authority, 1);
  return kj::TlsContext(kj::mv(options));
}

class Sender {
 public:
  Sender(UnderWay& under_way, const Maker& maker, std::uint32_t replay_window, const std::string& node,
         const std::string& ca)
      : under_way_(under_way),
        maker_(maker),
        replay_window_(replay_window),
        node_(node),
        io_(kj::setupAsyncIo()),
        tls_(trusting(ca)) {}

  void run() {
    for (;;) {
      const UnderWay::Batch batch = under_way_.take();
      if (batch.count == 0) return;
      send(batch);
    }
  }

 private:
  void send(const UnderWay::Batch& batch) {
    kj::Own<kj::AsyncIoStream> line;
    kj::Own<kj::HttpClient> client;
    auto failed = kj::runCatchingExceptions([&] {
      auto address = io_.provider->getNetwork().parseAddress(node_).wait(io_.waitScope);
      line = tls_.wrapClient(address->connect().wait(io_.waitScope), kCertificateName).wait(io_.waitScope);
      client = kj::newHttpClient(table_, *line);
    });
    for (std::size_t number = batch.first; number < batch.first + batch.count; ++number) {
      Made made = under_way_.make(maker_, number, replay_window_);
      under_way_.submitted({made.id});
      if (failed == nullptr) failed = kj::runCatchingExceptions([&] { post(*client, made); });
      KJ_IF_MAYBE (why, failed) under_way_.refuse(made.id, why->getDescription().cStr());
    }
  }

  void post(kj::HttpClient& client, const Made& made) {
    const Bytes body = bcs::encode(made.submission);
    kj::HttpHeaders headers(table_);
    headers.set(kj::HttpHeaderId::HOST, kj::StringPtr(node_.c_str(), node_.size()));
    headers.set(kj::HttpHeaderId::CONTENT_TYPE, "application/octet-stream");
    auto request = client.request(kj::HttpMethod::POST, "/v1/transactions", headers, body.size());
    request.body->write(body.data(), body.size()).wait(io_.waitScope);
    request.body = nullptr;
    auto response = request.response.wait(io_.waitScope);
    auto text = response.body->readAllText().wait(io_.waitScope);
    if (response.statusCode != 202) under_way_.refuse(made.id, text.cStr());
  }

  UnderWay& under_way_;
  const Maker& maker_;
  const std::uint32_t replay_window_;
  const std::string node_;
  kj::AsyncIoContext io_;
  kj::TlsContext tls_;
  kj::HttpHeaderTable table_;
};

}  // namespace

void submit_over_http(UnderWay& under_way, const Maker& maker, std::uint32_t replay_window, const std::string& node,
                      const std::string& ca) {
  Sender(under_way, maker, replay_window, node, ca).run();
}

}  // namespace medchain::benchmark
