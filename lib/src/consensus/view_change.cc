// View changes: Castro and Liskov, OSDI 1999, sections 4.4 and 4.5.2. The new view message is merged with the proposal
// that must follow it, since a height has one slot.
#include "instance.h"
#include "new_view.h"

namespace medchain::consensus {

// Gives up all views below `view`. Castro and Liskov, 4.4: from here on the replica accepts only view changes and new
// views, so that what it reports as prepared stays the whole truth about the views below.
void Instance::vote_view_change(View view) {
  if (view <= view_) return;  // only when there is no view above: 2^64 - 1
  std::optional<Certificate> prepared = std::move(votes_.prepared);
  votes_ = {committee_.round, height_, view, {}, {}, std::move(prepared), {}, true};
  view_ = view;
  waiting_ = true;
  asked_ = announced_ = validated_ = false;
  justification_.clear();
  proposal_.reset();
  sent_.clear();
  fetch_.reset();
  quorum_since_ms_.reset();
  persist(nullptr);
  send_view_change();
  watch_quorum();
  try_new_view();
}

void Instance::send_view_change() {
  const Hash digest = digest_of(votes_.prepared);
  send(ViewChange{static_cast<std::uint16_t>(*self_), ballot(VoteType::kViewChange, digest), votes_.prepared, {}});
}

void Instance::receive(const ViewChange& change) {
  if (decision_ || change.ballot.view < view_ || !view_changes_.add(change)) return;
  join_others();
  watch_quorum();
  try_new_view();
}

// Section 4.5.2: of f + 1 members that want more than this view, one is honest, so a timer has run out somewhere;
// follow without waiting for the own one. The highest such view: f members alone cannot drag anyone anywhere.
void Instance::join_others() {
  auto wanted = view_changes_.wanted_by(committee_.faults() + 1);
  if (wanted && *wanted > view_) vote_view_change(*wanted);
}

// Section 4.5.2: the timer for the new view starts when a quorum wants it or a later one. A member that is alone stays
// where it is, instead of running ahead of those whom it needs later.
void Instance::watch_quorum() {
  if (!waiting_ || quorum_since_ms_ || view_changes_.count_from(view_) < committee_.quorum()) return;
  quorum_since_ms_ = now_ms_;
}

void Instance::try_new_view() {
  if (decision_ || !waiting_ || !leads() || announced_) return;
  if (justification_.empty()) {
    std::vector<ViewChange> changes = view_changes_.find(view_);
    if (changes.size() < committee_.quorum()) return;
    justification_ = std::move(changes);
  }
  const Certificate* prepared = highest_prepared(justification_);
  if (prepared == nullptr && !votes_.proposed) return ask_for_proposal();
  // What was proposed in this view before a restart binds: the same block again, or none.
  const Hash& digest = prepared != nullptr ? prepared->ballot.digest : *votes_.proposed;
  if (votes_.proposed && *votes_.proposed != digest) return;
  if (BlockPtr block = find_block(digest)) return propose(block);
  if (prepared == nullptr) return;
  std::vector<std::size_t> claimants;
  for (const ViewChange& change : justification_) {
    if (change.prepared && change.prepared->ballot.digest == digest) claimants.push_back(change.member);
  }
  fetch(*prepared, std::move(claimants));
}

// Needs no Persist: nothing was said in the view yet, and returning to the one before after a restart is harmless.
void Instance::enter_view(View view) {
  if (view != view_) {
    std::optional<Certificate> prepared = std::move(votes_.prepared);
    votes_ = {committee_.round, height_, view, {}, {}, std::move(prepared), {}, false};
    view_ = view;
    asked_ = announced_ = false;
    justification_.clear();
    sent_.clear();
    fetch_.reset();
  }
  std::erase_if(sent_, [](const Message& message) { return std::holds_alternative<ViewChange>(message); });
  votes_.view_change_vote = false;
  waiting_ = validated_ = false;
  proposal_.reset();
  quorum_since_ms_.reset();
  entered_ms_ = now_ms_;
  effects_.push_back(ViewEntered{view});
}

}  // namespace medchain::consensus
