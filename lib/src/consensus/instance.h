// One height of the replica: built by EnterHeight, thrown away by the next, so that nothing of one height leaks into
// another. Each part of the protocol is one .cc file.
#pragma once

#include "medchain/consensus.h"
#include "votes.h"

namespace medchain::consensus {

class Instance {
 public:
  Instance(const Config& config, EnterHeight start, bool work_waiting, std::uint64_t now_ms);

  void set_time(std::uint64_t now_ms) { now_ms_ = now_ms; }
  Effects take_effects() { return std::exchange(effects_, {}); }

  void on(const Receive& input);
  void on(const Proposed& input);
  void on(const Validated& input);
  void on(const BlockFetched& input);
  void on(const WorkWaiting& input);
  void on(const Tick& input);

  std::optional<std::uint64_t> deadline_ms() const;
  Height height() const { return height_; }
  View view() const { return view_; }
  bool leads() const { return self_ && committee_.leader(height_, view_) == *self_; }

 private:
  struct KnownBlock {
    Hash hash;
    BlockPtr block;
  };
  struct Fetch {
    Hash block;
    std::vector<std::size_t> holders;  // asked in turn
    std::size_t asked = 0;
  };

  // instance.cc
  void resume(const EnterHeight& start);
  bool active() const { return self_ && !decided_; }
  Ballot ballot(VoteType type, const Hash& digest) const { return {committee_.round, height_, view_, type, digest}; }
  VoteMessage vote(VoteType type, const Hash& digest) const;
  void persist(BlockPtr block);
  void send(Message message);
  Certificate certificate(const std::vector<const VoteMessage*>& votes) const;
  BlockPtr find_block(const Hash& hash) const;
  void fetch(const Certificate& certificate, std::vector<std::size_t> heard_of);
  void ask_next_holder();

  // agreement.cc
  void receive(const Proposal& proposal);
  void receive(const VoteMessage& vote);
  void ask_for_proposal();
  void propose(BlockPtr block);
  void validate();
  void vote_prepare();
  void try_commit();
  void try_decide(View view, const Hash& digest);
  void decide(BlockPtr block);

  // view_change.cc
  void receive(const ViewChange& change);
  void vote_view_change(View view);
  void send_view_change();
  void join_others();
  void watch_quorum();
  void try_new_view();
  void enter_view(View view);

  // timers.cc
  std::uint64_t timeout_ms() const;
  std::optional<std::uint64_t> view_deadline_ms() const;
  std::optional<std::uint64_t> proposal_due_ms() const;
  void resend();

  const Config config_;
  const Height height_;
  const Committee committee_;
  const std::optional<std::size_t> self_;
  std::vector<std::uint16_t> place_in_sorted_;  // by index into committee_.order
  std::vector<std::size_t> place_in_order_;     // by index into committee_.sorted()

  DurableVotes votes_;  // what the last Persist holds, once anything was voted in view_
  View view_;
  bool waiting_ = false;  // for the new view `view_`: takes no part in any view's prepares and commits

  // Of the current view.
  bool asked_ = false;                     // MakeProposal was given
  bool announced_ = false;                 // own proposal was sent
  std::vector<ViewChange> justification_;  // of own proposal: the quorum as it was when the choice of block was made
  std::optional<Proposal> proposal_;       // the first accepted; never while waiting
  bool validated_ = false;
  std::vector<Message> sent_;  // own messages, to be sent again

  // Of the whole height.
  VoteBook prepares_;
  VoteBook commits_;
  ViewChangeBook view_changes_;
  std::map<Hash, bool> validating_;  // unanswered Validates, and whether they were of fresh proposals
  KnownBlock latest_, prepared_, fetched_;
  std::optional<Fetch> fetch_;
  std::optional<Certificate> decision_;  // a quorum of commits; waits for its block unless decided_
  bool decided_ = false;

  std::uint64_t now_ms_ = 0;
  std::uint64_t entered_ms_ = 0;  // this view
  std::optional<std::uint64_t> work_since_ms_;
  std::optional<std::uint64_t> quorum_since_ms_;  // while waiting: since a quorum is at view_ or above
  std::uint64_t sent_ms_ = 0;
  Effects effects_;
};

}  // namespace medchain::consensus
