// What nodes say to one another; BCS on the wire, at most limits::kMaxMessageBytes. lib/src/engine/FORMAT.md gives
// bytes.
#pragma once

#include <variant>
#include <vector>

#include "medchain/consensus.h"

namespace medchain {

// A transaction and what travels with it.
struct Submission {
  Bytes transaction;  // BCS of a SignedTransaction
  Payload payload;
  MEDCHAIN_FIELDS(transaction, payload)
};

namespace peer {

struct Consensus {  // proposals, votes, view changes
  consensus::Message message;
  MEDCHAIN_FIELDS(message)
};
struct Transactions {  // relayed to the sitting producers; at most limits::kMaxListed
  std::vector<Submission> submissions;
  void bcs_encode(bcs::Encoder& encoder) const { bcs::write(encoder, submissions); }
  static Transactions bcs_decode(bcs::Decoder& decoder) {
    return {bcs::read_list<Submission>(decoder, limits::kMaxListed)};
  }
};
struct Status {  // "I have this height final"
  Height height;
  Hash block;
  MEDCHAIN_FIELDS(height, block)
};
struct BlocksRequest {
  Height from;
  std::uint32_t count = 0;
  MEDCHAIN_FIELDS(from, count)
};
struct Blocks {  // consecutive, ascending; possibly fewer than asked for. Unasked: a new one, to who follows
  std::vector<CertifiedBlock> blocks;
  MEDCHAIN_FIELDS(blocks)
};
struct PayloadKey {
  Hash root;
  std::uint16_t parts = 0;
  MEDCHAIN_FIELDS(root, parts)
  friend auto operator<=>(const PayloadKey&, const PayloadKey&) = default;
};
struct PayloadsRequest {
  std::vector<PayloadKey> keys;
  MEDCHAIN_FIELDS(keys)
};
struct Payloads {  // of those asked for, the ones at hand; at most limits::kMaxListed
  std::vector<Payload> payloads;
  void bcs_encode(bcs::Encoder& encoder) const { bcs::write(encoder, payloads); }
  static Payloads bcs_decode(bcs::Decoder& decoder) { return {bcs::read_list<Payload>(decoder, limits::kMaxListed)}; }
};
struct ProposalRequest {  // a block that somebody prepared
  Hash block;
  MEDCHAIN_FIELDS(block)
};
struct ProposalBlock {
  Block block;
  MEDCHAIN_FIELDS(block)
};
// A proposal by the ids of its transactions, most of which the members hold: from who signed it, and nobody else. Its
// `proposal.block` is a header without transactions; there is an id for each that the header counts, in order.
struct CompactProposal {
  consensus::Proposal proposal;
  std::vector<TxId> transactions;
  void bcs_encode(bcs::Encoder& encoder) const {
    bcs::write(encoder, proposal);
    bcs::write(encoder, transactions);
  }
  static CompactProposal bcs_decode(bcs::Decoder& decoder) {
    auto proposal = bcs::read<consensus::Proposal>(decoder);
    return {std::move(proposal), bcs::read_list<TxId>(decoder, limits::kMaxBlockTransactions)};
  }
};

}  // namespace peer

// Append only.
using PeerBody = std::variant<peer::Consensus, peer::Transactions, peer::Status, peer::BlocksRequest, peer::Blocks,
                              peer::PayloadsRequest, peer::Payloads, peer::ProposalRequest, peer::ProposalBlock,
                              peer::CompactProposal>;
struct PeerMessage {
  PeerBody body;
  MEDCHAIN_VERSIONED(1, body)
};

}  // namespace medchain
