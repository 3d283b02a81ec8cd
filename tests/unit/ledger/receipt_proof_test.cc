#include <algorithm>

#include "fixture.h"
#include "medchain/merkle.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

const std::vector<Member> kFirst = members({1, 2, 3, 4});
const std::vector<Member> kSecond = members({2, 3, 4, 5});
const std::vector<Member> kThird = members({6, 7, 8, 9, 10, 11, 12});
const Anchor kAnchor{kChain, Height{1}, kFirst};

Handover hand_over(Height height, Round round, const std::vector<Member>& from, const std::vector<Member>& to) {
  BlockHeader header = make_block(height, round, from, 1).block.header;
  header.next_committee_set = committee_set_hash(to);
  return {header, certify(header, from, quorum_of(from.size())), to};
}

// The committee changes after heights 4 and 8; the receipt is of transaction `index` of `count` in block 10.
ReceiptProof make_proof(std::uint32_t index = 2, std::uint32_t count = 6) {
  Made made = make_block(Height{10}, Round{2}, kThird, count);
  made.receipts[index].status = TxStatus::kInsufficientBalance;
  made.block.header.receipts_root = receipts_root(made.receipts);
  std::vector<Hash> transactions;
  std::vector<Hash> receipts;
  for (std::uint32_t i = 0; i < count; ++i) {
    transactions.push_back(made.block.transactions[i]->leaf);
    receipts.push_back(merkle::leaf_hash(bcs::encode(made.receipts[i])));
  }
  ReceiptProof proof;
  proof.handovers = {hand_over(Height{4}, Round{0}, kFirst, kSecond), hand_over(Height{8}, Round{1}, kSecond, kThird)};
  proof.header = made.block.header;
  proof.certificate = certify(proof.header, kThird, quorum_of(kThird.size()));
  proof.transaction = made.block.transactions[index]->bytes;
  proof.receipt = made.receipts[index];
  proof.index = index;
  proof.count = count;
  proof.transaction_path = merkle::path(transactions, index);
  proof.receipt_path = merkle::path(receipts, index);
  return proof;
}

// Signs the target's header again: what a quorum would have had to sign for the change to stand.
void certify_again(ReceiptProof& proof) { proof.certificate = certify(proof.header, kThird); }

void refuses(const ReceiptProof& proof, std::string_view why, ErrorCode code = ErrorCode::kAuthentication,
             const Anchor& anchor = kAnchor) {
  auto result = verify_receipt(proof, anchor, kStandIn);
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message());
  CHECK(result.error().code() == code);
  CHECK(result.error().message().find(why) != std::string::npos);
}

}  // namespace

TEST_CASE("A receipt verifies from the first committee on, across two changes") {
  ReceiptProof proof = make_proof();
  auto verified = verify_receipt(proof, kAnchor, kStandIn);
  REQUIRE(verified);
  CHECK(verified->transaction->bytes == proof.transaction);
  CHECK(verified->receipt == proof.receipt);
  CHECK(verified->header.height == Height{10});
  CHECK(verified->block == proof.header.hash());
  for (std::uint32_t count = 1; count <= 9; ++count) {
    for (std::uint32_t index = 0; index < count; ++index) {
      CHECK(verify_receipt(make_proof(index, count), kAnchor, kStandIn));
    }
  }
}

TEST_CASE("A receipt verifies from a checkpoint, with only the handovers after it") {
  ReceiptProof proof = make_proof();
  proof.handovers.erase(proof.handovers.begin());
  CHECK(verify_receipt(proof, {kChain, Height{5}, kSecond}, kStandIn));
  proof.handovers.clear();
  CHECK(verify_receipt(proof, {kChain, Height{9}, kThird}, kStandIn));
  CHECK(verify_receipt(proof, {kChain, Height{10}, kThird}, kStandIn));
  refuses(proof, "before the anchor", ErrorCode::kConflict, {kChain, Height{11}, kThird});
  refuses(make_proof(), "handover 0: block 4 is before the anchor", ErrorCode::kConflict, {kChain, Height{5}, kFirst});
}

TEST_CASE("A receipt proof survives its bytes") {
  ReceiptProof proof = make_proof();
  Bytes bytes = encode_receipt_proof(proof);
  CHECK(bytes == bcs::encode(proof));
  auto back = decode_receipt_proof(bytes);
  REQUIRE(back);
  CHECK(verify_receipt(*back, kAnchor, kStandIn));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(decode_receipt_proof(ByteView(bytes).first(size)));
  }
  bytes.push_back(0);
  CHECK(decode_receipt_proof(bytes).error().message().find("receipt proof: trailing bytes") == 0);
  CHECK(decode_receipt_proof(Bytes(limits::kMaxReceiptProofBytes + 1)).error().code() == ErrorCode::kTooLarge);
}

TEST_CASE("No receipt proof with a bit flipped verifies") {
  // Places and sizes at which a path alone would not tell one count from another (RFC 9162 section 2.1.3.2).
  const auto [index, count] = GENERATE(std::pair(2u, 6u), std::pair(0u, 1u), std::pair(4u, 5u), std::pair(0u, 3u));
  Bytes bytes = encode_receipt_proof(make_proof(index, count));
  std::size_t decoded = 0;
  for_each_flip(bytes, [&](const Bytes& flipped, std::size_t bit) {
    auto proof = decode_receipt_proof(flipped);
    if (!proof) return;
    ++decoded;
    CAPTURE(index, count, bit);
    CHECK_FALSE(verify_receipt(*proof, kAnchor, kStandIn));
  });
  CHECK(decoded > 10'000);
}

TEST_CASE("Handovers are all there, in order, and each once") {
  ReceiptProof proof = make_proof();
  proof.handovers.erase(proof.handovers.begin());
  refuses(proof, "handover 0: block 8: its committee is not the one");
  proof = make_proof();
  proof.handovers.pop_back();
  refuses(proof, "block 10: its committee is not the one");
  proof = make_proof();
  proof.handovers.clear();
  refuses(proof, "block 10: its committee is not the one");
  proof = make_proof();
  std::swap(proof.handovers[0], proof.handovers[1]);
  refuses(proof, "handover 0: block 8: its committee is not the one");
  proof = make_proof();
  proof.handovers.insert(proof.handovers.begin(), proof.handovers[0]);
  refuses(proof, "handover 1: block 4 is not after the handover at 4");
}

TEST_CASE("Heights ascend from handover to handover, and to the receipt") {
  ReceiptProof proof = make_proof();
  proof.handovers[1] = hand_over(Height{4}, Round{1}, kSecond, kThird);
  refuses(proof, "handover 1: block 4 is not after the handover at 4");
  proof.handovers[1] = hand_over(Height{3}, Round{1}, kSecond, kThird);
  refuses(proof, "handover 1: block 3 is not after the handover at 4");
  proof.handovers[1] = hand_over(Height{10}, Round{1}, kSecond, kThird);
  refuses(proof, "block 10 is not after the handover at 10");
  proof.handovers[1] = hand_over(Height{9}, Round{1}, kSecond, kThird);
  CHECK(verify_receipt(proof, kAnchor, kStandIn));
}

TEST_CASE("A handover is signed by the old committee, for the next one that its block names") {
  ReceiptProof proof = make_proof();
  BlockHeader header = proof.handovers[1].header;
  proof.handovers[1].certificate = certify(header, kSecond, 2);
  refuses(proof, "handover 1: block 8: the certificate for height 8 has 2 signers");
  proof.handovers[1].certificate = certify(header, kThird);  // the new one appoints itself
  refuses(proof, "handover 1: ");
  proof = make_proof();
  proof.handovers[1].next_members[0].consensus_key = stand_in_key(99);
  refuses(proof, "handover 1: its next members are not those that its block names");
  proof = make_proof();
  std::swap(proof.handovers[1].next_members[0], proof.handovers[1].next_members[1]);
  refuses(proof, "handover 1: committee member 1", ErrorCode::kMalformed);
}

TEST_CASE("A handover changes the set, to one that is a committee") {
  ReceiptProof proof = make_proof();
  proof.handovers.insert(proof.handovers.begin() + 1, hand_over(Height{6}, Round{1}, kSecond, kSecond));
  refuses(proof, "handover 1: it leaves the committee's set as it was");
  proof = make_proof();
  proof.handovers[1] = hand_over(Height{8}, Round{1}, kSecond, {});
  refuses(proof, "handover 1: a committee of 0 members", ErrorCode::kMalformed);
  auto same_key = kThird;
  same_key[0].consensus_key = same_key[1].consensus_key;
  proof.handovers[1] = hand_over(Height{8}, Round{1}, kSecond, same_key);
  refuses(proof, "handover 1: two members", ErrorCode::kMalformed);
}

TEST_CASE("Every block of the proof belongs to the anchor's chain") {
  refuses(make_proof(), "handover 0: block 4: it belongs to chain", ErrorCode::kConflict,
          {ChainId{}, Height{1}, kFirst});
  ReceiptProof proof = make_proof();
  proof.header.chain = {};
  certify_again(proof);
  refuses(proof, "block 10: it belongs to chain", ErrorCode::kConflict);
  proof = make_proof(0, 1);
  SignedTransaction foreign{transfer(0, ChainId{}), stand_in_key(1), {}};
  TxPtr transaction = make_transaction(foreign);
  proof.transaction = transaction->bytes;
  proof.receipt.id = transaction->id;
  proof.header.transactions_root = transaction->leaf;
  proof.header.receipts_root = merkle::leaf_hash(bcs::encode(proof.receipt));
  certify_again(proof);
  refuses(proof, "another chain than its block", ErrorCode::kConflict);
}

TEST_CASE("The receipt's block is certified") {
  ReceiptProof proof = make_proof();
  proof.certificate = certify(proof.header, kThird, 4);
  refuses(proof, "block 10: the certificate for height 10 has 4 signers, expected at least 5 of 7");
  proof = make_proof();
  proof.certificate.signatures[1] = proof.certificate.signatures[0];
  refuses(proof, "signer 0 twice");
  proof = make_proof();
  proof.header.time_ms += 1;
  refuses(proof, "another block");
  proof = make_proof();
  proof.header.protocol_version = 2;
  certify_again(proof);
  refuses(proof, "protocol version 2", ErrorCode::kUnsupportedVersion);
}

TEST_CASE("Transaction and receipt stand at the same place of the block, and belong together") {
  ReceiptProof proof = make_proof();
  ReceiptProof other = make_proof(3);
  proof.receipt = other.receipt;
  proof.receipt_path = other.receipt_path;
  refuses(proof, "the receipt is for another transaction");
  proof = make_proof();
  proof.transaction = other.transaction;
  proof.transaction_path = other.transaction_path;
  refuses(proof, "the receipt is for another transaction");
  proof = make_proof();
  proof.index = 3;
  refuses(proof, "the transaction's path");
  proof = make_proof();
  proof.count = 7;  // leads to the same root by the same path
  refuses(proof, "counts 7 transactions, the block has 6");
  proof = make_proof();
  proof.receipt.status = TxStatus::kSuccess;
  refuses(proof, "the receipt's path");
  proof = make_proof();
  proof.receipt_path.pop_back();
  refuses(proof, "the receipt's path");
  proof = make_proof();
  proof.transaction_path.emplace_back();
  refuses(proof, "the transaction's path");
  proof = make_proof();
  proof.transaction.pop_back();
  refuses(proof, "the receipt's transaction: cut off", ErrorCode::kMalformed);
}

TEST_CASE("A receipt listed elsewhere in the block does not pass for one at this place") {
  // A block whose receipts are in another order than its transactions: both paths hold, for different places.
  Made made = make_block(Height{10}, Round{2}, kThird, 4);
  std::rotate(made.receipts.begin(), made.receipts.begin() + 1, made.receipts.end());
  ReceiptProof proof = make_proof(0, 4);
  proof.header = made.block.header;
  proof.header.receipts_root = receipts_root(made.receipts);
  certify_again(proof);
  std::vector<Hash> leaves;
  for (const Receipt& r : made.receipts) leaves.push_back(merkle::leaf_hash(bcs::encode(r)));
  proof.receipt = made.receipts[3];
  REQUIRE(proof.receipt.id == made.block.transactions[0]->id);
  proof.receipt_path = merkle::path(leaves, 3);
  refuses(proof, "the receipt's path");
}

TEST_CASE("The anchor must be usable, and a proof no longer than a ledger's life") {
  ReceiptProof proof = make_proof();
  auto unsorted = kFirst;
  std::swap(unsorted[0], unsorted[1]);
  refuses(proof, "the anchor: committee member 1", ErrorCode::kInvalidArgument, {kChain, Height{1}, unsorted});
  refuses(proof, "the anchor: a committee of 0", ErrorCode::kInvalidArgument, {kChain, Height{1}, {}});
  proof.handovers.resize(limits::kMaxHandovers + 1);
  refuses(proof, "100001 handovers", ErrorCode::kTooLarge);
}
