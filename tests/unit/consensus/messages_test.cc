#include "samples.h"
#include "support/catch.h"

namespace medchain::consensus {

TEST_CASE("every message is its bytes again") {
  Samples s;
  BlockPtr block = s.block(2);
  Certificate prepared = s.certificate(VoteType::kPrepare, View{0}, block->hash(), {0, 1, 3});
  const std::vector<Message> messages = {
      s.vote(2, VoteType::kPrepare, View{5}, block->hash()),
      s.view_change(0, View{1}),
      s.view_change(3, View{7}, prepared),
      s.proposal(View{0}, s.block(1)),
      s.proposal(View{1}, block, {s.view_change(0, View{1}), s.view_change(1, View{1}, prepared)}),
  };
  for (const Message& message : messages) {
    Bytes bytes = bcs::encode(message);
    auto back = bcs::decode<Message>(bytes);
    REQUIRE(back);
    CHECK(bcs::encode(*back) == bytes);
    CHECK(ballot_of(*back) == ballot_of(message));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(bcs::decode<Message>(ByteView(bytes).first(size)));
    }
    bytes.push_back(0);
    CHECK_FALSE(bcs::decode<Message>(bytes));
  }
}

// FORMAT.md, byte by byte.
TEST_CASE("a vote's bytes are those of the format") {
  VoteMessage vote;
  vote.member = 0x0102;
  vote.ballot = {Round{3}, Height{0x0405}, View{6}, VoteType::kCommit, {}};
  vote.ballot.digest.bytes.fill(0xdd);
  vote.signature.bytes.fill(0x55);
  std::string digest, signature;
  for (int i = 0; i < 32; ++i) digest += "dd";
  for (int i = 0; i < 64; ++i) signature += "55";
  CHECK(to_hex(bcs::encode(Message{vote})) ==
        "01"
        "0201"
        "0300000000000000"
        "0504000000000000"
        "0600000000000000"
        "02" +
            digest + signature);
}

TEST_CASE("a view change's bytes are those of the format") {
  ViewChange change;
  change.member = 1;
  change.ballot = {Round{}, Height{1}, View{1}, VoteType::kViewChange, digest_of(std::nullopt)};
  change.signature.bytes.fill(0x55);
  std::string signature;
  for (int i = 0; i < 64; ++i) signature += "55";
  const std::string nothing = hash_with_domain("medchain/prepared/v1", {Bytes{0}}).hex();
  CHECK(to_hex(bcs::encode(Message{change})) ==
        "02"
        "0100"
        "0000000000000000"
        "0100000000000000"
        "0100000000000000"
        "03" +
            nothing + "00" + signature);
}

TEST_CASE("a new view with more view changes than a committee has members is not read") {
  Samples s;
  std::vector<ViewChange> changes(limits::kMaxCommittee + 1, s.view_change(0, View{1}));
  Bytes bytes = bcs::encode(Message{s.proposal(View{1}, s.block(2), changes)});
  auto read = bcs::decode<Message>(bytes);
  REQUIRE_FALSE(read);
  CHECK(read.error().code() == ErrorCode::kTooLarge);
  changes.pop_back();
  CHECK(bcs::decode<Message>(bcs::encode(Message{s.proposal(View{1}, s.block(2), changes)})));
}

TEST_CASE("what is prepared is covered by a view change's digest") {
  Samples s;
  Hash block = s.block(1)->hash();
  Certificate a = s.certificate(VoteType::kPrepare, View{0}, block, {0, 1, 2});
  Certificate b = s.certificate(VoteType::kPrepare, View{1}, block, {0, 1, 2});
  CHECK(digest_of(std::nullopt) != digest_of(a));
  CHECK(digest_of(a) != digest_of(b));
}

TEST_CASE("durable votes are their bytes again") {
  Samples s;
  DurableVotes votes{s.committee.round, s.height, View{4}, s.block(1)->hash(), {}, {}, {}, true};
  votes.prepared = s.certificate(VoteType::kPrepare, View{3}, s.block(1)->hash(), {0, 1, 2});
  Bytes bytes = bcs::encode(votes);
  CHECK(bytes[0] == 1);  // the version
  auto back = bcs::decode<DurableVotes>(bytes);
  REQUIRE(back);
  CHECK(bcs::encode(*back) == bytes);
  bytes[0] = 2;
  CHECK_FALSE(bcs::decode<DurableVotes>(bytes));
}

}  // namespace medchain::consensus
