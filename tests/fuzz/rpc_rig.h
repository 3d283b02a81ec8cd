// A node's ports without TLS and sockets: a host over the world's storage, and strangers whose bytes come out of
// memory.
#pragma once

#include "clients.h"
#include "entrance.h"
#include "peers.h"
#include "world.h"

namespace medchain::fuzz {

// Of the whole process; its clock stands still.
kj::AsyncIoContext& io();
kj::Timer& still_timer();

// How strangers find one of its ports.
struct Port {
  rpc::ChannelPurpose purpose;
  std::optional<Address> named;  // whom the certificate of a peer names
  rpc::ConnectionLimits limits;
  rpc::Gate& gate;
  // Lets somebody in who is known to it and whom nobody asks for a proof.
  std::function<capnp::Capability::Client(const rpc::LifelinePtr& lifeline)> admit;
};

// What those get who are let in.
template <class Service>
capnp::Capability::Client let_in(Result<Service> service) {
  MEDCHAIN_ASSERT(service, "a participant in good standing");
  return kj::mv(*service);
}

// World's node 0, with everything that both ports need, in the order in which it may be destroyed. Fresh for each
// input.
class NodeRig {
 public:
  NodeRig();
  ~NodeRig();

  rpc::Host& host() { return *host_; }
  rpc::Peers& peers() { return *peers_; }
  rpc::Clients& clients() { return *clients_; }
  // A connection over which the bytes after the first come and then nothing, until it has ended, or waits for ever.
  // Where the first is odd, whoever sends them is let in at once. A proof that nobody made, and a chain that has
  // changed, are asserted against.
  void serve(ByteView input, const Port& port);

 private:
  rpc::schema::Entrance::Client admit(const Port& port, const rpc::LifelinePtr& lifeline) const;
  rpc::schema::Entrance::Client greet(const Port& port, rpc::LifelinePtr lifeline) const;
  void connect(ByteView bytes, const rpc::ConnectionLimits& limits, rpc::Connection::MakeEntrance make_entrance) const;

  MemoryStorage storage_;
  rpc::Mailbox mailbox_;
  rpc::Log log_{nullptr};
  std::unique_ptr<rpc::Host> host_;
  std::optional<rpc::Peers> peers_;
  std::optional<rpc::Clients> clients_;
};

// What the side that dials sends, for seeds: `talk` makes its calls and gives what they will answer. Nobody answers.
Bytes record_calls(const std::function<kj::Promise<void>(capnp::Capability::Client bootstrap)>& talk);

}  // namespace medchain::fuzz
