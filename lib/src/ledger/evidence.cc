#include "medchain/evidence.h"

namespace medchain {
namespace {

// What an honest member signs once at most. It makes each vote durable before it leaves, and the log belongs to the
// key, so that neither a crash nor a restart brings it to a second one. A view change is no part of this: its digest
// covers what the member had prepared, and says nothing about a block.
bool signed_once(VoteType type) {
  return type == VoteType::kProposal || type == VoteType::kPrepare || type == VoteType::kCommit;
}

bool contradict(const Ballot& a, const Ballot& b) {
  return a.round == b.round && a.height == b.height && a.view == b.view && a.type == b.type && a.digest != b.digest;
}

bool is_hash_of(const Hash& hash, ByteView header) { return hash == hash_with_domain("medchain/block/v1", {header}); }

// The parent's certificate as a block must carry it; nothing is said of its signatures, for which the committee would
// have to be known. An honest producer puts in the certificate that made its own last block final, or, at height 1,
// none.
bool has_parents_certificate(const BlockHeader& header, const BlockHeader& parent) {
  if (parent.height.value == 0) return !header.parent_certificate;
  if (!header.parent_certificate) return false;
  const Ballot& ballot = header.parent_certificate->ballot;
  return ballot.type == VoteType::kCommit && ballot.round == parent.round && ballot.height == parent.height &&
         ballot.digest == header.parent;
}

bool follows_round(const BlockHeader& header, const BlockHeader& parent) {
  return header.round == parent.round || (header.round > parent.round && header.round.previous() == parent.round);
}

}  // namespace

// Every rule here is kept by each honest member that signs a proposal, the first of a block and any later one.
//
// In view 0, and in a later view in which nobody had prepared anything, the member composed the block itself, on its
// own last final block: it took chain, height, round, committee, parent's certificate and a time not before the
// parent's from there. In a later view it proposes a block again that a quorum prepared: f + 1 honest members of that
// quorum executed it first, which refuses a header that breaks any of these. And in either case the block that
// `header.parent` names is the member's last final one, whose header is the only one with that hash: so whoever reports
// cannot choose another parent to make the header look wrong.
//
// What is not judged: the producer (a block proposed again keeps the member that composed it first), the protocol's
// version and limits (a later release may accept more, and evidence must mean the same for ever), and whatever needs
// the transactions, the state or the committee's members.
std::optional<std::string_view> broken_rule(const Ballot& ballot, const BlockHeader& header, const BlockHeader& parent,
                                            const ChainId& chain) {
  // The ballot's signature names this chain, so its member meant the block for it.
  if (header.chain != chain) return "the header is of another chain than the one it was proposed on";
  // A member makes the ballot of the height and round it is at, and proposes blocks of these only.
  if (ballot.height != header.height) return "the ballot is of another height than the header";
  if (ballot.round != header.round) return "the ballot is of another round than the header";
  if (header.height <= parent.height || header.height.previous() != parent.height) {
    return "the height is not the one after the parent's";
  }
  // Rounds follow one another without a gap.
  if (!follows_round(header, parent)) return "the round neither is the parent's nor follows it";
  // Never the member's clock alone: a block's time is at least the parent's.
  if (header.time_ms < parent.time_ms) return "the time is before the parent's";
  // The parent, being final, says who decides next.
  if (header.committee_set != parent.next_committee_set || header.committee_order != parent.next_committee_order) {
    return "the committee is not the one that the parent names";
  }
  if (!has_parents_certificate(header, parent)) return "the parent's certificate is not of commits for the parent";
  return std::nullopt;
}

TxStatus judge(const ReportDoubleVote& report, const ChainId& chain, const SignatureVerifier& verifier) {
  if (!signed_once(report.first.ballot.type) || !contradict(report.first.ballot, report.second.ballot)) {
    return TxStatus::kInvalidEvidence;
  }
  for (const SignedBallot* vote : {&report.first, &report.second}) {
    if (!verify_ballot(vote->ballot, chain, report.consensus_key, vote->signature, verifier)) {
      return TxStatus::kEvidenceNotSigned;
    }
  }
  return TxStatus::kSuccess;
}

TxStatus judge(const ReportInvalidProposal& report, const ChainId& chain, const SignatureVerifier& verifier) {
  const SignedBallot& proposal = report.proposal;
  if (proposal.ballot.type != VoteType::kProposal) return TxStatus::kInvalidEvidence;
  if (!is_hash_of(proposal.ballot.digest, report.header)) return TxStatus::kInvalidEvidence;
  auto header = bcs::decode<BlockHeader>(report.header);
  auto parent = bcs::decode<BlockHeader>(report.parent);
  if (!header || !parent || !is_hash_of(header->parent, report.parent)) return TxStatus::kInvalidEvidence;
  if (!broken_rule(proposal.ballot, *header, *parent, chain)) return TxStatus::kInvalidEvidence;
  return verify_ballot(proposal.ballot, chain, report.consensus_key, proposal.signature, verifier)
             ? TxStatus::kSuccess
             : TxStatus::kEvidenceNotSigned;
}

}  // namespace medchain
