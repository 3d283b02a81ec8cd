// One RPC connection over one TLS stream, as dialler or acceptor.
#pragma once

#include <capnp/rpc-twoparty.h>
#include <medchain.capnp.h>

#include <functional>
#include <memory>
#include <string>

#include "counted_messages.h"
#include "guarded_stream.h"
#include "held_messages.h"

namespace medchain::rpc {

class Connection;

// How the objects that a connection serves reach it: Cap'n Proto may run a call after its connection has gone.
struct Lifeline {
  Connection* connection = nullptr;  // nothing: gone
  std::string where;                 // HOST:PORT of the other side
  bool greeted = false;              // let in: as a guest, a participant or a peer
  bool proven = false;               // not a guest
  kj::Canceler calls;                // what serves a call wraps its promise in this
  std::function<void()> on_cut;      // called once, when the connection goes
};
using LifelinePtr = std::shared_ptr<Lifeline>;

// What the other side can make us hold. All but the first hold for those who have proved who they are; for others, and
// for guests, kUnproven... below.
struct ConnectionLimits {
  std::uint64_t max_message_bytes = 0;
  std::uint64_t max_unread_bytes = UINT64_MAX;    // of answers, before its further calls wait
  std::uint64_t max_unread_answers = UINT64_MAX;  // likewise: each occupies more than its bytes
  std::uint64_t max_open_calls = UINT64_MAX;      // not finished, or not read: one more ends the connection
  bool calls_only_deliver = false;                // answers say that a call came, and may wait for the next message
  kj::Duration patience = 5 * kj::MINUTES;        // with answers that are not read while calls wait, or at the end
};
inline constexpr std::uint64_t kUnprovenBytes =
    64 * 1024;  // what may be sent before a proof; by a guest, with each call
inline constexpr std::uint64_t kUnprovenUnreadBytes = 256 * 1024;
inline constexpr std::uint64_t kUnprovenUnreadAnswers = 1'000;
inline constexpr std::uint64_t kUnprovenOpenCalls = 10'000;

class Connection {
 public:
  using MakeEntrance = std::function<schema::Entrance::Client(LifelinePtr)>;

  // As acceptor: `make_entrance` gives what is offered. As dialler: nothing is.
  Connection(kj::Own<kj::AsyncIoStream> stream, std::string where, const ConnectionLimits& limits, kj::Timer& timer,
             MakeEntrance make_entrance);
  Connection(kj::Own<kj::AsyncIoStream> stream, std::string where, const ConnectionLimits& limits, kj::Timer& timer);
  ~Connection();
  KJ_DISALLOW_COPY(Connection);

  const LifelinePtr& lifeline() const { return lifeline_; }
  schema::Entrance::Client entrance();  // as dialler: the other side's
  kj::Promise<void> ended();            // resolves when either side ends it; once only
  void close();                         // soon, not within the call
  void let_in(bool proven);             // lifts the limit on what may be sent; a guest's is only renewed
  // What the other side did that no honest one does, if this ended the connection; else empty.
  const std::string& offence() const { return offence_; }
  bool overfull();  // the other side does not read its answers; when it never does, closes
  kj::Promise<void> when_free() { return stream_.when_free(); }

 private:
  Connection(kj::Own<kj::AsyncIoStream> stream, std::string where, const ConnectionLimits& limits, kj::Timer& timer,
             capnp::rpc::twoparty::Side side);
  static ConnectionLimits unproven(ConnectionLimits limits);
  void start(kj::Maybe<capnp::Capability::Client> bootstrap);
  void read_all(const kj::Exception* why);
  std::size_t unread_answers();
  void end_in_time();  // although the answers may never be read that are to be written first

  const ConnectionLimits proven_limits_;
  ConnectionLimits limits_;  // that apply now
  kj::Timer& timer_;
  kj::Promise<void> ending_;
  std::string offence_;
  LifelinePtr lifeline_;
  kj::PromiseFulfillerPair<void> closing_;
  GuardedStream stream_;
  HeldMessages held_;
  CountedMessages messages_;
  capnp::TwoPartyVatNetwork network_;
  kj::Maybe<capnp::RpcSystem<capnp::rpc::twoparty::VatId>> rpc_;
};

// Notices within some ten seconds that the other host is gone, although nothing is being sent.
void keep_alive(kj::AsyncIoStream& socket);

}  // namespace medchain::rpc
