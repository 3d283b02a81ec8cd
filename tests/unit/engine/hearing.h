// A member that hears the leader of the first height; what its engine wants is left to the test.
#pragma once

#include "chain.h"
#include "network.h"

namespace medchain::test {

struct Hearing {
  Network n{make_test_genesis(4)};
  Engine& engine = n.net.engine(1);
  Now at{1, n.made.genesis.time_ms + 20};

  Outputs relay(const SignedTransaction& transaction, Payload payload = {}, std::size_t from = 0) {
    return receive(from, peer::Transactions{{{bcs::encode(transaction), std::move(payload)}}});
  }
  // Signed by the leader of the first height, who made the block at a time after the genesis.
  consensus::Proposal proposal(const std::vector<SignedTransaction>& transactions, std::uint64_t after_ms = 10) const {
    Chain chain = *Chain::from_genesis(n.made.genesis, real_signatures());
    std::vector<TxPtr> candidates;
    for (const SignedTransaction& transaction : transactions) candidates.push_back(make_transaction(transaction));
    std::vector<TxId> rejected;
    const Transition made =
        chain.compose(std::move(candidates), n.node(0), n.made.genesis.time_ms + after_ms, rejected);
    REQUIRE(made.block->transactions.size() == transactions.size());
    const Ballot ballot{Round{0}, Height{1}, View{0}, VoteType::kProposal, made.hash};
    consensus::Message signed_proposal = consensus::Proposal{0, ballot, {}, made.block, {}};
    consensus::sign(signed_proposal, n.chain(), *n.signers[0]);
    return std::get<consensus::Proposal>(signed_proposal);
  }
  Outputs propose(const std::vector<SignedTransaction>& transactions) {
    return receive(0, peer::Consensus{proposal(transactions)});
  }
  Outputs verified(const Outputs& asked, Result<void> result = {}) {
    return engine.verified(asked.verifications.at(0).token, {std::move(result)}, at);
  }
  Outputs receive(std::size_t from, PeerBody body) {
    return engine.receive(n.node(from), bcs::encode(PeerMessage{std::move(body)}), at);
  }
};

}  // namespace medchain::test
