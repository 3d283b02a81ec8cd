// Receipt proofs: offline evidence, from the genesis alone, that a transaction was final and what it did.
//
//   auto proof = decode_receipt_proof(file);
//   auto verified = verify_receipt(*proof, anchor);        // anchor: genesis_anchor(genesis), or a checkpoint
//   if (verified && verified->receipt.status == TxStatus::kSuccess) ...
#pragma once

#include <vector>

#include "medchain/block.h"
#include "medchain/merkle.h"

namespace medchain {

// A block in which one committee hands over to another set of members, signed by the old one.
struct Handover {
  BlockHeader header;
  Certificate certificate;
  std::vector<Member> next_members;  // sorted by address
  MEDCHAIN_FIELDS(header, certificate, next_members)
};

struct ReceiptProof {
  std::vector<Handover> handovers;  // one for each change of the set since the anchor, oldest first
  BlockHeader header;
  Certificate certificate;
  Bytes transaction;  // the signed transaction
  Receipt receipt;
  std::uint32_t index = 0;  // place of both in the block
  std::uint32_t count = 0;  // transactions in the block, as its header says
  std::vector<Hash> transaction_path;
  std::vector<Hash> receipt_path;
  MEDCHAIN_VERSIONED(1, handovers, header, certificate, transaction, receipt, index, count, transaction_path,
                     receipt_path)
};

// What a verifier trusts to begin with: a chain, and the set of members at some height (genesis: 1).
struct Anchor {
  ChainId chain;
  Height height;                // the members' first height
  std::vector<Member> members;  // sorted by address
};

struct VerifiedReceipt {
  TxPtr transaction;
  Receipt receipt;
  BlockHeader header;
  Hash block;
};

// A file or message that holds a proof: the same bytes as bcs::encode, bounded by limits::kMaxReceiptProofBytes
// (kTooLarge).
Bytes encode_receipt_proof(const ReceiptProof& proof);
Result<ReceiptProof> decode_receipt_proof(ByteView bytes);

// Walks the handovers from the anchor's members to those of the receipt's block, then checks that block's certificate
// and both paths. Every byte of a proof counts: one that was altered does not verify.
//
// kConflict: of another chain, or before the anchor. kAuthentication: a signature, certificate, handover or path does
// not hold. kMalformed: the transaction's bytes are not one, or a handover's members are no committee.
// kUnsupportedVersion: a block of another protocol version. kTooLarge: more handovers than limits.h allows.
// kInvalidArgument: the anchor's members are not sorted by address, or are no committee.
Result<VerifiedReceipt> verify_receipt(const ReceiptProof& proof, const Anchor& anchor,
                                       const SignatureVerifier& verifier = real_signatures());

}  // namespace medchain
