// One connection of the HTTP interface: from what kj-http parsed to a Call, and from the Reply back.
#pragma once

#include "answer_writer.h"
#include "router.h"

namespace medchain::http {

class Visit final : public kj::HttpService {
 public:
  // `client`: the IP address of the other side.
  Visit(Site& site, const kj::HttpHeaderTable& table, std::string client)
      : site_(site), table_(table), client_(std::move(client)) {}

  kj::Promise<void> request(kj::HttpMethod method, kj::StringPtr url, const kj::HttpHeaders& headers,
                            kj::AsyncInputStream& body, Response& response) override;

  bool busy() const { return busy_; }
  kj::TimePoint idle_since() const { return idle_since_; }
  const std::string& client() const { return client_; }
  void arrived(kj::TimePoint at) { idle_since_ = at; }

 private:
  struct Exchange;
  kj::Promise<void> answer(Exchange& exchange, kj::AsyncInputStream& body, Response& response);
  kj::Promise<void> answer_route(Exchange& exchange, kj::AsyncInputStream& body, Response& response);
  kj::Promise<void> reply(Exchange& exchange, Reply reply, Response& response);
  // Who signed the request's headers; nothing: nobody did.
  Result<std::optional<rpc::Identity>> authenticate(const Exchange& exchange) const;
  kj::Promise<Result<std::string>> read_body(const Exchange& exchange, kj::AsyncInputStream& body);
  kj::Promise<void> handle(Exchange& exchange, Response& response);
  kj::Promise<void> fail(Exchange& exchange, kj::Exception&& exception, Response& response);
  void done(const Exchange& exchange);

  Site& site_;
  const kj::HttpHeaderTable& table_;
  const std::string client_;
  bool busy_ = false;
  kj::TimePoint idle_since_ = kj::origin<kj::TimePoint>();
};

}  // namespace medchain::http
