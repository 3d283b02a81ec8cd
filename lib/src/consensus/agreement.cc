// The three phases within a view: Castro and Liskov, OSDI 1999, section 4.2. The proposal is the paper's pre-prepare,
// but its sender prepares like everyone else, so that "prepared" is a quorum of prepares and nothing besides.
#include "instance.h"
#include "new_view.h"

namespace medchain::consensus {

void Instance::ask_for_proposal() {
  if (!leads() || asked_ || announced_) return;
  if (votes_.proposed) return;  // before a restart: another block in this view would contradict it
  asked_ = true;
  effects_.push_back(MakeProposal{view_});
}

void Instance::on(const Proposed& input) {
  if (!active() || !asked_ || announced_ || input.view != view_) return;
  if (!input.block || input.block->header.height != height_) return;
  propose(input.block);
}

// --- the protocol's core begins ---

void Instance::propose(BlockPtr block) {
  const Hash digest = block->hash();
  announced_ = true;
  if (!votes_.proposed) {
    votes_.proposed = digest;
    persist(block);
  }
  send(Proposal{static_cast<std::uint16_t>(*self_), ballot(VoteType::kProposal, digest), justification_, block, {}});
}

// A new view's evidence has been checked by verify_message, so it is entered at once, also by who did not vote for it.
void Instance::receive(const Proposal& proposal) {
  const Hash& digest = proposal.ballot.digest;
  if (decision_) {
    if (digest == decision_->ballot.digest) decide(proposal.block);
    return;
  }
  const View view = proposal.ballot.view;
  if (view < view_) return;
  if (view > view_ || waiting_) enter_view(view);
  if (proposal_) return;                                              // the view's first stands
  if (votes_.prepare_vote && *votes_.prepare_vote != digest) return;  // before a restart another was first
  proposal_ = proposal;
  latest_ = {digest, proposal.block};
  validate();
}

void Instance::validate() {
  const bool fresh = highest_prepared(proposal_->justification) == nullptr;
  if (validating_.emplace(proposal_->ballot.digest, fresh).second) {
    effects_.push_back(Validate{proposal_->block, fresh});
  }
}

void Instance::on(const Validated& input) {
  auto asked = validating_.find(input.block);
  if (!active() || asked == validating_.end()) return;
  const bool was_fresh = asked->second;
  validating_.erase(asked);
  if (decision_ || !proposal_ || proposal_->ballot.digest != input.block || validated_) return;
  if (input.valid) {
    validated_ = true;
    vote_prepare();
    try_commit();
  } else if (was_fresh && highest_prepared(proposal_->justification) != nullptr) {
    validate();  // the answer was to an earlier view's stricter question
  } else {
    vote_view_change(view_.next());
  }
}

void Instance::vote_prepare() {
  if (votes_.prepare_vote) return;  // before a restart, and sent again by resume()
  votes_.prepare_vote = proposal_->ballot.digest;
  persist(proposal_->block);
  send(vote(VoteType::kPrepare, *votes_.prepare_vote));
}

void Instance::receive(const VoteMessage& vote) {
  const auto& [round, height, view, type, digest] = vote.ballot;
  if (type == VoteType::kPrepare) {
    if (view >= view_ && prepares_.add(vote) && view == view_) try_commit();
  } else if (type == VoteType::kCommit) {
    if (commits_.add(vote)) try_decide(view, digest);
  }
}

// Prepared: a quorum prepared the block that this member, too, found valid. Nobody can prepare another in this view.
void Instance::try_commit() {
  if (decision_ || !validated_ || votes_.commit_vote) return;
  const Hash& digest = proposal_->ballot.digest;
  auto quorum = prepares_.find(view_, digest);
  if (quorum.size() < committee_.quorum()) return;
  votes_.prepared = certificate(quorum);
  votes_.commit_vote = digest;
  prepared_ = {digest, proposal_->block};
  persist(nullptr);  // the block became durable with the prepare vote
  send(vote(VoteType::kCommit, digest));
}

// Committed, in whatever view: among a quorum that prepared it, f + 1 honest members found it valid and every later
// view must propose it again. So this holds also while waiting for a new view.
void Instance::try_decide(View view, const Hash& digest) {
  if (decision_) return;
  auto quorum = commits_.find(view, digest);
  if (quorum.size() < committee_.quorum()) return;
  decision_ = certificate(quorum);
  if (BlockPtr block = find_block(digest)) return decide(block);
  fetch(*decision_, {});
}

void Instance::decide(BlockPtr block) {
  decided_ = true;
  effects_.push_back(Decide{std::move(block), *decision_});
}

// --- the protocol's core ends ---

}  // namespace medchain::consensus
