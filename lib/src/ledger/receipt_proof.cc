#include "medchain/receipt.h"

namespace medchain {
namespace {

Error refused(const std::string& why) { return {ErrorCode::kAuthentication, why}; }

// From the anchor towards the receipt's block: which members decide, and after which height.
struct Walk {
  const Anchor& anchor;
  const SignatureVerifier& verifier;
  const std::vector<Member>* members;
  std::optional<Height> last;  // of the handover before

  Result<void> check_place(const BlockHeader& header) const {
    if (header.height < anchor.height) {
      return Error(ErrorCode::kConflict, "block " + std::to_string(header.height.value) +
                                             " is before the anchor, which begins at " +
                                             std::to_string(anchor.height.value));
    }
    if (last && header.height <= *last) {
      return refused("block " + std::to_string(header.height.value) + " is not after the handover at " +
                     std::to_string(last->value));
    }
    return {};
  }

  Result<void> check_block(const BlockHeader& header, const Certificate& certificate) const {
    MEDCHAIN_TRY(check_place(header));
    return check_certified(header, certificate, *members, anchor.chain, verifier);
  }

  Result<void> take(const Handover& handover) {
    MEDCHAIN_TRY(check_block(handover.header, handover.certificate));
    MEDCHAIN_TRY(check_members(handover.next_members));
    if (handover.header.next_committee_set == handover.header.committee_set) {
      return refused("it leaves the committee's set as it was");
    }
    if (handover.header.next_committee_set != committee_set_hash(handover.next_members)) {
      return refused("its next members are not those that its block names");
    }
    members = &handover.next_members;
    last = handover.header.height;
    return {};
  }
};

Result<TxPtr> check_content(const ReceiptProof& proof) {
  auto transaction = parse_transaction(proof.transaction);
  if (!transaction) return transaction.error().in("the receipt's transaction");
  const BlockHeader& header = proof.header;
  if ((*transaction)->transaction().chain != header.chain) {
    return Error(ErrorCode::kConflict, "the receipt's transaction belongs to another chain than its block");
  }
  if (proof.receipt.id != (*transaction)->id) return refused("the receipt is for another transaction");
  if (proof.count != header.transaction_count) {
    return refused("the proof counts " + std::to_string(proof.count) + " transactions, the block has " +
                   std::to_string(header.transaction_count));
  }
  if (!merkle::verify_path((*transaction)->leaf, proof.index, proof.count, proof.transaction_path,
                           header.transactions_root)) {
    return refused("the transaction's path does not lead to its block's root");
  }
  if (!merkle::verify_path(merkle::leaf_hash(bcs::encode(proof.receipt)), proof.index, proof.count, proof.receipt_path,
                           header.receipts_root)) {
    return refused("the receipt's path does not lead to its block's root");
  }
  return transaction;
}

}  // namespace

Bytes encode_receipt_proof(const ReceiptProof& proof) { return bcs::encode(proof); }

Result<ReceiptProof> decode_receipt_proof(ByteView bytes) {
  if (bytes.size() > limits::kMaxReceiptProofBytes) {
    return Error(ErrorCode::kTooLarge, "a receipt proof has " + std::to_string(bytes.size()) + " bytes, at most " +
                                           std::to_string(limits::kMaxReceiptProofBytes) + " are allowed");
  }
  auto proof = bcs::decode<ReceiptProof>(bytes);
  if (!proof) return proof.error().in("receipt proof");
  return proof;
}

Result<VerifiedReceipt> verify_receipt(const ReceiptProof& proof, const Anchor& anchor,
                                       const SignatureVerifier& verifier) {
  if (auto members = check_members(anchor.members); !members) {
    return Error(ErrorCode::kInvalidArgument, "the anchor: " + members.error().message());
  }
  if (proof.handovers.size() > limits::kMaxHandovers) {
    return Error(ErrorCode::kTooLarge, "a receipt proof has " + std::to_string(proof.handovers.size()) +
                                           " handovers, at most " + std::to_string(limits::kMaxHandovers) +
                                           " are allowed");
  }
  Walk walk{anchor, verifier, &anchor.members, std::nullopt};
  for (std::size_t i = 0; i < proof.handovers.size(); ++i) {
    if (auto taken = walk.take(proof.handovers[i]); !taken) return taken.error().in("handover " + std::to_string(i));
  }
  MEDCHAIN_TRY(walk.check_block(proof.header, proof.certificate));
  auto transaction = check_content(proof);
  if (!transaction) return transaction.error();
  return VerifiedReceipt{std::move(*transaction), proof.receipt, proof.header, proof.header.hash()};
}

}  // namespace medchain
