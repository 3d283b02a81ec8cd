#include <set>

#include "fixture.h"
#include "medchain/merkle.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

const std::vector<Member> kSet = members({1, 2, 3, 4});

Block good_block() { return make_block(Height{7}, Round{1}, kSet, 3).block; }

void refuses_form(const Block& block, ErrorCode code, std::string_view why) {
  auto result = block.check_form(kChain);
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message());
  CHECK(result.error().code() == code);
  CHECK(result.error().message().find(why) != std::string::npos);
}

// The header, then `count` as ULEB128, then `rest`.
Bytes raw_block(const BlockHeader& header, std::uint32_t count, const Bytes& rest) {
  bcs::Encoder encoder;
  bcs::write(encoder, header);
  encoder.uleb128(count);
  encoder.raw(rest);
  return encoder.take();
}

TxPtr transaction_of_size(std::size_t size) {
  SignedTransaction s{transfer(1), stand_in_key(1), {}};
  s.transaction.body = RegistryBody{Update{address(2), std::string(size, 'x')}};
  return make_transaction(std::move(s));
}

}  // namespace

TEST_CASE("A block survives its bytes, its transactions decoded and hashed") {
  Block block = good_block();
  Bytes bytes = bcs::encode(block);
  auto back = bcs::decode<Block>(bytes);
  REQUIRE(back);
  CHECK(bcs::encode(*back) == bytes);
  CHECK(back->hash() == block.hash());
  REQUIRE(back->transactions.size() == 3);
  CHECK(back->transactions[2]->id == block.transactions[2]->id);
  CHECK(back->check_form(kChain));
  CHECK(make_block(Height{1}, Round{0}, kSet, 0).block.check_form(kChain));
}

TEST_CASE("A block's hash covers its header, and its header every root") {
  const BlockHeader header = good_block().header;
  CHECK(header.hash() == hash_with_domain("medchain/block/v1", {bcs::encode(header)}));
  std::set<Hash> hashes;
  for_each_flip(bcs::encode(header), [&](const Bytes& flipped, std::size_t) {
    auto other = bcs::decode<BlockHeader>(flipped);
    if (other) CHECK(hashes.insert(other->hash()).second);
  });
  CHECK(hashes.size() > 1000);
  CHECK_FALSE(hashes.contains(header.hash()));
}

TEST_CASE("Roots are RFC 6962 over signed transactions and over receipts") {
  Made made = make_block(Height{7}, Round{1}, kSet, 2);
  const auto& t = made.block.transactions;
  CHECK(transactions_root(t) == merkle::node_hash(merkle::leaf_hash(t[0]->bytes), merkle::leaf_hash(t[1]->bytes)));
  CHECK(receipts_root(made.receipts) == merkle::node_hash(merkle::leaf_hash(bcs::encode(made.receipts[0])),
                                                          merkle::leaf_hash(bcs::encode(made.receipts[1]))));
  CHECK(transactions_root({}) == sha256(ByteView()));
  CHECK(receipts_root({}) == sha256(ByteView()));
}

TEST_CASE("A block of another protocol or chain is told apart") {
  Block block = good_block();
  block.header.protocol_version = 2;
  refuses_form(block, ErrorCode::kUnsupportedVersion, "protocol version 2, expected 1");
  block = good_block();
  block.header.chain = {};
  refuses_form(block, ErrorCode::kConflict, "belongs to chain 0000");
}

TEST_CASE("A block's transactions are those of its header: none changed, moved, added or left out") {
  Block block = good_block();
  block.header.transactions_root.bytes[0] ^= 1;
  refuses_form(block, ErrorCode::kMalformed, "root");
  block = good_block();
  std::swap(block.transactions[0], block.transactions[1]);
  refuses_form(block, ErrorCode::kMalformed, "root");
  block = good_block();
  block.transactions.pop_back();
  refuses_form(block, ErrorCode::kMalformed, "counts 3 transactions, the block has 2");
  block = good_block();
  block.header.transaction_count = 4;
  refuses_form(block, ErrorCode::kMalformed, "counts 4");
  block = good_block();
  block.transactions[1] = signed_transfer(77);
  refuses_form(block, ErrorCode::kMalformed, "root");
}

TEST_CASE("A block carries commits for its parent, unless it is the first") {
  Block block = good_block();
  block.header.parent_certificate.reset();
  refuses_form(block, ErrorCode::kMalformed, "no certificate");
  block = good_block();
  block.header.parent_certificate->ballot.type = VoteType::kPrepare;
  refuses_form(block, ErrorCode::kMalformed, "not of commits for its parent");
  block = good_block();
  block.header.parent_certificate->ballot.height = Height{7};
  refuses_form(block, ErrorCode::kMalformed, "not of commits for its parent");
  block = good_block();
  block.header.parent_certificate->ballot.digest = {};
  refuses_form(block, ErrorCode::kMalformed, "not of commits for its parent");
  block.header.height = Height{1};
  refuses_form(block, ErrorCode::kMalformed, "first block");
  block.header.height = Height{0};
  refuses_form(block, ErrorCode::kMalformed, "height 0");
}

TEST_CASE("A block above a limit is refused by form") {
  Block block = good_block();
  block.transactions.assign(limits::kMaxBlockTransactions + 1, block.transactions[0]);
  refuses_form(block, ErrorCode::kTooLarge, "16385 transactions, at most 16384");
  block.transactions.assign(130, transaction_of_size(64'900));
  refuses_form(block, ErrorCode::kTooLarge, "bytes, at most 8388608");
  block.transactions = {transaction_of_size(70'000)};
  refuses_form(block, ErrorCode::kTooLarge, "transaction 0 has 70");
  block = good_block();
  block.header.parent_certificate->signatures.resize(300);
  refuses_form(block, ErrorCode::kTooLarge, "header");
}

TEST_CASE("Decoding a block bounds everything before it allocates") {
  const BlockHeader header = good_block().header;
  auto error = [](const Bytes& bytes) { return bcs::decode<Block>(bytes).error(); };
  // Counts and lengths that promise more than follows.
  CHECK(error(raw_block(header, UINT32_MAX, {})).code() == ErrorCode::kTooLarge);
  CHECK(error(raw_block(header, limits::kMaxBlockTransactions + 1, Bytes(20'000))).code() == ErrorCode::kTooLarge);
  CHECK(error(raw_block(header, 1, {0xff, 0xff, 0xff, 0xff, 0x07})).code() == ErrorCode::kMalformed);
  // One transaction too large, really there.
  Bytes large = transaction_of_size(70'000)->bytes;
  Error too_large = error(raw_block(header, 1, bcs::encode(large)));
  CHECK(too_large.code() == ErrorCode::kTooLarge);
  CHECK(too_large.message().find("transaction 0 has 70") == 0);
  // Each within its limit, all together above the block's.
  Bytes most;
  for (int i = 0; i < 130; ++i) append(most, bcs::encode(transaction_of_size(64'900)->bytes));
  Error sum = error(raw_block(header, 130, most));
  CHECK(sum.code() == ErrorCode::kTooLarge);
  CHECK(sum.message().find("a block has 84") == 0);
}

TEST_CASE("A malformed transaction fails its block's decoding, with its index") {
  Block block = good_block();
  Bytes rest;
  for (const TxPtr& t : block.transactions) append(rest, bcs::encode(t->bytes));
  const std::size_t third = rest.size() - block.transactions[2]->bytes.size();
  rest[third] = 9;  // an unknown version
  auto error = bcs::decode<Block>(raw_block(block.header, 3, rest)).error();
  CHECK(error.code() == ErrorCode::kUnsupportedVersion);
  CHECK(error.message().find("transaction 2 (an unknown version") == 0);
}

TEST_CASE("A certified block with a bit flipped, cut off or extended is refused") {
  Made made = make_block(Height{7}, Round{1}, kSet, 2);
  CertifiedBlock good{made.block, certify(made.block.header, kSet, 3)};
  auto holds = [](const CertifiedBlock& b) {
    return b.block.check_form(kChain) && check_certified(b.block.header, b.certificate, kSet, kChain, kStandIn);
  };
  REQUIRE(holds(good));
  Bytes bytes = bcs::encode(good);
  for_each_flip(bytes, [&](const Bytes& flipped, std::size_t bit) {
    auto decoded = bcs::decode<CertifiedBlock>(flipped);
    CAPTURE(bit);
    if (decoded) CHECK_FALSE(holds(*decoded));
  });
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(bcs::decode<CertifiedBlock>(ByteView(bytes).first(size)));
  }
  bytes.push_back(0);
  CHECK_FALSE(bcs::decode<CertifiedBlock>(bytes));
}

TEST_CASE("A block is final by commits for its own height, round and hash, of its own committee and chain") {
  const BlockHeader header = good_block().header;
  REQUIRE(check_certified(header, certify(header, kSet, 3), kSet, kChain, kStandIn));
  auto with_ballot = [&](auto change) {
    Ballot ballot{header.round, header.height, View{0}, VoteType::kCommit, header.hash()};
    change(ballot);
    return check_certified(header, certify(ballot, kSet), kSet, kChain, kStandIn);
  };
  auto refuses = [](const Result<void>& result, std::string_view why, ErrorCode code = ErrorCode::kAuthentication) {
    REQUIRE_FALSE(result);
    CAPTURE(result.error().message());
    CHECK(result.error().code() == code);
    CHECK(result.error().message().find("block 7: ") == 0);
    CHECK(result.error().message().find(why) != std::string::npos);
  };
  CHECK(with_ballot([](Ballot& b) { b.view = View{9}; }));  // whichever view decided
  refuses(with_ballot([](Ballot& b) { b.type = VoteType::kPrepare; }), "not of commits");
  refuses(with_ballot([](Ballot& b) { b.height = Height{8}; }), "for height 8");
  refuses(with_ballot([](Ballot& b) { b.round = Round{2}; }), "of round 2");
  refuses(with_ballot([](Ballot& b) { b.digest = {}; }), "another block");
  refuses(check_certified(header, certify(header, kSet, 2), kSet, kChain, kStandIn), "2 signers");

  // A quorum of other members, who all signed, is not the committee that the header names.
  const auto others = members({1, 2, 3, 5});
  refuses(check_certified(header, certify(header, others), others, kChain, kStandIn), "committee is not the one");

  refuses(check_certified(header, certify(header, kSet), kSet, ChainId{}, kStandIn), "belongs to chain",
          ErrorCode::kConflict);
  BlockHeader later = header;
  later.protocol_version = 2;
  refuses(check_certified(later, certify(later, kSet), kSet, kChain, kStandIn), "protocol version 2",
          ErrorCode::kUnsupportedVersion);
}

TEST_CASE("Statuses have names and sentences, all different") {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  const int count = static_cast<int>(TxStatus::kEvidenceNotSigned) + 1;
  for (int i = 0; i < count; ++i) {
    names.insert(to_string(static_cast<TxStatus>(i)));
    sentences.insert(describe(static_cast<TxStatus>(i)));
  }
  CHECK(names.size() == static_cast<std::size_t>(count));
  CHECK(sentences.size() == static_cast<std::size_t>(count));
  CHECK(to_string(TxStatus::kSuccess) == "success");
  CHECK(to_string(TxStatus::kInsufficientBalance) == "insufficient_balance");
  CHECK(to_string(TxStatus::kConsensusKeyInUse) == "consensus_key_in_use");
  CHECK(to_string(TxStatus::kNotReader) == "not_reader");
  CHECK(to_string(TxStatus::kOverflow) == "overflow");
}
