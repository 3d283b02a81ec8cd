// The Entrance that a node offers on both ports: it runs the handshake, and a Gate decides who comes in.
#pragma once

#include "channel.h"
#include "connection.h"

namespace medchain::rpc {

// Decides about those who have proved their key. Asked at most once for a connection; an error is told to the other
// side.
class Gate {
 public:
  virtual ~Gate() = default;
  virtual Result<schema::ClientService::Client> admit_guest(const LifelinePtr& lifeline) = 0;
  virtual Result<schema::ClientService::Client> admit(const Address& address, const SigningPublicKey& key,
                                                      const LifelinePtr& lifeline) = 0;
  virtual Result<schema::PeerService::Client> admit_peer(const Address& address, const SigningPublicKey& key,
                                                         schema::PeerService::Client callback,
                                                         const LifelinePtr& lifeline) = 0;
  // `why` names no participant's address but a node's.
  virtual void refused(const LifelinePtr& lifeline, const Error& why) = 0;
};

// `gate` is borrowed while the lifeline's connection lives.
schema::Entrance::Client make_entrance(Doorkeeper doorkeeper, LifelinePtr lifeline, Gate& gate);

}  // namespace medchain::rpc
