#include "peer_lanes.h"

namespace medchain::rpc {
namespace {

constexpr std::size_t kPerMessage = 64;  // what an entry costs besides its bytes

// The index of T among the alternatives of a variant.
template <class T, class... Ts>
constexpr std::size_t index_in(const std::variant<Ts...>*) {
  std::size_t index = 0;
  static_cast<void>(((std::is_same_v<T, Ts> ? true : (++index, false)) || ...));
  return index;
}
template <class T>
constexpr std::size_t body_index = index_in<T>(static_cast<const PeerBody*>(nullptr));
constexpr std::size_t kProposal = index_in<consensus::Proposal>(static_cast<const consensus::Message*>(nullptr));

static_assert(std::variant_size_v<PeerBody> == 10, "a new message: give it a method and a lane");

// BCS of a PeerMessage: version, body, and of a consensus message its alternative; each below 128, so one byte each.
std::optional<std::size_t> body_of(ByteView message) {
  if (message.size() < 2 || message[0] != PeerMessage::kVersion) return std::nullopt;
  if (message[1] >= std::variant_size_v<PeerBody>) return std::nullopt;
  return message[1];
}

}  // namespace

std::optional<PeerMethod> method_of(ByteView message) {
  auto body = body_of(message);
  if (!body) return std::nullopt;
  switch (*body) {
    case body_index<peer::Consensus>:
    case body_index<peer::CompactProposal>: return PeerMethod::kConsensus;
    case body_index<peer::Transactions>: return PeerMethod::kTransactions;
    case body_index<peer::PayloadsRequest>:
    case body_index<peer::Payloads>: return PeerMethod::kPayloads;
    default: return PeerMethod::kBlocks;
  }
}

bool is_urgent(ByteView message) {
  auto body = body_of(message);
  if (!body) return false;
  switch (*body) {
    case body_index<peer::Consensus>: return message.size() > 2 && message[2] != kProposal;
    case body_index<peer::Status>:
    case body_index<peer::BlocksRequest>:
    case body_index<peer::PayloadsRequest>:
    case body_index<peer::ProposalRequest>: return true;
    default: return false;
  }
}

bool PeerLanes::push(std::shared_ptr<const Bytes> message) {
  const std::size_t size = message->size() + kPerMessage;
  while (bytes_ + size > max_bytes_ && !bulk_.empty()) {
    take(bulk_);
    ++dropped_;
  }
  if (bytes_ + size > max_bytes_) return false;
  bytes_ += size;
  (is_urgent(*message) ? urgent_ : bulk_).push_back(std::move(message));
  return true;
}

std::shared_ptr<const Bytes> PeerLanes::take(Lane& lane) {
  auto message = std::move(lane.front());
  lane.pop_front();
  bytes_ -= message->size() + kPerMessage;
  return message;
}

std::shared_ptr<const Bytes> PeerLanes::pop() {
  if (!urgent_.empty()) return take(urgent_);
  if (!bulk_.empty()) return take(bulk_);
  return nullptr;
}

}  // namespace medchain::rpc
