// verify_message, rule by rule: each message is right but for one thing.
#include <functional>

#include "samples.h"
#include "support/catch.h"

namespace medchain::consensus {
namespace {

// The error's sentence, or "" for a message that verifies.
std::string refusal(const Samples& s, const Message& message) {
  auto result = s.verify(message);
  if (result) return "";
  CHECK((result.error().code() == ErrorCode::kMalformed || result.error().code() == ErrorCode::kAuthentication));
  return result.error().message();
}

bool says(const std::string& sentence, const std::string& part) { return sentence.find(part) != std::string::npos; }

// Exchanges one field that the signature covers, and asks for the signature check alone.
bool signature_breaks(const Samples& s, const VoteMessage& vote, const std::function<void(Ballot&)>& change) {
  VoteMessage altered = vote;
  change(altered.ballot);
  return !verify_ballot(altered.ballot, s.chain, s.committee.order[vote.member].consensus_key, altered.signature,
                        s.verifier);
}

}  // namespace

TEST_CASE("right messages verify") {
  Samples s;
  BlockPtr old_block = s.block(1);
  Certificate prepared = s.certificate(VoteType::kPrepare, View{0}, old_block->hash(), {3, 0, 1});
  CHECK(refusal(s, s.vote(0, VoteType::kPrepare, View{9}, old_block->hash())) == "");
  CHECK(refusal(s, s.vote(3, VoteType::kCommit, View{0}, old_block->hash())) == "");
  CHECK(refusal(s, s.view_change(2, View{1})) == "");
  CHECK(refusal(s, s.view_change(2, View{1}, prepared)) == "");
  CHECK(refusal(s, s.view_change(2, View{~std::uint64_t{0}}, prepared)) == "");
  CHECK(refusal(s, s.proposal(View{0}, old_block)) == "");
  std::vector<ViewChange> none = {s.view_change(0, View{1}), s.view_change(2, View{1}), s.view_change(3, View{1})};
  CHECK(refusal(s, s.proposal(View{1}, s.block(2), none)) == "");
  auto some = none;
  some[1] = s.view_change(2, View{1}, prepared);
  CHECK(refusal(s, s.proposal(View{1}, old_block, some)) == "");
}

TEST_CASE("a signature covers chain, round, height, view, type, digest and member") {
  Samples s;
  VoteMessage vote = s.vote(2, VoteType::kPrepare, View{1}, s.block(1)->hash());
  CHECK_FALSE(signature_breaks(s, vote, [](Ballot&) {}));
  CHECK(signature_breaks(s, vote, [](Ballot& b) { b.round = b.round.next(); }));
  CHECK(signature_breaks(s, vote, [](Ballot& b) { b.height = b.height.next(); }));
  CHECK(signature_breaks(s, vote, [](Ballot& b) { b.view = b.view.next(); }));
  CHECK(signature_breaks(s, vote, [](Ballot& b) { b.type = VoteType::kCommit; }));
  CHECK(signature_breaks(s, vote, [](Ballot& b) { b.digest.bytes[31] ^= 1; }));
  vote.member = 3;
  CHECK(says(refusal(s, vote), "the signature of member 3 does not verify"));
  vote.member = 2;
  s.chain.bytes[0] ^= 1;
  CHECK(says(refusal(s, vote), "the signature of member 2 does not verify"));
}

TEST_CASE("with real keys, too, a changed field breaks the signature") {
  Samples s;
  SigningKey key = SigningKey::generate(KeyAlgorithm::kEd25519);
  s.committee.order[2].consensus_key = key.public_key();
  Message message = VoteMessage{2, s.ballot(VoteType::kPrepare, View{1}, s.block(1)->hash()), {}};
  sign(message, s.chain, KeySigner(key.clone()));
  auto verify = [&] { return verify_message(message, s.committee, s.height, s.chain, real_signatures()).ok(); };
  CHECK(verify());
  std::get<VoteMessage>(message).ballot.type = VoteType::kCommit;
  CHECK_FALSE(verify());
}

TEST_CASE("votes: place and type") {
  Samples s;
  Hash digest = s.block(1)->hash();
  auto altered = [&](const std::function<void(VoteMessage&)>& change) {
    VoteMessage vote = s.vote(0, VoteType::kPrepare, View{0}, digest);
    change(vote);
    return refusal(s, s.signed_by(0, vote));
  };
  CHECK(altered([](auto&) {}) == "");
  CHECK(says(altered([](auto& v) { v.member = 4; }), "member 4 of a committee of 4"));
  CHECK(says(altered([](auto& v) { v.member = 0xffff; }), "member 65535 of a committee of 4"));
  CHECK(says(altered([](auto& v) { v.ballot.round = Round{2}; }), "round 2, expected 3"));
  CHECK(says(altered([](auto& v) { v.ballot.height = Height{3}; }), "height 3, expected 2"));
  CHECK(says(altered([](auto& v) { v.ballot.type = VoteType::kProposal; }), "neither prepare nor commit"));
  CHECK(says(altered([](auto& v) { v.ballot.type = VoteType::kViewChange; }), "neither prepare nor commit"));
}

TEST_CASE("view changes: type, view, digest, signature") {
  Samples s;
  auto altered = [&](const std::function<void(ViewChange&)>& change) {
    ViewChange message = s.view_change(0, View{2});
    change(message);
    return refusal(s, s.signed_by(0, message));
  };
  CHECK(altered([](auto&) {}) == "");
  CHECK(says(altered([](auto& v) { v.member = 9; }), "member 9"));
  CHECK(says(altered([](auto& v) { v.ballot.round = Round{}; }), "round 0"));
  CHECK(says(altered([](auto& v) { v.ballot.height = Height{}; }), "height 0"));
  CHECK(says(altered([](auto& v) { v.ballot.view = View{}; }), "a view change to view 0"));
  CHECK(says(altered([](auto& v) { v.ballot.type = VoteType::kPrepare; }), "of another type"));
  CHECK(says(altered([](auto& v) { v.ballot.digest = Hash{}; }), "whose digest is not"));
  ViewChange unsigned_change = s.view_change(0, View{2});
  unsigned_change.signature.bytes[5] ^= 1;
  CHECK(says(refusal(s, unsigned_change), "the signature of member 0"));
}

TEST_CASE("view changes: a certificate exchanged for another after signing") {
  Samples s;
  ViewChange change =
      s.view_change(0, View{2}, s.certificate(VoteType::kPrepare, View{0}, s.block(1)->hash(), {0, 1, 2}));
  change.prepared = s.certificate(VoteType::kPrepare, View{1}, s.block(1)->hash(), {0, 1, 2});
  CHECK(says(refusal(s, change), "whose digest is not"));
  change.prepared.reset();
  CHECK(says(refusal(s, change), "whose digest is not"));
}

TEST_CASE("prepared certificates: type, place, view, quorum, signatures") {
  Samples s;
  Hash digest = s.block(1)->hash();
  auto with = [&](const Certificate& prepared) { return refusal(s, s.view_change(0, View{2}, prepared)); };
  auto prepare = [&](View view, std::vector<std::size_t> members) {
    return s.certificate(VoteType::kPrepare, view, digest, std::move(members));
  };
  CHECK(with(prepare(View{1}, {0, 1, 2})) == "");
  CHECK(with(prepare(View{0}, {0, 1, 2, 3})) == "");
  CHECK(says(with(s.certificate(VoteType::kCommit, View{1}, digest, {0, 1, 2})), "of another type"));
  CHECK(says(with(prepare(View{2}, {0, 1, 2})), "not below the new one"));
  CHECK(says(with(prepare(View{3}, {0, 1, 2})), "not below the new one"));
  CHECK(with(prepare(View{1}, {0, 1})) != "");
  CHECK(with(prepare(View{1}, {0, 1, 1})) != "");
  CHECK(with(prepare(View{1}, {})) != "");
  Certificate altered = prepare(View{1}, {0, 1, 2});
  altered.signatures[1].signature.bytes[0] ^= 1;
  CHECK(with(altered) != "");
  altered = prepare(View{1}, {0, 1, 2});
  altered.signatures[2].member = 7;
  CHECK(with(altered) != "");
  Samples elsewhere;
  elsewhere.height = Height{3};
  CHECK(says(with(elsewhere.certificate(VoteType::kPrepare, View{1}, digest, {0, 1, 2})), "prepared: height 3"));
  elsewhere.height = s.height;
  elsewhere.committee.round = Round{4};
  CHECK(says(with(elsewhere.certificate(VoteType::kPrepare, View{1}, digest, {0, 1, 2})), "prepared: round 4"));
  elsewhere.committee.round = s.committee.round;
  elsewhere.chain.bytes[0] ^= 1;
  CHECK(with(elsewhere.certificate(VoteType::kPrepare, View{1}, digest, {0, 1, 2})) != "");
}

TEST_CASE("proposals: type, leader, block, signature") {
  Samples s;
  auto altered = [&](const std::function<void(Proposal&)>& change) {
    Proposal message = s.proposal(View{0}, s.block(1));
    change(message);
    return refusal(s, s.signed_by(1, message));
  };
  auto other_block = [&](const std::function<void(BlockHeader&)>& change) {
    Block block = *s.block(1);
    change(block.header);
    return refusal(s, s.proposal(View{0}, std::make_shared<const Block>(block)));
  };
  CHECK(altered([](auto&) {}) == "");
  CHECK(says(altered([](auto& p) { p.member = 2; }), "a view led by member 1"));
  CHECK(says(altered([](auto& p) { p.ballot.type = VoteType::kCommit; }), "of another type"));
  CHECK(says(altered([](auto& p) { p.ballot.digest.bytes[0] ^= 1; }), "not its block's hash"));
  CHECK(says(altered([&](auto& p) { p.block = s.block(1, 77); }), "not its block's hash"));
  CHECK(says(altered([](auto& p) { p.block = nullptr; }), "without a block"));
  CHECK(says(altered([](auto& p) { p.ballot.view = View{1}; }), "a view led by member 2"));
  CHECK(says(altered([](auto& p) { p.ballot.view = View{4}; }), "justified by 0 view changes, expected 3"));
  CHECK(says(altered([&](auto& p) { p.justification = {s.view_change(0, View{1})}; }), "view 0 needs no"));
  CHECK(says(other_block([](auto& h) { h.chain.bytes[0] ^= 1; }), "of another chain"));
  CHECK(says(other_block([](auto& h) { h.height = Height{3}; }), "block: height 3, expected 2"));
  CHECK(says(other_block([](auto& h) { h.round = Round{2}; }), "block: round 2, expected 3"));
  CHECK(says(other_block([&](auto& h) { h.producer = s.committee.order[0].validator; }), "producer"));
  Proposal unsigned_proposal = s.proposal(View{0}, s.block(1));
  unsigned_proposal.signature.bytes[0] ^= 1;
  CHECK(says(refusal(s, unsigned_proposal), "the signature of member 1"));
}

TEST_CASE("new views: a quorum of distinct, valid view changes to this very view") {
  Samples s;
  BlockPtr block = s.block(2);
  auto with = [&](std::vector<ViewChange> changes) {
    return refusal(s, s.proposal(View{1}, block, std::move(changes)));
  };
  auto change = [&](std::size_t member, View view = View{1}) { return s.view_change(member, view); };
  CHECK(with({change(0), change(1), change(2)}) == "");
  CHECK(with({change(0), change(1), change(2), change(3)}) == "");
  CHECK(says(with({change(0), change(1)}), "justified by 2"));
  CHECK(says(with({change(0), change(1), change(1)}), "do not ascend"));
  CHECK(says(with({change(1), change(0), change(2)}), "do not ascend"));
  CHECK(says(with({change(0), change(1), change(2, View{2})}), "to another view"));
  auto forged = change(2);
  forged.signature.bytes[0] ^= 1;
  CHECK(says(with({change(0), change(1), forged}), "view change of member 2: the signature"));
  auto of_other_type = change(2);
  of_other_type.ballot.type = VoteType::kPrepare;
  CHECK(says(with({change(0), change(1), s.signed_by(2, of_other_type)}), "view change of member 2"));
  auto elsewhere = change(2);
  elsewhere.ballot.height = Height{1};
  CHECK(says(with({change(0), change(1), s.signed_by(2, elsewhere)}), "height 1, expected 2"));
}

TEST_CASE("new views: the block prepared in the highest view, whoever reports it") {
  Samples s;
  BlockPtr a = s.block(1, 1), b = s.block(2, 2);
  Certificate a0 = s.certificate(VoteType::kPrepare, View{0}, a->hash(), {0, 1, 2});
  Certificate b1 = s.certificate(VoteType::kPrepare, View{1}, b->hash(), {1, 2, 3});
  auto with = [&](BlockPtr block, std::vector<std::optional<Certificate>> prepared) {
    std::vector<ViewChange> changes;
    for (std::size_t i = 0; i < prepared.size(); ++i) changes.push_back(s.view_change(i, View{2}, prepared[i]));
    return refusal(s, s.proposal(View{2}, block, changes));
  };
  CHECK(with(b, {a0, b1, {}}) == "");
  CHECK(with(b, {b1, a0, {}}) == "");
  CHECK(with(b, {{}, a0, b1}) == "");
  CHECK(with(a, {a0, a0, {}}) == "");
  CHECK(says(with(a, {a0, b1, {}}), "does not propose the block prepared in view 1"));
  CHECK(says(with(a, {b1, a0, a0}), "does not propose the block prepared in view 1"));
  CHECK(says(with(s.block(3), {{}, {}, a0}), "does not propose the block prepared in view 0"));
  CHECK(with(s.block(3), {{}, {}, {}}) == "");
  CHECK(says(with(a, {{}, {}, {}}), "producer"));
  Certificate forged = b1;
  forged.signatures[0].signature.bytes[0] ^= 1;
  CHECK(says(with(b, {a0, b1, forged}), "view change of member 2: prepared"));
}

}  // namespace medchain::consensus
