// The Byzantine members of a network, as one mind that holds all their keys and sees every packet sent to any of them.
#pragma once

#include <set>

#include "harness.h"
#include "support/rng.h"

namespace medchain::scenarios {

using test::Rng;

class Adversary {
 public:
  Adversary(World& world, std::set<std::size_t> nodes, Rng& rng)
      : world_(&world), nodes_(std::move(nodes)), rng_(&rng) {}

  bool controls(std::size_t node) const { return nodes_.contains(node); }
  void see(const Packet& packet);
  // Does something bad, or something plausible, at the height that follows `parent`.
  void act(Height height, const Hash& parent);
  std::size_t messages() const { return messages_; }

 private:
  void forget_other_heights(Height height);
  void propose(const Hash& parent);
  void vote();
  void change_view();
  void announce_new_view(const Hash& parent);
  void garble();

  std::size_t any_node();
  std::size_t member(std::size_t node) const { return world_->member_of(committee_, node); }
  View any_view();
  BlockPtr any_block();
  BlockPtr own_block(std::size_t node, const Hash& parent);
  Ballot ballot(VoteType type, View view, const Hash& digest) const;
  std::optional<Certificate> any_certificate(View below);
  consensus::ViewChange sign_view_change(std::size_t node, View view);
  void send(std::size_t node, consensus::Message message);

  World* world_;
  std::set<std::size_t> nodes_;
  Rng* rng_;
  std::size_t messages_ = 0;

  // Of one height.
  Height height_;
  Committee committee_;
  std::map<Hash, BlockPtr> blocks_;
  std::map<std::size_t, std::vector<BlockPtr>> own_blocks_;
  std::map<std::pair<View, Hash>, std::map<std::size_t, Signature>> prepares_;  // by member
  std::map<View, std::map<std::size_t, consensus::ViewChange>> view_changes_;   // by member
  std::vector<consensus::Message> seen_;
};

}  // namespace medchain::scenarios
