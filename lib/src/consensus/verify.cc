// verify_message: every rule that needs only the message and the committee. What costs a signature check comes last.
#include "medchain/consensus.h"
#include "new_view.h"

namespace medchain::consensus {
namespace {

Error malformed(std::string what) { return {ErrorCode::kMalformed, std::move(what)}; }

template <class T>
std::string expected(const char* what, const T& found, const T& wanted) {
  return std::string(what) + " " + std::to_string(found.value) + ", expected " + std::to_string(wanted.value);
}

class Verification {
 public:
  Verification(const Committee& committee, Height height, const ChainId& chain, const SignatureVerifier& verifier)
      : committee_(committee), height_(height), chain_(chain), verifier_(verifier) {}

  Result<void> of(const VoteMessage& vote) const {
    if (vote.ballot.type != VoteType::kPrepare && vote.ballot.type != VoteType::kCommit) {
      return malformed("a vote that is neither prepare nor commit");
    }
    MEDCHAIN_TRY(place(vote.member, vote.ballot));
    return signature(vote.member, vote.ballot, vote.signature);
  }

  Result<void> of(const ViewChange& change) {
    MEDCHAIN_TRY(place(change.member, change.ballot));
    if (change.ballot.type != VoteType::kViewChange) return malformed("a view change whose ballot is of another type");
    if (change.ballot.view == View{}) return malformed("a view change to view 0");
    if (change.ballot.digest != digest_of(change.prepared)) {
      return malformed("a view change whose digest is not of the prepared certificate that it carries");
    }
    MEDCHAIN_TRY(signature(change.member, change.ballot, change.signature));
    return change.prepared ? prepared(*change.prepared, change.ballot.view) : Result<void>{};
  }

  Result<void> of(const Proposal& proposal) {
    MEDCHAIN_TRY(place(proposal.member, proposal.ballot));
    if (proposal.ballot.type != VoteType::kProposal) return malformed("a proposal whose ballot is of another type");
    std::size_t leader = committee_.leader(height_, proposal.ballot.view);
    if (proposal.member != leader) {
      return malformed("a proposal by member " + std::to_string(proposal.member) + " in a view led by member " +
                       std::to_string(leader));
    }
    MEDCHAIN_TRY(block(proposal));
    MEDCHAIN_TRY(signature(proposal.member, proposal.ballot, proposal.signature));
    return new_view(proposal);
  }

 private:
  Result<void> place(std::uint16_t member, const Ballot& ballot) const {
    if (member >= committee_.size()) {
      return malformed("member " + std::to_string(member) + " of a committee of " + std::to_string(committee_.size()));
    }
    if (ballot.round != committee_.round) return malformed(expected("round", ballot.round, committee_.round));
    if (ballot.height != height_) return malformed(expected("height", ballot.height, height_));
    return {};
  }

  Result<void> signature(std::uint16_t member, const Ballot& ballot, const Signature& signature) const {
    if (verify_ballot(ballot, chain_, committee_.order[member].consensus_key, signature, verifier_)) return {};
    return Error(ErrorCode::kAuthentication, "the signature of member " + std::to_string(member) + " does not verify");
  }

  // The members of a view change quorum mostly carry one and the same certificate: it is checked once.
  Result<void> prepared(const Certificate& certificate, View new_view) {
    const Ballot& ballot = certificate.ballot;
    if (ballot.type != VoteType::kPrepare) return malformed("a prepared certificate of another type");
    if (ballot.round != committee_.round) return malformed(expected("prepared: round", ballot.round, committee_.round));
    if (ballot.height != height_) return malformed(expected("prepared: height", ballot.height, height_));
    if (ballot.view >= new_view) return malformed("a prepared certificate of a view that is not below the new one");
    if (checked_ && *checked_ == certificate) return {};
    if (sorted_.empty()) sorted_ = committee_.sorted();
    if (auto good = certificate.check(sorted_, chain_, verifier_); !good) return good.error().in("prepared");
    checked_ = certificate;
    return {};
  }

  Result<void> block(const Proposal& proposal) const {
    if (proposal.block == nullptr) return malformed("a proposal without a block");
    const BlockHeader& header = proposal.block->header;
    if (header.chain != chain_) return malformed("the proposed block is of another chain");
    if (header.round != committee_.round) return malformed(expected("block: round", header.round, committee_.round));
    if (header.height != height_) return malformed(expected("block: height", header.height, height_));
    if (proposal.block->hash() != proposal.ballot.digest) {
      return malformed("a proposal whose digest is not its block's hash");
    }
    return {};
  }

  // Castro and Liskov, section 4.4: recomputed from the evidence, never believed.
  Result<void> new_view(const Proposal& proposal) {
    if (proposal.ballot.view == View{}) {
      if (!proposal.justification.empty()) return malformed("view 0 needs no justification");
      return fresh(proposal);
    }
    if (proposal.justification.size() < committee_.quorum()) {
      return malformed("a new view justified by " + std::to_string(proposal.justification.size()) +
                       " view changes, expected " + std::to_string(committee_.quorum()));
    }
    const ViewChange* previous = nullptr;
    for (const ViewChange& change : proposal.justification) {
      if (previous != nullptr && change.member <= previous->member) {
        return malformed("the view changes of a new view do not ascend by member");
      }
      if (change.ballot.view != proposal.ballot.view) return malformed("a new view with a view change to another view");
      previous = &change;
    }
    for (const ViewChange& change : proposal.justification) {
      if (auto good = of(change); !good) {
        return good.error().in("view change of member " + std::to_string(change.member));
      }
    }
    const Certificate* highest = highest_prepared(proposal.justification);
    if (highest == nullptr) return fresh(proposal);
    if (highest->ballot.digest == proposal.ballot.digest) return {};
    return malformed("a new view that does not propose the block prepared in view " +
                     std::to_string(highest->ballot.view.value));
  }

  // Only a block that nobody prepared is the proposer's own; a prepared one keeps who composed it first.
  Result<void> fresh(const Proposal& proposal) const {
    if (proposal.block->header.producer == committee_.order[proposal.member].validator) return {};
    return malformed("a fresh block whose producer is not the member that proposes it");
  }

  const Committee& committee_;
  Height height_;
  const ChainId& chain_;
  const SignatureVerifier& verifier_;
  std::vector<Member> sorted_;
  std::optional<Certificate> checked_;
};

}  // namespace

Result<void> verify_message(const Message& message, const Committee& committee, Height height, const ChainId& chain,
                            const SignatureVerifier& verifier) {
  Verification verification(committee, height, chain, verifier);
  return std::visit([&](const auto& m) { return verification.of(m); }, message);
}

}  // namespace medchain::consensus
