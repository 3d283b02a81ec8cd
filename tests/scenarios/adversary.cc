#include "adversary.h"

#include <algorithm>

namespace medchain::scenarios {

using namespace consensus;

namespace {

constexpr std::size_t kMostSeen = 64;

template <class Container>
auto any_of(const Container& container, Rng& rng) {
  return std::next(container.begin(), static_cast<std::ptrdiff_t>(rng.below(container.size())));
}

const Certificate* highest_prepared(const std::vector<ViewChange>& justification) {
  const Certificate* highest = nullptr;
  for (const ViewChange& change : justification) {
    if (!change.prepared || (highest && change.prepared->ballot.view <= highest->ballot.view)) continue;
    highest = &*change.prepared;
  }
  return highest;
}

}  // namespace

void Adversary::forget_other_heights(Height height) {
  if (height == height_) return;
  height_ = height;
  committee_ = world_->committee_at(height);
  blocks_.clear();
  own_blocks_.clear();
  prepares_.clear();
  view_changes_.clear();
}

void Adversary::see(const Packet& packet) {
  const auto* message = std::get_if<Message>(&packet.body);
  if (!message) return;
  if (seen_.size() < kMostSeen)
    seen_.push_back(*message);
  else
    seen_[rng_->below(kMostSeen)] = *message;
  const Ballot& at = ballot_of(*message);
  if (at.height != height_ || controls(packet.from)) return;
  if (const auto* vote = std::get_if<VoteMessage>(message); vote && at.type == VoteType::kPrepare) {
    prepares_[{at.view, at.digest}][vote->member] = vote->signature;
  }
  if (const auto* change = std::get_if<ViewChange>(message)) view_changes_[at.view][change->member] = *change;
  if (const auto* proposal = std::get_if<Proposal>(message)) blocks_[at.digest] = proposal->block;
}

void Adversary::act(Height height, const Hash& parent) {
  if (nodes_.empty()) return;
  forget_other_heights(height);
  switch (rng_->below(8)) {
    case 0:
    case 1: return propose(parent);
    case 2:
    case 3:
    case 4: return vote();
    case 5: return change_view();
    case 6: return announce_new_view(parent);
    default: return garble();
  }
}

std::size_t Adversary::any_node() { return *any_of(nodes_, *rng_); }

View Adversary::any_view() {
  if (!view_changes_.empty() && rng_->chance(50)) return any_of(view_changes_, *rng_)->first;
  if (!prepares_.empty() && rng_->chance(50)) return any_of(prepares_, *rng_)->first.first;
  return View{rng_->chance(2) ? rng_->next() : rng_->below(4)};
}

BlockPtr Adversary::any_block() { return blocks_.empty() ? nullptr : any_of(blocks_, *rng_)->second; }

BlockPtr Adversary::own_block(std::size_t node, const Hash& parent) {
  auto& own = own_blocks_[node];
  if (own.size() < 3) own.push_back(world_->make_block(node, height_, parent, rng_->chance(20)));
  BlockPtr block = own[rng_->below(own.size())];
  blocks_[block->hash()] = block;
  return block;
}

Ballot Adversary::ballot(VoteType type, View view, const Hash& digest) const {
  return {committee_.round, height_, view, type, digest};
}

// To some of the others, so that different ones see different things.
void Adversary::send(std::size_t node, Message message) {
  sign(message, world_->chain(), world_->signer(node));
  ++messages_;
  std::uint64_t some = rng_->chance(30) ? ~std::uint64_t{0} : rng_->next();
  for (std::size_t to = 0; to < world_->size(); ++to) {
    if (to != node && ((some >> to) & 1) != 0) world_->transmit({node, to, message});
  }
}

void Adversary::propose(const Hash& parent) {
  for (std::size_t node : nodes_) {
    if (committee_.leader(height_, View{}) != member(node)) continue;
    for (int i = 0; i < 2; ++i) {
      BlockPtr block = own_block(node, parent);
      auto place = ballot(VoteType::kProposal, View{}, block->hash());
      send(node, Proposal{static_cast<std::uint16_t>(member(node)), place, {}, block, {}});
    }
  }
}

void Adversary::vote() {
  BlockPtr block = any_block();
  if (!block) return;
  View view = any_view();
  for (std::size_t node : nodes_) {
    VoteType type = rng_->chance(50) ? VoteType::kPrepare : VoteType::kCommit;
    send(node, VoteMessage{static_cast<std::uint16_t>(member(node)), ballot(type, view, block->hash()), {}});
  }
}

// What honest members prepared, completed with signatures of those it controls. The highest is not always chosen.
std::optional<Certificate> Adversary::any_certificate(View below) {
  std::vector<Certificate> found;
  std::vector<Member> sorted = committee_.sorted();
  for (const auto& [place, signatures] : prepares_) {
    if (place.first >= below) continue;
    auto all = signatures;
    Ballot prepare = ballot(VoteType::kPrepare, place.first, place.second);
    for (std::size_t node : nodes_) all[member(node)] = sign_ballot(prepare, world_->chain(), world_->signer(node));
    if (all.size() < committee_.quorum()) continue;
    Certificate certificate{prepare, {}};
    for (const auto& [member, signature] : all) {
      auto at = std::ranges::find(sorted, committee_.order[member]);
      certificate.signatures.push_back({static_cast<std::uint16_t>(at - sorted.begin()), signature});
    }
    std::ranges::sort(certificate.signatures);
    found.push_back(std::move(certificate));
  }
  if (found.empty()) return std::nullopt;
  return found[rng_->below(found.size())];
}

ViewChange Adversary::sign_view_change(std::size_t node, View view) {
  ViewChange change{static_cast<std::uint16_t>(member(node)), ballot(VoteType::kViewChange, view, {}), {}, {}};
  if (rng_->chance(40)) change.prepared = any_certificate(view);
  change.ballot.digest = digest_of(change.prepared);
  change.signature = sign_ballot(change.ballot, world_->chain(), world_->signer(node));
  return change;
}

void Adversary::change_view() {
  View view = any_view();
  for (std::size_t node : nodes_) send(node, sign_view_change(node, rng_->chance(50) ? view : view.next()));
}

// A justified new view, if it can be had: from any quorum of the view changes seen, its own made to suit. Now and then
// it proposes something else, or counts a view change twice or to another view.
void Adversary::announce_new_view(const Hash& parent) {
  if (view_changes_.empty()) return;
  const auto& [view, changes] = *any_of(view_changes_, *rng_);
  for (std::size_t node : nodes_) {
    if (committee_.leader(height_, view) != member(node)) continue;
    for (int i = 0; i < 2; ++i) {
      std::vector<ViewChange> justification;
      for (const auto& [from, change] : changes) justification.push_back(change);
      while (justification.size() + nodes_.size() > committee_.quorum()) {
        justification.erase(any_of(justification, *rng_));
      }
      const View asked = rng_->chance(10) ? any_view() : view;
      for (std::size_t own : nodes_) justification.push_back(sign_view_change(own, asked));
      std::ranges::sort(justification, {}, &ViewChange::member);
      if (rng_->chance(10) && justification.size() > 1) justification[1] = justification[0];
      const Certificate* prepared = highest_prepared(justification);
      const bool lies = rng_->chance(20);
      BlockPtr block = prepared && !lies ? blocks_[prepared->ballot.digest] : own_block(node, parent);
      if (!block) continue;
      auto place = ballot(VoteType::kProposal, view, block->hash());
      send(node, Proposal{static_cast<std::uint16_t>(member(node)), place, justification, block, {}});
    }
  }
}

// Something seen before, from another height or member or with a part exchanged, signed again or not.
void Adversary::garble() {
  if (seen_.empty()) return;
  Message message = seen_[rng_->below(seen_.size())];
  std::size_t node = any_node();
  std::visit(
      [&](auto& m) {
        switch (rng_->below(6)) {
          case 0: m.ballot.view.value += rng_->below(3); break;
          case 1: m.ballot.height = height_; break;
          case 2: m.ballot.type = static_cast<VoteType>(rng_->below(4)); break;
          case 3: m.ballot.digest.bytes[rng_->below(32)] ^= 1; break;
          case 4: m.member = static_cast<std::uint16_t>(rng_->next()); break;
          default: break;  // a replay
        }
        if (rng_->chance(50)) m.member = static_cast<std::uint16_t>(member(node));
      },
      message);
  if (rng_->chance(50)) return send(node, message);
  ++messages_;
  for (std::size_t to = 0; to < world_->size(); ++to) {
    if (to != node) world_->transmit({node, to, message});
  }
}

}  // namespace medchain::scenarios
