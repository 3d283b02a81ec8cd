#include "peers.h"

#include <kj/debug.h>

#include "convert.h"

namespace medchain::rpc {
namespace {

constexpr kj::Duration kWatch = 5 * kj::SECONDS;

}  // namespace

Peers::Peers(Host& host, kj::Timer& timer, const Log& log, kj::Duration handshake_timeout)
    : host_(host),
      timer_(timer),
      log_(log),
      longest_dial_(2 * handshake_timeout),
      self_(std::make_shared<Peers*>(this)),
      tasks_(*this) {
  tasks_.add(watch());
}

Peers::~Peers() noexcept { *self_ = nullptr; }

bool Peers::old_one_stays(const PeerLink& old, bool new_dialled_by_us) const {
  // A dial that began before the old one was made would have ended by now.
  if (timer_.now() - old.identity().made > longest_dial_) return false;
  const bool we_are_lower = host_.config().self < old.identity().node;
  const bool old_by_lower = old.identity().dialled_by_us == we_are_lower;
  const bool new_by_lower = new_dialled_by_us == we_are_lower;
  return old_by_lower && !new_by_lower;
}

Result<std::uint64_t> Peers::connect(const Address& node, const SigningPublicKey& key, bool dialled_by_us,
                                     schema::PeerService::Client remote, const LifelinePtr& lifeline) {
  MEDCHAIN_TRY(check_standing(node, key, host_.engine().state().participant(node), ChannelPurpose::kPeer));
  if (auto old = links_.find(node); old != links_.end()) {
    if (old_one_stays(*old->second, dialled_by_us)) {
      return Error(ErrorCode::kUnavailable, "peer " + node.text() + " is connected already");
    }
    old->second->end();
    remove(node, old->second->identity().number);
  }
  const std::uint64_t number = next_number_++;
  links_.emplace(node, std::make_unique<PeerLink>(PeerLink::Identity{node, key, dialled_by_us, number, timer_.now()},
                                                  kj::mv(remote), lifeline, timer_, log_));
  lifeline->on_cut = [self = self_, node, number] {
    if (*self != nullptr) (*self)->remove(node, number);
  };
  log_.info("peer " + node.text() + " connected" + (dialled_by_us ? " at " : " from ") + lifeline->where);
  host_.peer_connected(node);
  return number;
}

void Peers::remove(const Address& node, std::uint64_t number) {
  auto link = links_.find(node);
  if (link == links_.end() || link->second->identity().number != number) return;
  links_.erase(link);
  log_.info("peer " + node.text() + " disconnected");
  host_.peer_disconnected(node);
}

void Peers::receive(const Address& node, std::uint64_t number, ByteView message) {
  auto link = links_.find(node);
  if (link == links_.end() || link->second->identity().number != number) return;
  host_.receive(node, message);
}

void Peers::send(const std::optional<Address>& to, const std::shared_ptr<const Bytes>& message) {
  if (!to) {
    for (auto& [node, link] : links_) link->send(message);
  } else if (auto link = links_.find(*to); link != links_.end()) {
    link->second->send(message);
  }
}

void Peers::state_changed() {
  const State& state = host_.engine().state();
  for (auto& [node, link] : links_) {
    auto standing = check_standing(node, link->identity().key, state.participant(node), ChannelPurpose::kPeer);
    if (!standing) link->close(standing.error().message());
  }
}

Result<schema::ClientService::Client> Peers::admit_guest(const LifelinePtr&) {
  return Error(ErrorCode::kInvalidArgument, "this is the port for nodes; clients have another");
}
Result<schema::ClientService::Client> Peers::admit(const Address&, const SigningPublicKey&, const LifelinePtr&) {
  return Error(ErrorCode::kInvalidArgument, "this is the port for nodes; clients have another");
}

Result<schema::PeerService::Client> Peers::admit_peer(const Address& address, const SigningPublicKey& key,
                                                      schema::PeerService::Client callback,
                                                      const LifelinePtr& lifeline) {
  auto link = std::make_shared<PeerInbox::Link>();
  auto number = connect(address, key, false, kj::mv(callback), lifeline);
  if (!number) return number.error();
  link->set(*number);
  return schema::PeerService::Client(kj::heap<PeerInbox>(*this, address, lifeline, link));
}

void Peers::refused(const LifelinePtr& lifeline, const Error& why) {
  if (why.code() == ErrorCode::kUnavailable) return;  // connected already: as expected where both sides dial
  log_.warn("refused " + lifeline->where + " on the peer port: " + why.message());
}

kj::Promise<void> Peers::watch() {
  return timer_.afterDelay(kWatch).then([this] {
    for (auto& [node, link] : links_) link->check_progress();
    return watch();
  });
}

void Peers::taskFailed(kj::Exception&& exception) { log_.error("watching peers: " + describe(exception)); }

PeerInbox::Link::Link() : ready(nullptr) {
  auto pair = kj::newPromiseAndFulfiller<void>();
  ready = pair.promise.fork();
  set_ready = kj::mv(pair.fulfiller);
}

void PeerInbox::Link::set(std::uint64_t link_number) {
  number = link_number;
  set_ready->fulfill();
}

void PeerInbox::deliver(PeerMethod method, ByteView message) {
  if (lifeline_->connection == nullptr) return;
  KJ_REQUIRE(method_of(message) == method, "a message that does not belong to the method it came by");
  peers_.receive(from_, link_->number, message);
}

template <class Context>
kj::Promise<void> PeerInbox::take(PeerMethod method, Context context) {
  if (link_->number == 0) {
    return link_->ready.addBranch().then(
        [this, method, context]() mutable { deliver(method, to_view(context.getParams().getMessage())); });
  }
  deliver(method, to_view(context.getParams().getMessage()));
  return kj::READY_NOW;
}

kj::Promise<void> PeerInbox::consensus(ConsensusContext context) { return take(PeerMethod::kConsensus, context); }
kj::Promise<void> PeerInbox::transactions(TransactionsContext context) {
  return take(PeerMethod::kTransactions, context);
}
kj::Promise<void> PeerInbox::blocks(BlocksContext context) { return take(PeerMethod::kBlocks, context); }
kj::Promise<void> PeerInbox::payloads(PayloadsContext context) { return take(PeerMethod::kPayloads, context); }

}  // namespace medchain::rpc
