// Beginning a height, also after a restart, and what every part of the protocol uses.
#include "instance.h"

#include <algorithm>

namespace medchain::consensus {

Instance::Instance(const Config& config, EnterHeight start, bool work_waiting, std::uint64_t now_ms)
    : config_(config),
      height_(start.height),
      committee_(start.committee),
      self_(start.self),
      place_in_sorted_(committee_.size()),
      place_in_order_(committee_.size()),
      votes_{},
      prepares_(committee_.size()),
      commits_(committee_.size()),
      view_changes_(committee_.size()),
      now_ms_(now_ms),
      entered_ms_(now_ms) {
  MEDCHAIN_ASSERT(!committee_.order.empty() && committee_.covers(height_), "the committee covers the height entered");
  MEDCHAIN_ASSERT(!self_ || *self_ < committee_.size(), "self is a member of the committee");
  const std::vector<Member> sorted = committee_.sorted();
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    auto in_order = std::ranges::find(committee_.order, sorted[i].validator, &Member::validator);
    place_in_order_[i] = static_cast<std::size_t>(in_order - committee_.order.begin());
    place_in_sorted_[place_in_order_[i]] = static_cast<std::uint16_t>(i);
  }
  votes_.round = committee_.round;
  votes_.height = height_;
  if (work_waiting) work_since_ms_ = now_ms;
  if (!self_) return;
  if (start.votes && start.votes->height == height_ && start.votes->round == committee_.round) resume(start);
  if (work_waiting && !waiting_ && view_ == View{}) ask_for_proposal();
}

// Says again what was said before the restart, and nothing else in that view. A new view that this member announced
// itself cannot be repeated unless its view changes come again: then the others' timers decide.
void Instance::resume(const EnterHeight& start) {
  votes_ = *start.votes;
  view_ = votes_.view;
  waiting_ = votes_.view_change_vote;
  if (votes_.prepared && start.prepared_block) {
    prepared_ = {start.prepared_block->hash(), start.prepared_block};
  }
  if (start.proposed_block) latest_ = {start.proposed_block->hash(), start.proposed_block};
  if (waiting_) return send_view_change();
  if (votes_.proposed && view_ == View{} && leads()) {
    if (BlockPtr block = find_block(*votes_.proposed)) propose(block);
  }
  if (votes_.prepare_vote) send(vote(VoteType::kPrepare, *votes_.prepare_vote));
  if (votes_.commit_vote) send(vote(VoteType::kCommit, *votes_.commit_vote));
}

void Instance::on(const Receive& input) {
  if (!active()) return;
  const Ballot& ballot = ballot_of(input.message);
  if (ballot.height != height_ || ballot.round != committee_.round) return;
  std::visit(
      [&](const auto& message) {
        if (message.member < committee_.size()) receive(message);
      },
      input.message);
}

void Instance::on(const BlockFetched& input) {
  if (!active() || !fetch_ || !input.block || input.block->hash() != fetch_->block) return;
  fetched_ = {fetch_->block, input.block};
  fetch_.reset();
  if (decision_) return decide(input.block);
  try_new_view();
}

VoteMessage Instance::vote(VoteType type, const Hash& digest) const {
  return {static_cast<std::uint16_t>(*self_), ballot(type, digest), {}};
}

void Instance::persist(BlockPtr block) { effects_.push_back(Persist{votes_, std::move(block)}); }

void Instance::send(Message message) {
  sent_.push_back(message);
  sent_ms_ = now_ms_;
  effects_.push_back(Send{std::move(message)});
}

Certificate Instance::certificate(const std::vector<const VoteMessage*>& votes) const {
  Certificate certificate{votes.front()->ballot, {}};
  for (const VoteMessage* vote : votes) {
    certificate.signatures.push_back({place_in_sorted_[vote->member], vote->signature});
  }
  std::ranges::sort(certificate.signatures);
  return certificate;
}

BlockPtr Instance::find_block(const Hash& hash) const {
  for (const KnownBlock* known : {&latest_, &prepared_, &fetched_}) {
    if (known->block && known->hash == hash) return known->block;
  }
  return nullptr;
}

// Every signer made the block durable before it signed, so of the f + 1 honest ones each can answer. First those who
// were heard of lately.
void Instance::fetch(const Certificate& certificate, std::vector<std::size_t> heard_of) {
  if (fetch_ && fetch_->block == certificate.ballot.digest) return;
  fetch_.emplace(Fetch{certificate.ballot.digest, std::move(heard_of)});
  for (const CertificateSignature& signer : certificate.signatures) {
    fetch_->holders.push_back(place_in_order_[signer.member]);
  }
  std::erase(fetch_->holders, *self_);
  sent_ms_ = now_ms_;
  ask_next_holder();
}

void Instance::ask_next_holder() {
  if (!fetch_ || fetch_->holders.empty()) return;
  effects_.push_back(FetchBlock{fetch_->block, fetch_->holders[fetch_->asked++ % fetch_->holders.size()]});
}

}  // namespace medchain::consensus
