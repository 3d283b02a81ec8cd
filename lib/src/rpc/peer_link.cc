#include "peer_link.h"

#include "convert.h"
#include "medchain/limits.h"

namespace medchain::rpc {
namespace {

constexpr std::size_t kMaxQueuedBytes = 128 * 1024 * 1024;
constexpr kj::Duration kMaxStall = 60 * kj::SECONDS;

static_assert(kMaxQueuedBytes > limits::kMaxMessageBytes, "the largest message fits the queue");

}  // namespace

PeerLink::PeerLink(Identity identity, schema::PeerService::Client remote, LifelinePtr lifeline, kj::Timer& timer,
                   const Log& log)
    : identity_(std::move(identity)),
      remote_(kj::mv(remote)),
      lifeline_(std::move(lifeline)),
      timer_(timer),
      log_(log),
      lanes_(kMaxQueuedBytes),
      progress_(timer.now()),
      tasks_(*this) {}

void PeerLink::send(std::shared_ptr<const Bytes> message) {
  if (closed_) return;
  const auto dropped = lanes_.dropped();
  if (!lanes_.push(std::move(message))) return close("it reads too slowly");
  if (dropped == 0 && lanes_.dropped() > 0) {
    log_.warn("peer " + identity_.node.text() + " reads too slowly: the oldest messages for it are dropped");
  }
  if (pumping_) return;
  pumping_ = true;
  progress_ = timer_.now();
  tasks_.add(pump());
}

kj::Promise<void> PeerLink::pump() {
  auto message = lanes_.pop();
  if (!message || closed_) {
    pumping_ = false;
    return kj::READY_NOW;
  }
  // Resolves when the peer has taken enough of what is under way: this is the back-pressure.
  return transmit(*message).then([this] {
    progress_ = timer_.now();
    return pump();
  });
}

kj::Promise<void> PeerLink::transmit(const Bytes& message) {
  const capnp::MessageSize size{message.size() / sizeof(capnp::word) + 64, 0};
  auto send = [&](auto request) {
    request.setMessage(to_data(message));
    return request.send();
  };
  switch (method_of(message).value_or(PeerMethod::kConsensus)) {
    case PeerMethod::kConsensus: return send(remote_.consensusRequest(size));
    case PeerMethod::kTransactions: return send(remote_.transactionsRequest(size));
    case PeerMethod::kBlocks: return send(remote_.blocksRequest(size));
    case PeerMethod::kPayloads: return send(remote_.payloadsRequest(size));
  }
  return kj::READY_NOW;
}

void PeerLink::end() {
  closed_ = true;
  if (lifeline_->connection != nullptr) lifeline_->connection->close();
}

void PeerLink::close(const std::string& why) {
  if (closed_) return;
  log_.warn("closing the connection with peer " + identity_.node.text() + ": " + why);
  end();
}

void PeerLink::check_progress() {
  if (pumping_ && timer_.now() - progress_ > kMaxStall) close("it stopped reading");
}

void PeerLink::taskFailed(kj::Exception&& exception) {
  if (exception.getType() == kj::Exception::Type::DISCONNECTED) return end();
  close(describe(exception));
}

}  // namespace medchain::rpc
