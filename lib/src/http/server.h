// The Service: accepts connections, keeps strangers within bounds, hands each to a Visit.
#pragma once

#include <map>

#include "visit.h"

namespace medchain::http {

class Server final : public HttpService {
 public:
  explicit Server(HttpConfig config) : config_(std::move(config)) {}

  std::string name() const override { return "http"; }
  std::string listen() const override { return config_.listen; }
  void enter(rpc::ServiceContext context) override;
  void leave() override;
  void change(HttpConfig config) override;

 private:
  struct Loop;
  HttpConfig config_;
  std::shared_ptr<Loop> loop_;
};

}  // namespace medchain::http
