// A node's ports without TLS and sockets: a host over the world's storage, and strangers whose bytes come out of
// memory.
#pragma once

#include "clients.h"
#include "peers.h"
#include "world.h"

namespace medchain::fuzz {

// Of the whole process; its clock stands still.
kj::AsyncIoContext& io();
kj::Timer& still_timer();

// World's node 0, with everything that both ports need, in the order in which it may be destroyed. Fresh for each
// input.
class NodeRig {
 public:
  NodeRig();
  ~NodeRig();

  rpc::Host& host() { return *host_; }
  rpc::Peers& peers() { return *peers_; }
  rpc::Clients& clients() { return *clients_; }
  // How the port of this purpose greets; `named`: whom the certificate of a peer names.
  rpc::Doorkeeper doorkeeper(rpc::ChannelPurpose purpose, std::optional<Address> named) const;
  // A connection over which `bytes` come and then nothing. Until it has ended, or waits for ever.
  void serve(ByteView bytes, const rpc::ConnectionLimits& limits, rpc::Connection::MakeEntrance make_entrance);

 private:
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
