#include <algorithm>

#include "fixture.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

const std::vector<Member> kSet = members({1, 2, 3, 4});
const Ballot kBallot{Round{3}, Height{12}, View{1}, VoteType::kCommit, {{7}}};

void refuses(const Certificate& certificate, std::string_view why, const std::vector<Member>& set = kSet,
             const ChainId& chain = kChain) {
  auto result = certificate.check(set, chain, kStandIn);
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == ErrorCode::kAuthentication);
  CAPTURE(result.error().message());
  CHECK(result.error().message().find(why) != std::string::npos);
}

}  // namespace

TEST_CASE("A quorum's certificate holds, with or without the rest") {
  CHECK(certify(kBallot, kSet, 3).check(kSet, kChain, kStandIn));
  CHECK(certify(kBallot, kSet, 4).check(kSet, kChain, kStandIn));
  Certificate others = certify(kBallot, kSet);
  others.signatures.erase(others.signatures.begin());  // members 1, 2 and 3
  CHECK(others.check(kSet, kChain, kStandIn));
  Ballot prepare = kBallot;
  prepare.type = VoteType::kPrepare;
  CHECK(certify(prepare, kSet, 3).check(kSet, kChain, kStandIn));
  const auto one = members({9});
  CHECK(certify(kBallot, one).check(one, kChain, kStandIn));
}

TEST_CASE("Fewer than a quorum is no certificate, for every committee size") {
  for (std::uint8_t n = 1; n <= 31; ++n) {
    std::vector<Member> set;
    for (std::uint8_t i = 0; i < n; ++i) set.push_back(member(i));
    std::sort(set.begin(), set.end());
    CAPTURE(static_cast<int>(n));
    CHECK(certify(kBallot, set, quorum_of(n)).check(set, kChain, kStandIn));
    CHECK_FALSE(certify(kBallot, set, quorum_of(n) - 1).check(set, kChain, kStandIn));
  }
  refuses(certify(kBallot, kSet, 2), "2 signers, expected at least 3 of 4");
  refuses(certify(kBallot, kSet, 0), "0 signers");
}

TEST_CASE("A signer counts once") {
  Certificate twice = certify(kBallot, kSet, 3);
  twice.signatures[2] = twice.signatures[1];
  refuses(twice, "signer 1 twice");
  Certificate unordered = certify(kBallot, kSet, 3);
  std::swap(unordered.signatures[0], unordered.signatures[1]);
  refuses(unordered, "after a higher one");
  Certificate extra = certify(kBallot, kSet, 4);
  extra.signatures.push_back(extra.signatures[3]);
  refuses(extra, "signer 3 twice");
}

TEST_CASE("A signer is a member") {
  Certificate outside = certify(kBallot, kSet, 3);
  outside.signatures[2].member = 4;
  refuses(outside, "names signer 4 of a committee of 4");
  refuses(certify(kBallot, kSet), "0 members", {});
  refuses(certify(kBallot, members({1, 2, 3, 5})), "does not verify");
}

TEST_CASE("Every signature is checked, not only a quorum of them") {
  for (std::size_t i = 0; i < 4; ++i) {
    Certificate bad = certify(kBallot, kSet);
    bad.signatures[i].signature.bytes[63] ^= 1;
    refuses(bad, "that does not verify");
    refuses(bad, kSet[i].validator.text());
  }
}

TEST_CASE("Signatures cover chain, round, height, view, type and digest") {
  auto changed = [](auto change) {
    Certificate certificate = certify(kBallot, kSet);
    change(certificate.ballot);
    return certificate;
  };
  refuses(certify(kBallot, kSet), "does not verify", kSet, ChainId{});
  refuses(changed([](Ballot& b) { b.round = Round{4}; }), "does not verify");
  refuses(changed([](Ballot& b) { b.height = Height{13}; }), "does not verify");
  refuses(changed([](Ballot& b) { b.view = View{2}; }), "does not verify");
  refuses(changed([](Ballot& b) { b.type = VoteType::kPrepare; }), "does not verify");
  refuses(changed([](Ballot& b) { b.digest.bytes[31] ^= 1; }), "does not verify");
}

TEST_CASE("Only prepares and commits make certificates") {
  for (auto type : {VoteType::kProposal, VoteType::kViewChange}) {
    Ballot ballot = kBallot;
    ballot.type = type;
    refuses(certify(ballot, kSet), "neither prepares nor commits");
  }
}

TEST_CASE("Ballots are signed and verified with real keys") {
  KeySigner signer(SigningKey::generate(KeyAlgorithm::kP256));
  Signature signature = sign_ballot(kBallot, kChain, signer);
  CHECK(verify_ballot(kBallot, kChain, signer.public_key(), signature, real_signatures()));
  CHECK(verify(signer.public_key(), "medchain/vote/v1", kChain, bcs::encode(kBallot), signature));
  CHECK_FALSE(verify_ballot(kBallot, ChainId{}, signer.public_key(), signature, real_signatures()));
  Ballot other = kBallot;
  other.view = View{2};
  CHECK_FALSE(verify_ballot(other, kChain, signer.public_key(), signature, real_signatures()));
}
