// The other nodes: who is connected, which of two connections with one node stays, and what goes where.
//
// Both of two nodes dial each other. The rule when both succeed at about the same time: the connection stays that the
// lower address dialled. Otherwise the newest stays: a node dials only while it is not connected, so whoever proves its
// key anew has lost the older one, though this side may not have noticed.
#pragma once

#include <map>

#include "entrance.h"
#include "host.h"
#include "peer_link.h"

namespace medchain::rpc {

class Peers final : public PeerSink, public Gate, private kj::TaskSet::ErrorHandler {
 public:
  // `handshake_timeout`: for TLS, and again for the proof, of every node.
  Peers(Host& host, kj::Timer& timer, const Log& log, kj::Duration handshake_timeout);
  ~Peers() noexcept override;

  // Adds a connection whose other side proved `key`, or says which rule is against it: check_standing(), or
  // kUnavailable when there is one already that has precedence. Gives the link's number, with which its messages come.
  Result<std::uint64_t> connect(const Address& node, const SigningPublicKey& key, bool dialled_by_us,
                                schema::PeerService::Client remote, const LifelinePtr& lifeline);
  bool is_connected(const Address& node) const { return links_.contains(node); }
  // From the link with this number; dropped when that has gone or been replaced.
  void receive(const Address& node, std::uint64_t number, ByteView message);

  // PeerSink
  void send(const std::optional<Address>& to, const std::shared_ptr<const Bytes>& message) override;
  void state_changed() override;  // ends connections with whom the registry no longer vouches for
  std::size_t connected() const override { return links_.size(); }

  // Gate
  Result<schema::ClientService::Client> admit_guest(const LifelinePtr& lifeline) override;
  Result<schema::ClientService::Client> admit(const Address& address, const SigningPublicKey& key,
                                              const LifelinePtr& lifeline) override;
  Result<schema::PeerService::Client> admit_peer(const Address& address, const SigningPublicKey& key,
                                                 schema::PeerService::Client callback,
                                                 const LifelinePtr& lifeline) override;
  void refused(const LifelinePtr& lifeline, const Error& why) override;

 private:
  void remove(const Address& node, std::uint64_t number);
  bool old_one_stays(const PeerLink& old, bool new_dialled_by_us) const;
  kj::Promise<void> watch();
  void taskFailed(kj::Exception&& exception) override;

  Host& host_;
  kj::Timer& timer_;
  const Log& log_;
  kj::Duration longest_dial_;
  std::uint64_t next_number_ = 1;
  std::map<Address, std::unique_ptr<PeerLink>> links_;
  std::shared_ptr<Peers*> self_;  // nulled by the destructor, for lifelines that outlive this
  kj::TaskSet tasks_;
};

// What we offer to a peer. Messages that come before set_link() wait for it.
class PeerInbox final : public schema::PeerService::Server {
 public:
  // The link that messages belong to, once there is one.
  struct Link {
    kj::ForkedPromise<void> ready;
    kj::Own<kj::PromiseFulfiller<void>> set_ready;
    std::uint64_t number = 0;

    Link();
    void set(std::uint64_t link_number);
  };
  PeerInbox(Peers& peers, const Address& from, LifelinePtr lifeline, std::shared_ptr<Link> link)
      : peers_(peers), from_(from), lifeline_(std::move(lifeline)), link_(std::move(link)) {}

  kj::Promise<void> consensus(ConsensusContext context) override;
  kj::Promise<void> transactions(TransactionsContext context) override;
  kj::Promise<void> blocks(BlocksContext context) override;
  kj::Promise<void> payloads(PayloadsContext context) override;

 private:
  template <class Context>
  kj::Promise<void> take(PeerMethod method, Context context);
  void deliver(PeerMethod method, ByteView message);

  Peers& peers_;
  Address from_;
  LifelinePtr lifeline_;  // `peers_` lives as long as its connection
  std::shared_ptr<Link> link_;
};

}  // namespace medchain::rpc
