#include "peer_lanes.h"

#include "support/catch.h"

namespace medchain::rpc {
namespace {

std::shared_ptr<const Bytes> encoded(PeerBody body) {
  return std::make_shared<const Bytes>(bcs::encode(PeerMessage{std::move(body)}));
}

std::shared_ptr<const Bytes> proposal() {
  consensus::Proposal proposal;
  proposal.block = std::make_shared<const Block>();
  return encoded(peer::Consensus{proposal});
}
std::shared_ptr<const Bytes> compact_proposal() {
  consensus::Proposal proposal;
  proposal.block = std::make_shared<const Block>();
  return encoded(peer::CompactProposal{proposal, {}});
}
std::shared_ptr<const Bytes> vote() { return encoded(peer::Consensus{consensus::VoteMessage{}}); }
std::shared_ptr<const Bytes> payloads(std::size_t size) { return encoded(peer::Payloads{{Payload{{Bytes(size, 1)}}}}); }

TEST_CASE("every kind of message has its method and its lane") {
  CHECK(method_of(*proposal()) == PeerMethod::kConsensus);
  CHECK_FALSE(is_urgent(*proposal()));
  CHECK(method_of(*compact_proposal()) == PeerMethod::kConsensus);
  CHECK_FALSE(is_urgent(*compact_proposal()));  // so that it does not overtake the transactions that it names
  CHECK(method_of(*vote()) == PeerMethod::kConsensus);
  CHECK(is_urgent(*vote()));
  CHECK(is_urgent(*encoded(peer::Consensus{consensus::ViewChange{}})));
  CHECK(method_of(*encoded(peer::Transactions{})) == PeerMethod::kTransactions);
  CHECK_FALSE(is_urgent(*encoded(peer::Transactions{})));
  CHECK(method_of(*encoded(peer::Status{})) == PeerMethod::kBlocks);
  CHECK(is_urgent(*encoded(peer::Status{})));
  CHECK(method_of(*encoded(peer::BlocksRequest{})) == PeerMethod::kBlocks);
  CHECK(is_urgent(*encoded(peer::BlocksRequest{})));
  CHECK(method_of(*encoded(peer::Blocks{})) == PeerMethod::kBlocks);
  CHECK_FALSE(is_urgent(*encoded(peer::Blocks{})));
  CHECK(method_of(*encoded(peer::PayloadsRequest{})) == PeerMethod::kPayloads);
  CHECK(method_of(*payloads(1)) == PeerMethod::kPayloads);
  CHECK(method_of(*encoded(peer::ProposalRequest{})) == PeerMethod::kBlocks);
  CHECK(method_of(*encoded(peer::ProposalBlock{})) == PeerMethod::kBlocks);
}

TEST_CASE("bytes that are no message have no method") {
  CHECK_FALSE(method_of(Bytes{}));
  CHECK_FALSE(method_of(Bytes{1}));
  CHECK_FALSE(method_of(Bytes{2, 0}));
  CHECK_FALSE(method_of(Bytes{1, 10}));
  CHECK_FALSE(is_urgent(Bytes{1, 0}));
}

TEST_CASE("urgent messages overtake bulk; each lane keeps its order") {
  PeerLanes lanes(1 << 20);
  auto first = payloads(10), second = proposal(), third = vote(), fourth = encoded(peer::Status{});
  for (const auto& message : {first, second, third, fourth}) CHECK(lanes.push(message));
  CHECK(lanes.pop() == third);
  CHECK(lanes.pop() == fourth);
  CHECK(lanes.pop() == first);
  CHECK(lanes.pop() == second);
  CHECK(lanes.pop() == nullptr);
  CHECK(lanes.bytes() == 0);
}

TEST_CASE("a full queue drops the oldest bulk, and gives the peer up when that does not help") {
  PeerLanes lanes(10'000);
  auto oldest = payloads(4000), newer = payloads(4000), newest = payloads(4000);
  CHECK(lanes.push(oldest));
  CHECK(lanes.push(newer));
  CHECK(lanes.push(newest));
  CHECK(lanes.dropped() == 1);
  CHECK(lanes.bytes() <= 10'000);
  CHECK(lanes.pop() == newer);
  CHECK(lanes.pop() == newest);
  CHECK_FALSE(lanes.push(payloads(20'000)));
  bool taken = true;
  for (int i = 0; i < 1000 && taken; ++i) taken = lanes.push(vote());
  CHECK_FALSE(taken);
}

}  // namespace
}  // namespace medchain::rpc
