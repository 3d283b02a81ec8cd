// A connection with another node after the handshake: sends what is queued as fast as the peer takes it.
#pragma once

#include "connection.h"
#include "medchain/keys.h"
#include "medchain/rpc/log.h"
#include "peer_lanes.h"

namespace medchain::rpc {

class PeerLink final : private kj::TaskSet::ErrorHandler {
 public:
  struct Identity {
    Address node;
    SigningPublicKey key;  // as proved
    bool dialled_by_us = false;
    std::uint64_t number = 0;  // never used twice
    kj::TimePoint made = kj::origin<kj::TimePoint>();
  };
  PeerLink(Identity identity, schema::PeerService::Client remote, LifelinePtr lifeline, kj::Timer& timer,
           const Log& log);

  const Identity& identity() const { return identity_; }
  void send(std::shared_ptr<const Bytes> message);
  // Both end the connection soon, not within the call; the first says why in the log.
  void close(const std::string& why);
  void end();
  // Closes when a message has been waiting for the peer too long.
  void check_progress();

 private:
  kj::Promise<void> pump();
  kj::Promise<void> transmit(const Bytes& message);
  void taskFailed(kj::Exception&& exception) override;

  Identity identity_;
  schema::PeerService::Client remote_;
  LifelinePtr lifeline_;
  kj::Timer& timer_;
  const Log& log_;
  PeerLanes lanes_;
  bool pumping_ = false;
  bool closed_ = false;
  kj::TimePoint progress_;
  kj::TaskSet tasks_;
};

}  // namespace medchain::rpc
