// The HTTP/JSON interface of a node: a Service (rpc/service.h) in its event loop. docs/http.md is for those who call
// it.
//
//   HttpConfig http;
//   http.listen = "0.0.0.0:7102";
//   node_config.services.push_back(make_http_service(http));
//
// TLS with the node's certificate. Whatever names a participant or a record is shown to callers who signed their
// request (docs/http-signatures.md) and whom rpc/visibility.h lets see it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "medchain/rpc/service.h"

namespace medchain {

struct HttpConfig {
  std::string listen;  // HOST:PORT
  bool tls = true;     // false: only behind a proxy on the same host, or on loopback
  // Web pages of these origins ("https://console.example") may ask; "*": all.
  std::vector<std::string> cors_origins;
  std::size_t max_connections = 1'024;           // when full, the one idle for longest makes room
  std::size_t max_connections_per_client = 256;  // of one IP address
  std::size_t max_streams = 256;                 // of events, at once
  std::size_t max_body_bytes = 64 * 1024 * 1024;
  double requests_per_second = 200;       // of one IP address, lastingly; twice as many at once
  std::uint64_t slow_request_ms = 1'000;  // what takes longer is logged: its route, never its parameters
};

class HttpService : public rpc::Service {
 public:
  // On the node's thread (Node::post()): what is asked from now on finds these settings. `listen` and `tls` stay as
  // they were, and connections that are open stay.
  virtual void change(HttpConfig config) = 0;
};

std::shared_ptr<HttpService> make_http_service(HttpConfig config);

}  // namespace medchain
