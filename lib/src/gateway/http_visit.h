// One connection over HTTP: its requests, one after the other.
#pragma once

#include <kj/compat/http.h>

#include "problem.h"
#include "site.h"

namespace medchain::gateway {

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string extra_header{};  // its name; "www-authenticate" or "retry-after" or "allow"
  std::string extra_value{};
};
Answer problem_answer(const Problem& problem);
kj::Promise<void> write_answer(const kj::HttpHeaderTable& table, kj::Timer& timer, Answer answer,
                               kj::HttpService::Response& response);

class HttpVisit final : public kj::HttpService {
 public:
  // Borrows `site` and `table`.
  HttpVisit(Site& site, const kj::HttpHeaderTable& table, Credentials shown)
      : site_(site), table_(table), shown_(std::move(shown)) {}

  kj::Promise<void> request(kj::HttpMethod method, kj::StringPtr url, const kj::HttpHeaders& headers,
                            kj::AsyncInputStream& body, Response& response) override;

 private:
  struct Exchange;

  kj::Promise<Answer> answer(Exchange& exchange, kj::AsyncInputStream& body);
  Answer get_ready() const;
  Answer get_metrics() const;
  Answer get_record(const Exchange& exchange) const;
  kj::Promise<Answer> post(Exchange& exchange, kj::AsyncInputStream& body);
  kj::Promise<bool> receive(Exchange& exchange, kj::AsyncInputStream& body);
  kj::Promise<Answer> take(Exchange& exchange);
  Answer refusal(const Error& error);
  Result<std::vector<Reading>> readings(const Exchange& exchange) const;
  kj::Promise<Answer> wait_for(Exchange& exchange, std::vector<EntryId> ids);
  std::optional<Problem> authenticate(Exchange& exchange);

  Site& site_;
  const kj::HttpHeaderTable& table_;
  Credentials shown_;
};

}  // namespace medchain::gateway
