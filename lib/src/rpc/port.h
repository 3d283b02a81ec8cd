// A listening port: accepts, runs each TLS handshake by itself, offers the Entrance, and keeps strangers within bounds.
// A failed handshake, garbage or silence costs a log line and never the accept loop.
#pragma once

#include <map>

#include "entrance.h"
#include "medchain/rpc/log.h"
#include "tls.h"

namespace medchain::rpc {

struct PortConfig {
  ChannelPurpose purpose = ChannelPurpose::kClient;
  std::size_t max_connections = 256;                 // when full, the oldest that has proved nothing makes room
  kj::Duration handshake_timeout = 5 * kj::SECONDS;  // for TLS, and again for the proof
  ConnectionLimits limits;
  ChainId chain;
  Address self;
  const SigningKey* key = nullptr;  // borrowed
};

class Port final : private kj::TaskSet::ErrorHandler {
 public:
  // Borrows all but `receiver`.
  Port(PortConfig config, kj::Own<kj::ConnectionReceiver> receiver, CurrentTls& tls, kj::Timer& timer, Gate& gate,
       const Log& log);

 private:
  struct Visitor {
    std::string where;
    LifelinePtr lifeline;  // after TLS
    kj::Own<kj::PromiseFulfiller<void>> leave;
    bool leaving = false;
    bool proven() const { return lifeline && lifeline->proven; }
  };

  void accept_next();
  void welcome(kj::AuthenticatedStream stream);
  kj::Promise<void> serve(std::uint64_t number, kj::AuthenticatedStream stream);
  bool make_room();
  void forget(std::uint64_t number);  // a visitor that is gone
  void log_refusal(const std::string& where, const std::string& why);
  std::string name() const { return config_.purpose == ChannelPurpose::kPeer ? "peer port" : "client port"; }
  void taskFailed(kj::Exception&& exception) override;

  PortConfig config_;
  kj::Own<kj::ConnectionReceiver> receiver_;
  CurrentTls& tls_;
  kj::Timer& timer_;
  Gate& gate_;
  const Log& log_;
  std::uint64_t next_number_ = 1;
  std::map<std::uint64_t, Visitor> visitors_;  // by arrival
  kj::TimePoint log_window_ = kj::origin<kj::TimePoint>();
  unsigned logged_in_window_ = 0;
  kj::TaskSet tasks_;
};

}  // namespace medchain::rpc
