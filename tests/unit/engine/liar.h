// A member that says what its engine does not: the test holds its consensus key.
#pragma once

#include "chain.h"
#include "network.h"

namespace medchain::test {

inline std::optional<consensus::Message> consensus_message(ByteView bytes) {
  auto message = bcs::decode<PeerMessage>(bytes);
  if (!message) return std::nullopt;
  auto* body = std::get_if<peer::Consensus>(&message->body);
  if (body == nullptr) return std::nullopt;
  return std::move(body->message);
}

struct Liar {
  Network& network;
  std::size_t index;

  // Signed by the liar, as its engine would.
  void say(std::size_t to, consensus::Message message) const {
    consensus::sign(message, network.chain(), *network.signers[index]);
    network.net.post(index, to, PeerMessage{peer::Consensus{std::move(message)}});
  }

  // After each of its prepares to `to` that `when` picks, one for another block.
  void contradict_prepares(std::size_t to, std::function<bool(const Ballot&)> when) {
    network.net.watch([liar = *this, to, when](std::size_t from, std::size_t receiver, ByteView bytes) {
      if (from != liar.index || receiver != to) return;
      auto message = consensus_message(bytes);
      auto* vote = message ? std::get_if<consensus::VoteMessage>(&*message) : nullptr;
      if (vote == nullptr || vote->ballot.type != VoteType::kPrepare || !when(vote->ballot)) return;
      vote->ballot.digest.bytes[0] ^= 1;
      liar.say(to, std::move(*message));
    });
  }

  // A block for height 1, valid until `change` made something of it, proposed in view 0, which node 0 leads.
  consensus::Proposal first_proposal(const std::function<void(BlockHeader&)>& change) const {
    auto chain = Chain::from_genesis(network.made.genesis, real_signatures());
    REQUIRE(chain);
    std::vector<TxId> rejected;
    Transition made = chain->compose({}, network.node(index), network.made.genesis.time_ms + 10, rejected);
    auto block = std::make_shared<Block>(*made.block);
    change(block->header);
    consensus::Proposal proposal;
    proposal.member = 0;
    proposal.ballot = {Round{0}, Height{1}, View{0}, VoteType::kProposal, block->hash()};
    proposal.block = block;
    return proposal;
  }
};

inline std::set<Address> barred(const Network& n, const State& state) {
  std::set<Address> found;
  for (const auto& validator : n.made.validators) {
    if (state.barred(validator.node.address())) found.insert(validator.node.address());
  }
  return found;
}

}  // namespace medchain::test
