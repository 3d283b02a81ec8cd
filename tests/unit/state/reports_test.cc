// What evidence does to the one it is against, and to nobody else.
#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

// Accepts what carries this mark, as simulations do with signatures of their own.
struct MarkedSignatures final : SignatureVerifier {
  bool verify(const SigningPublicKey&, std::string_view, const ChainId&, ByteView,
              const Signature& signature) const override {
    return signature.bytes[0] == 0x5a;
  }
};

struct Case : World {
  const KeyPair& offender = node(0);
  const SigningKey& key = made.validators[0].consensus;
  Tokens total = state.total_tokens();

  Body evidence(std::uint64_t height = 3) const { return StakeBody{double_vote(state.chain(), key, height)}; }
  TxStatus report(const KeyPair& reporter) { return run(reporter, evidence()); }
  TxStatus refused(Body body) {
    Hash before = state.root();
    TxStatus status = run(doctor, std::move(body));
    CHECK(state.root() == before);
    return status;
  }
};

}  // namespace

TEST_CASE("whoever is proved to have voted twice loses its stake and stands no more") {
  Case c;
  REQUIRE(c.run(c.doctor, StakeBody{Stake{Tokens{600}}}) == TxStatus::kSuccess);
  REQUIRE(c.run(c.doctor, StakeBody{Vote{{c.offender.address(), c.node(1).address()}}}) == TxStatus::kSuccess);
  Tokens balance = c.account(c.offender).balance;
  CHECK(c.report(c.patient) == TxStatus::kSuccess);
  CHECK(c.state.barred(c.offender.address()) == c.state.height());
  CHECK_FALSE(c.state.candidate(c.offender.address()));
  CHECK(c.state.candidates().size() == 3);
  CHECK(c.account(c.offender).stake == Tokens{0});
  CHECK(c.account(c.offender).balance == balance);
  CHECK(c.state.slashed() == Tokens{1'000'000});
  CHECK(c.state.total_tokens() == c.total);

  SECTION("the stakes of those who voted for it stay theirs, and go on counting where else they count") {
    CHECK(c.account(c.doctor).stake == Tokens{600});
    CHECK(c.state.candidate(c.node(1).address())->votes == Tokens{999'999 + 600});
    CHECK(c.run(c.doctor, StakeBody{Unstake{Tokens{600}}}) == TxStatus::kSuccess);
    CHECK(c.state.candidate(c.node(1).address())->votes == Tokens{999'999});
  }
  SECTION("it stands with no key, neither its own nor a new one, and nobody stands with its") {
    for (const SigningKey& key : {c.key.clone(), test_signing_key("new")}) {
      CHECK(c.run(c.offender, stand_body(c.state.chain(), c.offender, key)) == TxStatus::kBarred);
    }
    CHECK(c.run(c.node(4), stand_body(c.state.chain(), c.node(4), c.key)) == TxStatus::kConsensusKeyInUse);
    CHECK(c.run(c.nurse, StakeBody{Vote{{c.offender.address()}}}) == TxStatus::kUnknownCandidate);
  }
  SECTION("a second report says so, and takes nothing more") {
    REQUIRE(c.run(c.institution(0), TokensBody{Transfer{c.offender.address(), Tokens{50}}}) == TxStatus::kSuccess);
    REQUIRE(c.run(c.offender, StakeBody{Stake{Tokens{50}}}) == TxStatus::kSuccess);
    CHECK(c.refused(c.evidence()) == TxStatus::kBarred);
    CHECK(c.refused(c.evidence(4)) == TxStatus::kBarred);
    CHECK(c.account(c.offender).stake == Tokens{50});
  }
  SECTION("the others go on as before") {
    CHECK(c.run(c.node(1), stand_body(c.state.chain(), c.node(1), test_signing_key("new 1"))) == TxStatus::kSuccess);
    c.blocks_until(Height{45});
    CHECK(c.state.total_tokens() == c.total);
  }
}

TEST_CASE("an invalid proposal counts like a double vote") {
  Case c;
  CHECK(c.run(c.family, StakeBody{invalid_proposal(c.state.chain(), c.key)}) == TxStatus::kSuccess);
  CHECK(c.state.barred(c.offender.address()));
  CHECK(c.state.slashed() == Tokens{1'000'000});
}

TEST_CASE("what is unbonding answers, too; what was released does not") {
  Case c;  // epochs of 10 blocks, unbonding for 2
  REQUIRE(c.run(c.offender, StakeBody{Unstake{Tokens{100}}}) == TxStatus::kSuccess);  // back at 20
  c.blocks_until(Height{10});
  REQUIRE(c.run(c.offender, StakeBody{Unstake{Tokens{200}}}) == TxStatus::kSuccess);  // back at 30
  REQUIRE(c.run(c.nurse, StakeBody{Stake{Tokens{40}}}) == TxStatus::kSuccess);
  REQUIRE(c.run(c.nurse, StakeBody{Unstake{Tokens{40}}}) == TxStatus::kSuccess);
  c.blocks_until(Height{20});
  CHECK(c.account(c.offender).balance == Tokens{1'100});
  CHECK(c.report(c.doctor) == TxStatus::kSuccess);
  CHECK(c.state.slashed() == Tokens{999'900});
  CHECK(c.state.total_tokens() == c.total);
  c.blocks_until(Height{30});
  CHECK(c.account(c.offender).balance == Tokens{1'100});
  CHECK(c.account(c.offender).unbonding.empty());
  CHECK(c.account(c.nurse).balance == Tokens{10'000});
  CHECK(c.state.total_tokens() == c.total);
}

TEST_CASE("an offender that resigned, was suspended or replaced its key still answers for what the key signed") {
  Case c;
  SECTION("resigned") { REQUIRE(c.run(c.offender, StakeBody{Resign{}}) == TxStatus::kSuccess); }
  SECTION("suspended") {
    REQUIRE(c.run(c.institution(0), RegistryBody{Suspend{c.offender.address()}}) == TxStatus::kSuccess);
  }
  SECTION("with another key since") {
    REQUIRE(c.run(c.offender, stand_body(c.state.chain(), c.offender, test_signing_key("new"))) == TxStatus::kSuccess);
  }
  SECTION("without a stake") {
    REQUIRE(c.run(c.offender, StakeBody{Unstake{Tokens{1'000'000}}}) == TxStatus::kSuccess);
  }
  CHECK(c.report(c.auditor) == TxStatus::kSuccess);
  CHECK(c.state.slashed() == Tokens{1'000'000});
  CHECK(c.state.barred(c.offender.address()));
  CHECK_FALSE(c.state.candidate(c.offender.address()));
  CHECK(c.state.total_tokens() == c.total);
}

TEST_CASE("evidence that proves nothing changes nothing") {
  Case c;
  const ChainId chain = c.state.chain();
  CHECK(c.refused(StakeBody{double_vote(chain, test_signing_key("nobody's"))}) == TxStatus::kUnknownConsensusKey);
  CHECK(c.refused(StakeBody{double_vote(ChainId{{1}}, c.key)}) == TxStatus::kEvidenceNotSigned);
  ReportDoubleVote report = double_vote(chain, c.key);
  SECTION("another's key put in") {
    report.consensus_key = c.made.validators[1].consensus.public_key();
    CHECK(c.refused(StakeBody{report}) == TxStatus::kEvidenceNotSigned);
  }
  SECTION("one vote altered, its signature kept") {
    report.first = report.second;
    report.first.ballot.digest = hash_of("made up");
    CHECK(c.refused(StakeBody{report}) == TxStatus::kEvidenceNotSigned);
  }
  SECTION("one vote twice") {
    report.first = report.second;
    CHECK(c.refused(StakeBody{report}) == TxStatus::kInvalidEvidence);
  }
  SECTION("a proposal that breaks no rule") {
    ReportInvalidProposal proposal = invalid_proposal(chain, c.key);
    proposal.header.clear();
    CHECK(c.refused(StakeBody{proposal}) == TxStatus::kInvalidEvidence);
  }
  CHECK_FALSE(c.state.barred(c.offender.address()));
  CHECK(c.state.slashed() == Tokens{0});
}

TEST_CASE("signatures inside transactions are verified with what the state was given") {
  Case c;
  MarkedSignatures marked;
  c.state.verify_with(marked);
  ReportDoubleVote report = double_vote(c.state.chain(), c.key);
  CHECK(c.refused(StakeBody{report}) == TxStatus::kEvidenceNotSigned);
  report.first.signature.bytes[0] = report.second.signature.bytes[0] = 0x5a;
  Stand stand{test_signing_key("consensus 4").public_key(), {}};
  CHECK(c.run(c.node(4), StakeBody{stand}) == TxStatus::kPossessionNotProved);
  stand.possession.bytes[0] = 0x5a;
  CHECK(c.run(c.node(4), StakeBody{stand}) == TxStatus::kSuccess);
  CHECK(c.run(c.doctor, StakeBody{report}) == TxStatus::kSuccess);
}

TEST_CASE("a state with an offender is stored and loaded like any other") {
  Case c;
  REQUIRE(c.report(c.doctor) == TxStatus::kSuccess);
  State::Loader loader(c.made.genesis, c.state.height());
  c.state.for_each([&](const StateKey& key, const Bytes& value) { loader.add(key, value); });
  auto loaded = loader.finish(c.state.root());
  REQUIRE(loaded);
  CHECK(loaded->barred(c.offender.address()) == c.state.height());
  CHECK(loaded->slashed() == Tokens{1'000'000});
  CHECK(loaded->total_tokens() == c.total);
}
