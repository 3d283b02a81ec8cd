// The gate of the client port.
#pragma once

#include "client_session.h"
#include "entrance.h"

namespace medchain::rpc {

ConnectionLimits client_limits();

class Clients final : public Gate {
 public:
  Clients(Host& host, kj::Timer& timer, const Log& log) : host_(host), timer_(timer), log_(log) {}

  Result<schema::ClientService::Client> admit_guest(const LifelinePtr& lifeline) override;
  Result<schema::ClientService::Client> admit(const Address& address, const SigningPublicKey& key,
                                              const LifelinePtr& lifeline) override;
  Result<schema::PeerService::Client> admit_peer(const Address& address, const SigningPublicKey& key,
                                                 schema::PeerService::Client callback,
                                                 const LifelinePtr& lifeline) override;
  void refused(const LifelinePtr& lifeline, const Error& why) override;

 private:
  Host& host_;
  kj::Timer& timer_;
  const Log& log_;
};

}  // namespace medchain::rpc
