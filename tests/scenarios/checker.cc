#include "checker.h"

#include <algorithm>

namespace medchain::scenarios {

using consensus::DurableVotes;
using consensus::Message;

namespace {

// What must be on disk before a message may leave.
bool is_covered(const Ballot& ballot, const std::optional<DurableVotes>& durable) {
  if (!durable || durable->height != ballot.height || durable->view != ballot.view) return false;
  switch (ballot.type) {
    case VoteType::kProposal: return durable->proposed == ballot.digest;
    case VoteType::kPrepare: return durable->prepare_vote == ballot.digest;
    case VoteType::kCommit:
      return durable->commit_vote == ballot.digest && durable->prepared &&
             durable->prepared->ballot.digest == ballot.digest && durable->prepared->ballot.view == ballot.view;
    case VoteType::kViewChange: return consensus::digest_of(durable->prepared) == ballot.digest;
  }
  return false;
}

}  // namespace

void Checker::violation(std::size_t node, std::string what) {
  violations_.push_back("node " + std::to_string(node) + " " + std::move(what));
}

void Checker::sends(std::size_t node, const Message& message, const std::optional<DurableVotes>& durable) {
  const Ballot& ballot = consensus::ballot_of(message);
  const std::string where = " at height " + std::to_string(ballot.height.value) + " in view " +
                            std::to_string(ballot.view.value) + " (type " +
                            std::to_string(static_cast<int>(ballot.type)) + ")";
  auto [said, first] = said_.emplace(std::tuple(node, ballot.height, ballot.view, ballot.type), ballot.digest);
  if (!first && said->second != ballot.digest) violation(node, "contradicts itself" + where);
  if (!is_covered(ballot, durable)) violation(node, "sends what is not durable" + where);
  View& given_up_below = given_up_below_[{node, ballot.height}];
  if (ballot.view < given_up_below) violation(node, "votes in a view that it gave up" + where);
  if (ballot.type == VoteType::kViewChange) given_up_below = std::max(given_up_below, ballot.view);
  highest_view_ = std::max(highest_view_, ballot.view.value);
}

void Checker::decides(std::size_t node, const CertifiedBlock& certified, const Committee& committee,
                      const ChainId& chain, const SignatureVerifier& verifier) {
  const Ballot& ballot = certified.certificate.ballot;
  const Hash hash = certified.block.hash();
  const Height height = certified.block.header.height;
  const std::string where = " at height " + std::to_string(height.value);
  auto [decided, first] = decided_.emplace(height, hash);
  if (first && ballot.view > View{}) ++view_changes_;
  if (decided->second != hash) violation(node, "decides another block than somebody else" + where);
  if (ballot.type != VoteType::kCommit || ballot.height != height || ballot.round != committee.round ||
      ballot.digest != hash) {
    violation(node, "decides with a certificate of something else" + where);
  }
  if (!certified.certificate.check(committee.sorted(), chain, verifier)) {
    violation(node, "decides with a certificate that does not verify" + where);
  }
}

}  // namespace medchain::scenarios
