// The Byzantine hosts, as one mind that holds all their keys and sees whatever reaches any of them. Each runs the
// production engine, so that it takes part plausibly; the adversary alters what the engine says, hides what it hears,
// and says more in its name.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <set>

#include "host.h"
#include "medchain/consensus.h"
#include "plan.h"

namespace medchain::simulation {

class Network;

struct Misdeeds {
  std::array<std::size_t, kBehaviours> of{};  // messages, for each Behaviour
};

class Adversary {
 public:
  Adversary(const Plan& plan, const Cast& cast, std::uint64_t seed);
  void connect(std::vector<Host*> hosts, Network* network);

  bool controls(std::size_t host) const { return byzantine_.contains(host); }
  void begin(std::size_t host, Behaviour behaviour) { ++active_[host][static_cast<std::size_t>(behaviour)]; }
  void end(std::size_t host, Behaviour behaviour) { --active_[host][static_cast<std::size_t>(behaviour)]; }

  // What is sent instead of what the engine of `from` would say to `to`.
  std::vector<std::shared_ptr<const Bytes>> speaks(std::size_t from, std::size_t to,
                                                   std::shared_ptr<const Bytes> bytes);
  // What the engine of `to` hears; nothing: nothing.
  std::shared_ptr<const Bytes> hears(std::size_t from, std::size_t to, std::shared_ptr<const Bytes> bytes);
  void act();  // now and then

  const Misdeeds& misdeeds() const { return misdeeds_; }

 private:
  using Bodies = std::vector<PeerBody>;
  bool does(std::size_t host, Behaviour behaviour) const {
    return active_.at(host)[static_cast<std::size_t>(behaviour)] > 0;
  }
  void did(Behaviour behaviour) { ++misdeeds_.of[static_cast<std::size_t>(behaviour)]; }
  bool hides(std::size_t from, std::size_t to, const PeerBody& body);
  Bodies alter(std::size_t from, std::size_t to, PeerBody body);
  Bodies alter_proposal(std::size_t from, std::size_t to, consensus::Proposal proposal);
  Bodies alter_compact(std::size_t from, std::size_t to, peer::CompactProposal compact);
  Bodies alter_vote(std::size_t from, consensus::VoteMessage vote);
  Bodies alter_view_change(std::size_t from, consensus::ViewChange change);
  peer::Blocks alter_blocks(std::size_t from, peer::Blocks blocks);
  BlockPtr spoil(const Block& block);
  void remember(const PeerBody& body);

  void vote_for_all(std::size_t host);
  void replay(std::size_t host);
  void speak_of_another_chain(std::size_t host);
  void be_huge(std::size_t host);
  void forge(std::size_t host);
  void transplant(std::size_t host);
  void frame(std::size_t host);
  void propose_out_of_turn(std::size_t host);
  void announce_new_view(std::size_t host);
  void be_late(std::size_t host);
  BlockPtr empty_block(std::size_t host) const;
  void keep_block(BlockPtr block);
  void flood(std::size_t host);
  void lie_to_sync(std::size_t host);

  const Committee& committee(std::size_t host) const { return hosts_[host]->engine().committee(); }
  Ballot ballot(std::size_t host, VoteType type, View view, const Hash& digest) const;
  std::optional<std::size_t> member(std::size_t host) const;
  consensus::VoteMessage vote(std::size_t host, Ballot ballot) const;
  Certificate false_certificate(std::size_t host, Ballot ballot);
  void sign(consensus::Message& message, std::size_t host) const;
  void say(std::size_t from, PeerBody body);  // to everybody else
  void say_to(std::size_t from, std::size_t to, PeerBody body);
  std::size_t any_host() { return rng_.below(hosts_.size()); }
  View some_view(std::size_t host);
  Hash some_digest();

  const Cast& cast_;
  test::Rng rng_;
  std::set<std::size_t> byzantine_;
  std::map<std::size_t, std::array<std::size_t, kBehaviours>> active_;
  std::vector<Host*> hosts_;
  Network* network_ = nullptr;
  Misdeeds misdeeds_;
  std::size_t victim_;                 // of censorship and withheld votes: a hospital
  std::map<Hash, BlockPtr> spoilt_;    // own proposal -> what all of the others got instead
  std::map<Hash, Hash> other_blocks_;  // own proposal -> what half of the others got instead
  std::deque<PeerBody> heard_;         // for replays
  std::deque<BlockPtr> blocks_;
  std::deque<consensus::ViewChange> view_changes_;
};

}  // namespace medchain::simulation
