// What proves an offence, and that nothing an honest member signs does.
#include "medchain/evidence.h"

#include "fixture.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

const SigningPublicKey kOffender = stand_in_key(9);

SignedBallot signed_by(const SigningPublicKey& key, const Ballot& ballot, const ChainId& chain = kChain) {
  return {ballot, stand_in_signature(key, "medchain/vote/v1", chain, bcs::encode(ballot))};
}

Ballot ballot(VoteType type, std::string_view digest, View view = View{2}) {
  return {Round{3}, Height{14}, view, type, sha256(medchain::view(digest))};
}

TxStatus judge_votes(const Ballot& first, const Ballot& second) {
  return judge(ReportDoubleVote{kOffender, signed_by(kOffender, first), signed_by(kOffender, second)}, kChain,
               kStandIn);
}

// A proposal that any honest leader may make: a block of the same committee after the block of height 7.
struct Proposed {
  std::vector<Member> committee = members({1, 2, 3, 4});
  BlockHeader parent = make_block(Height{7}, Round{1}, committee, 2).block.header;
  BlockHeader header = make_block(Height{8}, Round{1}, committee, 3).block.header;
  View view{0};

  Proposed() { link(); }
  void link() {
    header.parent = parent.hash();
    if (header.parent_certificate) header.parent_certificate = certify(parent, committee, 3);
  }
  Ballot vote() const { return {header.round, header.height, view, VoteType::kProposal, header.hash()}; }
  ReportInvalidProposal report(const Ballot& ballot) const {
    return {kOffender, signed_by(kOffender, ballot), bcs::encode(header), bcs::encode(parent)};
  }
  TxStatus judged() const { return judge(report(vote()), kChain, kStandIn); }
  std::string rule() const { return std::string(broken_rule(vote(), header, parent, kChain).value_or("none")); }
};

void breaks(const std::string& rule, const std::function<void(Proposed&)>& change) {
  CAPTURE(rule);
  Proposed made;
  REQUIRE(made.rule() == "none");
  change(made);
  CHECK(made.rule().find(rule) != std::string::npos);
  CHECK(made.judged() == TxStatus::kSuccess);
}

void keeps(const std::function<void(Proposed&)>& change) {
  Proposed made;
  change(made);
  CHECK(made.rule() == "none");
  CHECK(made.judged() == TxStatus::kInvalidEvidence);
}

}  // namespace

TEST_CASE("Two proposals, prepares or commits of one view for different blocks prove an offence") {
  for (auto type : {VoteType::kProposal, VoteType::kPrepare, VoteType::kCommit}) {
    CHECK(judge_votes(ballot(type, "a"), ballot(type, "b")) == TxStatus::kSuccess);
  }
}

TEST_CASE("Votes that an honest member casts one after the other prove nothing") {
  const Ballot first = ballot(VoteType::kPrepare, "a");
  CHECK(judge_votes(first, first) == TxStatus::kInvalidEvidence);
  CHECK(judge_votes(first, ballot(VoteType::kPrepare, "b", View{3})) == TxStatus::kInvalidEvidence);
  CHECK(judge_votes(first, ballot(VoteType::kCommit, "b")) == TxStatus::kInvalidEvidence);
  CHECK(judge_votes(first, ballot(VoteType::kProposal, "b")) == TxStatus::kInvalidEvidence);
  Ballot later = ballot(VoteType::kPrepare, "b");
  later.height = later.height.next();
  CHECK(judge_votes(first, later) == TxStatus::kInvalidEvidence);
  later = ballot(VoteType::kPrepare, "b");
  later.round = later.round.next();
  CHECK(judge_votes(first, later) == TxStatus::kInvalidEvidence);
}

TEST_CASE("View changes prove nothing: what a member reports as prepared is no vote") {
  CHECK(judge_votes(ballot(VoteType::kViewChange, "a"), ballot(VoteType::kViewChange, "b")) ==
        TxStatus::kInvalidEvidence);
}

TEST_CASE("Both votes are signed by the key reported, on this chain") {
  const Ballot a = ballot(VoteType::kCommit, "a");
  const Ballot b = ballot(VoteType::kCommit, "b");
  const SignedBallot good = signed_by(kOffender, a);
  auto judged = [](const SignedBallot& first, const SignedBallot& second) {
    return judge(ReportDoubleVote{kOffender, first, second}, kChain, kStandIn);
  };
  REQUIRE(judged(good, signed_by(kOffender, b)) == TxStatus::kSuccess);
  CHECK(judged(good, signed_by(stand_in_key(8), b)) == TxStatus::kEvidenceNotSigned);
  CHECK(judged(signed_by(stand_in_key(8), a), signed_by(kOffender, b)) == TxStatus::kEvidenceNotSigned);
  CHECK(judged(good, signed_by(kOffender, b, ChainId{{1}})) == TxStatus::kEvidenceNotSigned);
  CHECK(judged(good, {b, good.signature}) == TxStatus::kEvidenceNotSigned);
}

TEST_CASE("Each rule that a header can break by itself, beside its parent's") {
  breaks("another chain", [](Proposed& p) { p.header.chain = ChainId{{1}}; });
  breaks("the height", [](Proposed& p) { p.header.height = Height{9}; });
  breaks("the height", [](Proposed& p) { p.header.height = Height{7}; });
  breaks("the height", [](Proposed& p) { p.header.height = Height{0}; });
  breaks("the round", [](Proposed& p) { p.header.round = Round{3}; });
  breaks("the round", [](Proposed& p) { p.header.round = Round{0}; });
  breaks("the time", [](Proposed& p) { p.header.time_ms = p.parent.time_ms - 1; });
  breaks("the committee", [](Proposed& p) { p.header.committee_set.bytes[0] ^= 1; });
  breaks("the committee", [](Proposed& p) { p.header.committee_order.bytes[0] ^= 1; });
  breaks("certificate", [](Proposed& p) { p.header.parent_certificate.reset(); });
  breaks("certificate", [](Proposed& p) { p.header.parent_certificate->ballot.digest.bytes[0] ^= 1; });
  breaks("certificate", [](Proposed& p) { p.header.parent_certificate->ballot.height = Height{8}; });
  breaks("certificate", [](Proposed& p) { p.header.parent_certificate->ballot.round = Round{0}; });
  breaks("certificate", [](Proposed& p) { p.header.parent_certificate->ballot.type = VoteType::kPrepare; });
  breaks("certificate", [](Proposed& p) {
    p.parent.height = Height{0};
    p.parent.round = p.header.round = Round{0};
    p.header.height = Height{1};
    p.link();
  });
}

TEST_CASE("A ballot of another height or round than the header is an offence by itself") {
  Proposed made;
  Ballot other = made.vote();
  other.height = Height{9};
  CHECK(judge(made.report(other), kChain, kStandIn) == TxStatus::kSuccess);
  other = made.vote();
  other.round = Round{2};
  CHECK(judge(made.report(other), kChain, kStandIn) == TxStatus::kSuccess);
}

TEST_CASE("What honest proposers may differ in breaks no rule") {
  keeps([](Proposed&) {});
  keeps([](Proposed& p) { p.view = View{5}; });                              // proposed again,
  keeps([](Proposed& p) { p.header.producer = p.committee[3].validator; });  // as another member composed it
  keeps([](Proposed& p) { p.header.time_ms = p.parent.time_ms; });           // a clock that is behind
  keeps([](Proposed& p) { p.header.time_ms += 1'000'000'000; });             // or ahead
  keeps([](Proposed& p) { p.header.round = Round{2}; });                     // the next committee's first block
  keeps([](Proposed& p) { p.header.next_committee_set.bytes[0] ^= 1; });     // a round's last block
  keeps([](Proposed& p) { p.header.state_root.bytes[0] ^= 1; });             // what needs the state to be judged
  keeps([](Proposed& p) { p.header.transactions_root.bytes[0] ^= 1; });      // or the transactions
  keeps([](Proposed& p) { p.header.protocol_version += 1; });                // a later release's
  keeps([](Proposed& p) { p.header.parent_certificate->ballot.view = View{4}; });
  keeps([](Proposed& p) {  // the first block
    p.parent.height = Height{0};
    p.parent.round = p.header.round = Round{0};
    p.header.height = Height{1};
    p.header.parent_certificate.reset();
    p.link();
  });
}

TEST_CASE("The parent is the one that the header names: no other can be put in its place") {
  Proposed made;
  Ballot vote = made.vote();
  made.parent.time_ms = made.header.time_ms + 1;
  REQUIRE(broken_rule(vote, made.header, made.parent, kChain));
  CHECK(judge(made.report(vote), kChain, kStandIn) == TxStatus::kInvalidEvidence);
}

TEST_CASE("The header is the one that was proposed, and the ballot a proposal's, by the key reported") {
  Proposed made;
  made.header.time_ms = 0;
  Ballot vote = made.vote();
  REQUIRE(judge(made.report(vote), kChain, kStandIn) == TxStatus::kSuccess);
  SECTION("another header") {
    made.header.state_root.bytes[0] ^= 1;
    CHECK(judge(made.report(vote), kChain, kStandIn) == TxStatus::kInvalidEvidence);
  }
  SECTION("a prepare: who prepares a block did not propose it") {
    vote.type = VoteType::kPrepare;
    CHECK(judge(made.report(vote), kChain, kStandIn) == TxStatus::kInvalidEvidence);
  }
  SECTION("bytes that are no header, though they are what was signed") {
    ReportInvalidProposal report = made.report(vote);
    for (Bytes bytes : {Bytes{}, Bytes{1, 2, 3}, bcs::encode(made.header)}) {
      if (!bytes.empty()) bytes.push_back(0);
      report.header = bytes;
      vote.digest = hash_with_domain("medchain/block/v1", {bytes});
      report.proposal = signed_by(kOffender, vote);
      CHECK(judge(report, kChain, kStandIn) == TxStatus::kInvalidEvidence);
    }
  }
  SECTION("another key's signature, or another chain's") {
    ReportInvalidProposal report = made.report(vote);
    report.consensus_key = stand_in_key(8);
    CHECK(judge(report, kChain, kStandIn) == TxStatus::kEvidenceNotSigned);
    report = made.report(vote);
    report.proposal = signed_by(kOffender, vote, ChainId{{1}});
    CHECK(judge(report, kChain, kStandIn) == TxStatus::kEvidenceNotSigned);
  }
}

TEST_CASE("A report with two of the largest headers is a transaction within its limit") {
  ReportInvalidProposal report{kOffender, signed_by(kOffender, ballot(VoteType::kProposal, "a")),
                               Bytes(limits::kMaxHeaderBytes), Bytes(limits::kMaxHeaderBytes)};
  Transaction transaction{kChain, address(1), Height{9}, 1, StakeBody{report}};
  CHECK(parse_transaction(bcs::encode(SignedTransaction{transaction, kOffender, {}})));
}

TEST_CASE("A consensus key vouches for one validator on one chain") {
  const KeySigner key(key_pair(3).signing.clone());
  const Stand stand = make_stand(kChain, address(1), key);
  CHECK(stand.consensus_key == key.public_key());
  CHECK(verify_possession(stand, kChain, address(1), real_signatures()));
  CHECK_FALSE(verify_possession(stand, kChain, address(2), real_signatures()));
  CHECK_FALSE(verify_possession(stand, ChainId{{1}}, address(1), real_signatures()));
  Stand other = stand;
  other.consensus_key = key_pair(4).signing.public_key();
  CHECK_FALSE(verify_possession(other, kChain, address(1), real_signatures()));
}
