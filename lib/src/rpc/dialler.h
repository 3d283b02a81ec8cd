// Keeps trying to reach one configured peer while it is not connected.
#pragma once

#include <kj/async-io.h>

#include "medchain/rpc/node.h"
#include "peers.h"
#include "tls.h"

namespace medchain::rpc {

// What every dialled connection of a node needs; borrowed.
struct DialContext {
  Peers& peers;
  kj::Network& network;
  kj::Timer& timer;
  CurrentTls& tls;
  const Log& log;
  ChainId chain;
  Address self;
  const SigningKey& key;
  kj::Duration handshake_timeout;
};

class Dialler {
 public:
  Dialler(DialContext context, Peer peer) : context_(std::move(context)), peer_(std::move(peer)) {}

  // Never resolves.
  kj::Promise<void> run();

 private:
  struct Attempt;
  kj::Promise<void> dial();
  kj::Promise<void> talk(kj::AuthenticatedStream stream);
  kj::Promise<bool> greet(std::shared_ptr<Attempt> attempt);  // whether it ended connected; reports when not
  kj::Promise<bool> enter(std::shared_ptr<Attempt> attempt);
  kj::Promise<void> pause();
  void report(const std::string& why);

  DialContext context_;
  Peer peer_;
  kj::Duration back_off_ = kMinBackOff;
  std::string reported_;  // why the last attempts failed: logged when it changes

  static constexpr kj::Duration kMinBackOff = 100 * kj::MILLISECONDS;
  static constexpr kj::Duration kMaxBackOff = 2 * kj::SECONDS;
};

ConnectionLimits peer_limits();

}  // namespace medchain::rpc
