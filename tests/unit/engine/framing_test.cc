// Nobody honest is accused: not by what a correct run leaves behind, and not by what a liar makes up.
#include "liar.h"
#include "medchain/evidence.h"

using namespace medchain;
using namespace medchain::test;

namespace {

// Every ballot that was sent, with the key that signed it, and every header that was proposed or became final.
class Listener {
 public:
  explicit Listener(Network& network) : network_(network) {
    remember(network.net.engine(0).last_header());
    network.net.watch([this](std::size_t, std::size_t to, ByteView bytes) { hear(to, bytes); });
  }

  std::size_t ballots = 0;
  std::size_t proposals_again = 0;  // in views above 0

  // Whether anything heard so far could be held against its signer.
  void check_nobody_framed() {
    for (const auto& [place, votes] : ballots_) {
      for (const SignedBallot& vote : votes) {
        ReportDoubleVote report{std::get<0>(place), *votes.begin(), vote};
        REQUIRE(judge(report, network_.chain(), real_signatures()) == TxStatus::kInvalidEvidence);
      }
    }
    for (const auto& [key, proposal, header] : proposals_) {
      for (const auto& [hash, parent] : headers_) {
        ReportInvalidProposal report{key, proposal, bcs::encode(header), bcs::encode(parent)};
        REQUIRE(judge(report, network_.chain(), real_signatures()) == TxStatus::kInvalidEvidence);
      }
      REQUIRE(headers_.contains(header.parent));
      REQUIRE_FALSE(broken_rule(proposal.ballot, header, headers_.at(header.parent), network_.chain()));
    }
  }

 private:
  using Place = std::tuple<SigningPublicKey, Round, Height, View, VoteType>;

  void remember(const BlockHeader& header) { headers_.emplace(header.hash(), header); }

  void hear(std::size_t to, ByteView bytes) {
    auto message = consensus_message(bytes);
    const Committee& committee = network_.net.engine(to).committee();
    if (!message || !committee.covers(consensus::ballot_of(*message).height)) return;
    std::visit([&](const auto& m) { hear(committee, m); }, *message);
  }
  void hear(const Committee& committee, const consensus::Proposal& proposal) {
    const SigningPublicKey key = committee.order.at(proposal.member).consensus_key;
    const SignedBallot signed_ballot{proposal.ballot, proposal.signature};
    hear(key, signed_ballot);
    remember(proposal.block->header);
    proposals_.emplace_back(key, signed_ballot, proposal.block->header);
    if (proposal.ballot.view > View{0}) ++proposals_again;
    for (const auto& change : proposal.justification) hear(committee, change);
  }
  void hear(const Committee& committee, const consensus::VoteMessage& vote) {
    hear(committee.order.at(vote.member).consensus_key, {vote.ballot, vote.signature});
  }
  void hear(const Committee& committee, const consensus::ViewChange& change) {
    hear(committee.order.at(change.member).consensus_key, {change.ballot, change.signature});
    if (!change.prepared) return;
    for (const auto& entry : change.prepared->signatures) {
      hear(committee.sorted().at(entry.member).consensus_key, {change.prepared->ballot, entry.signature});
    }
  }
  void hear(const SigningPublicKey& key, const SignedBallot& vote) {
    ++ballots;
    const Ballot& b = vote.ballot;
    REQUIRE(verify_ballot(b, network_.chain(), key, vote.signature, real_signatures()));
    ballots_[{key, b.round, b.height, b.view, b.type}].insert(vote);
  }

  Network& network_;
  std::map<Place, std::set<SignedBallot>> ballots_;
  std::vector<std::tuple<SigningPublicKey, SignedBallot, BlockHeader>> proposals_;
  std::map<Hash, BlockHeader> headers_;
};

}  // namespace

TEST_CASE("Of all that an honest run says, with crashes, absences and view changes, nothing accuses anyone") {
  Network n(make_test_genesis(5, 5));
  Listener listener(n);
  for (std::size_t victim = 0; victim < 4; ++victim) {
    for (int i = 0; i < 3; ++i) n.finish((victim + 1) % 4, n.transfer(n.institution(0), n.node(1), 1));
    REQUIRE(n.net.crash_and_restart(victim));
    n.finish((victim + 1) % 4, n.transfer(n.institution(0), n.node(1), 1));
    n.net.disconnect(victim);
    for (int i = 0; i < 5; ++i) n.finish((victim + 1) % 4, n.transfer(n.institution(0), n.node(1), 1));
    n.net.connect(victim);
    n.net.advance(300);
  }
  for (std::size_t i = 0; i < 5; ++i) REQUIRE(n.net.crash_and_restart(i));
  n.net.advance(2'000);
  n.check_agreement({0, 1, 2, 3, 4});
  CHECK(listener.ballots > 1'000);
  CHECK(listener.proposals_again > 4);
  listener.check_nobody_framed();
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(barred(n, n.net.engine(i).state()).empty());
    CHECK(n.net.engine(i).state().slashed() == Tokens{0});
  }
}

TEST_CASE("What a liar makes up about others is refused, by members and by the ledger") {
  Network n(make_test_genesis(4));
  std::size_t told = 0;
  // Node 3 repeats to node 0 whatever node 1 tells it, altered: the signature is then that of something else.
  n.net.watch([&](std::size_t from, std::size_t to, ByteView bytes) {
    auto message = consensus_message(bytes);
    if (from != 1 || to != 0 || !message) return;
    std::visit([](auto& m) { m.ballot.digest.bytes[0] ^= 1; }, *message);
    n.net.post(3, 0, PeerMessage{peer::Consensus{*message}});
    // The same, with node 3's own signature under node 1's name.
    consensus::sign(*message, n.chain(), *n.signers[3]);
    n.net.post(3, 0, PeerMessage{peer::Consensus{std::move(*message)}});
    ++told;
  });
  n.net.advance(1'000);
  CHECK(told > 20);
  CHECK(n.net.engine(0).counters().messages_refused >= told);

  SECTION("a proposal under the leader's name") {
    Network fresh(make_test_genesis(4));
    fresh.net.disconnect(0);
    Liar liar{fresh, 3};
    liar.say(1, liar.first_proposal([](BlockHeader& header) { header.time_ms = 1; }));
    fresh.net.advance(3'000);
    CHECK(barred(fresh, fresh.net.engine(1).state()).empty());
  }
  SECTION("evidence with another's signatures") {
    auto vote = [&](std::uint8_t digest) {
      Ballot ballot{Round{0}, Height{3}, View{0}, VoteType::kCommit, {}};
      ballot.digest.bytes[0] = digest;
      return SignedBallot{ballot, sign_ballot(ballot, n.chain(), *n.signers[3])};
    };
    ReportDoubleVote report{n.signers[1]->public_key(), vote(1), vote(2)};
    auto receipt = n.finish(0, n.transaction(n.made.validators[3].node, StakeBody{report}));
    CHECK(receipt.status == TxStatus::kEvidenceNotSigned);
  }
  n.check_agreement({0, 1, 2, 3});
  CHECK(barred(n, n.net.engine(0).state()).empty());
}
