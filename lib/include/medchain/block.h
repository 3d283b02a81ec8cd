// Blocks. lib/src/ledger/FORMAT.md gives the bytes.
#pragma once

#include <memory>
#include <vector>

#include "medchain/committee.h"
#include "medchain/transaction.h"

namespace medchain {

inline constexpr std::uint32_t kProtocolVersion = 1;

// Excludes the view and the block's own certificate, so that a block proposed again in a later view is the same bytes.
struct BlockHeader {
  std::uint32_t protocol_version = kProtocolVersion;
  ChainId chain;
  Height height;
  Round round;
  Hash parent;                          // hash of the header before
  std::uint64_t time_ms = 0;            // Unix time, never less than the parent's
  Address producer;                     // who composed it first
  std::uint32_t transaction_count = 0;  // the size of both trees below: without it, a path would not pin a place
  Hash transactions_root;               // RFC 6962 over the signed transactions' bytes
  Hash receipts_root;                   // RFC 6962 over the receipts' BCS
  Hash state_root;                      // after this block
  Hash committee_set;                   // of this block's committee
  Hash committee_order;
  Hash next_committee_set;  // of the committee at height + 1: differs only in a round's last block
  Hash next_committee_order;
  std::optional<Certificate> parent_certificate;  // as the producer chose it; nothing at height 1
  MEDCHAIN_VERSIONED(1, protocol_version, chain, height, round, parent, time_ms, producer, transaction_count,
                     transactions_root, receipts_root, state_root, committee_set, committee_order, next_committee_set,
                     next_committee_order, parent_certificate)

  Hash hash() const;  // hash_with_domain("medchain/block/v1", BCS of this)
};

struct Block {
  BlockHeader header;
  std::vector<TxPtr> transactions;

  Hash hash() const { return header.hash(); }
  // BCS {header, vector of byte strings}: each transaction is decoded, and hashed, once. Decoding bounds everything by
  // limits.h before it allocates; a malformed transaction fails it, with its index.
  void bcs_encode(bcs::Encoder& encoder) const;
  static Block bcs_decode(bcs::Decoder& decoder);
  // What the block's bytes alone can show: protocol version and chain are ours (kUnsupportedVersion, kConflict), sizes
  // are within limits.h (kTooLarge), and, else kMalformed: transactions_root and transaction_count are right, and
  // parent_certificate is of commits for `parent` at the height below, absent at height 1 only. Not: signatures, state.
  Result<void> check_form(const ChainId& chain) const;
};
using BlockPtr = std::shared_ptr<const Block>;
Hash transactions_root(const std::vector<TxPtr>& transactions);

// What became of a transaction. Persisted in receipts: append only. The sentence for each is describe(status).
enum class TxStatus : std::uint16_t {
  kSuccess = 0,
  kNotAllowed = 1,  // the sender's role, or its relation to the object, does not permit it
  kInsufficientBalance = 2,
  kInsufficientStake = 3,
  kAmountZero = 4,
  kUnknownParticipant = 5,
  kParticipantExists = 6,
  kParticipantSuspended = 7,
  kNotSuspended = 8,
  kUnknownCandidate = 9,
  kNotCandidate = 10,
  kTooManyCandidates = 11,
  kTooManyUnbondings = 12,
  kDuplicate = 13,    // an entry named twice in one list
  kInvalidKeys = 14,  // public keys that are not valid points, or whose binding does not verify
  kConsensusKeyInUse = 15,
  kLabelTooLong = 16,
  kRecordExists = 17,
  kUnknownRecord = 18,
  kUnknownSubject = 19,  // not a registered patient
  kUnknownReader = 20,
  kTooManyReaders = 21,
  kAlreadyReader = 22,
  kNotReader = 23,
  kPayloadTooLarge = 24,
  kInvalidValue = 25,  // a label with control characters, a payload root without a payload
  kOverflow = 26,
  kPossessionNotProved = 27,  // `Stand::possession` is not a signature by the consensus key for this sender
  kConsensusKeyRetired = 28,
  kBarred = 29,  // the validator that would stand, or that is reported, broke the protocol and never stands again
  kUnknownConsensusKey = 30,
  kInvalidEvidence = 31,
  kEvidenceNotSigned = 32,
};
MEDCHAIN_ENUM_RANGE(TxStatus, kSuccess, kEvidenceNotSigned)
std::string_view to_string(TxStatus status);  // stable name, e.g. "insufficient_balance"
std::string_view describe(TxStatus status);   // a sentence for people

struct Receipt {
  TxId id;
  TxStatus status = TxStatus::kSuccess;
  MEDCHAIN_VERSIONED(1, id, status)
  friend auto operator<=>(const Receipt&, const Receipt&) = default;
};
Hash receipts_root(const std::vector<Receipt>& receipts);

// A final block, as nodes store and send it.
struct CertifiedBlock {
  Block block;
  Certificate certificate;
  MEDCHAIN_VERSIONED(1, block, certificate)
};

// That `certificate` makes the block of `header` final, for somebody who knows the committee's members, sorted by
// address (Committee::sorted()): it is of type kCommit, for this header's height, round and hash; the header names
// these members and this chain; a quorum of them signed. kConflict for another chain, kUnsupportedVersion for another
// protocol, kAuthentication for all else. Says nothing about the transactions: see Block::check_form.
Result<void> check_certified(const BlockHeader& header, const Certificate& certificate,
                             const std::vector<Member>& sorted_members, const ChainId& chain,
                             const SignatureVerifier& verifier);

}  // namespace medchain
