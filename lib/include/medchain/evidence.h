// Judging members of committees by what they signed: evidence that convinces whoever knows nothing but the chain's id.
//
//   if (judge(report, chain, real_signatures()) == TxStatus::kSuccess) ...   // the key's holder broke the protocol
//
// No honest member can be framed: each rule is one that it keeps whatever others send, whenever it crashes, as long as
// its key votes on one host with its vote log. docs/consensus.md says why; lib/src/ledger/evidence.cc says it rule by
// rule.
#pragma once

#include "medchain/block.h"

namespace medchain {

static_assert(2 * limits::kMaxHeaderBytes + 1024 <= limits::kMaxTransactionBytes, "two headers fit one report");

// kSuccess when the report proves what it says. kInvalidEvidence: an honest member may have signed this, or the parts
// do not belong together. kEvidenceNotSigned: a signature is not that key's. Signatures are checked last.
TxStatus judge(const ReportDoubleVote& report, const ChainId& chain, const SignatureVerifier& verifier);
TxStatus judge(const ReportInvalidProposal& report, const ChainId& chain, const SignatureVerifier& verifier);

// The rule that a header breaks if it was proposed with `ballot` after `parent`, in words; nothing when it breaks none.
// `header` and `parent` need not belong together: judge() looks at hashes, this does not.
std::optional<std::string_view> broken_rule(const Ballot& ballot, const BlockHeader& header, const BlockHeader& parent,
                                            const ChainId& chain);

}  // namespace medchain
