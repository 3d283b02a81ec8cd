// The PBFT replica (Castro and Liskov, OSDI 1999) for one height at a time: a deterministic state machine without
// clock, I/O, keys or threads.
//
//   Replica replica(config);
//   for (const Effect& effect : replica.step(EnterHeight{...}, now_ms)) carry_out(effect);
//
// Per height: the producer *proposes* (pre-prepare), members that find the proposal valid send *prepare*, members that
// hold a quorum of prepares send *commit*, a quorum of commits *decides*. When no decision comes in time, members send
// a *view change*; a quorum of those makes the next producer's *new view*, recomputed by every receiver.
//
// The host's obligations, on which safety rests:
//  1. Effects are carried out in order. Everything up to and including a Persist is durable before any Send after it
//     leaves the host. (Decide, Validate and MakeProposal need not wait for it.)
//  2. A Send goes to every member of the committee *and back into this replica*, through Receive, after what precedes
//     it is durable. The host signs it first (sign()).
//  3. Receive is fed only with messages that verify_message() accepted, for the current height and committee.
//  4. After a restart, EnterHeight carries the last DurableVotes persisted for that height, and the committee's rounds
//     are never entered without it if one was persisted.
//  5. A message for a height below the host's own is answered with the certified blocks from there on (a moment after
//     the decision, since the last commits are then still under way): no old votes need be kept for those who are
//     behind. Messages for the next height are kept, bounded, until it is entered.
//
// docs/consensus.md states the rules and why they are safe; lib/src/consensus/FORMAT.md gives the bytes.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "medchain/block.h"

namespace medchain::consensus {

// --- messages; BCS on the wire

// A member's signed vote. `member` is its index in Committee::order.
struct VoteMessage {
  std::uint16_t member = 0;
  Ballot ballot;  // kPrepare or kCommit
  Signature signature;
  MEDCHAIN_FIELDS(member, ballot, signature)
};

// "I give up views below `ballot.view`", with the block it prepared at this height, if any, and its certificate. The
// ballot's digest is digest_of(prepared), so that the signature covers both.
struct ViewChange {
  std::uint16_t member = 0;
  Ballot ballot;                        // kViewChange; view is the new one
  std::optional<Certificate> prepared;  // of type kPrepare, for a view below
  Signature signature;
  MEDCHAIN_FIELDS(member, ballot, prepared, signature)
};
Hash digest_of(const std::optional<Certificate>& prepared);

// The producer's proposal for a view. In view 0 it stands alone; in later views it is the new view: a quorum of view
// changes from distinct members (ascending) justifies it, and its block must be the one that they prepared in the
// highest view. If they prepared none, any block of which the proposer itself is the producer will do.
struct Proposal {
  std::uint16_t member = 0;
  Ballot ballot;  // kProposal; digest is the block's hash
  std::vector<ViewChange> justification;
  BlockPtr block;
  Signature signature;

  void bcs_encode(bcs::Encoder& encoder) const;
  static Proposal bcs_decode(bcs::Decoder& decoder);
};

using Message = std::variant<Proposal, VoteMessage, ViewChange>;

// Everything about a message that needs no replica: the member exists, ballot types, round, height and signatures (also
// of nested view changes and certificates) are right, the block's hash is the digest, the producer is the view's
// leader, and a new view follows from its justification. kAuthentication or kMalformed, naming what is wrong.
// Thread-safe if the verifier is. Cost: one signature for a vote, at most 1 + n * (1 + n) for a new view of n members.
Result<void> verify_message(const Message& message, const Committee& committee, Height height, const ChainId& chain,
                            const SignatureVerifier& verifier);
const Ballot& ballot_of(const Message& message);
void sign(Message& message, const ChainId& chain, const Signer& signer);

// --- inputs

// What a producer must not forget at a height: written by Persist, given back by EnterHeight after a restart.
struct DurableVotes {
  Round round;
  Height height;
  View view;                            // entered, or voted to enter: it never goes back
  std::optional<Hash> prepare_vote;     // digest it voted prepare for in `view`
  std::optional<Hash> commit_vote;      // digest it voted commit for in `view`
  std::optional<Certificate> prepared;  // of the highest view in which it prepared a block at this height
  std::optional<Hash> proposed;         // digest it proposed itself in `view`
  bool view_change_vote = false;        // `view` was voted for, and not yet entered
  MEDCHAIN_VERSIONED(1, round, height, view, prepare_vote, commit_vote, prepared, proposed, view_change_vote)
};

struct EnterHeight {  // begin to decide `height`; ends whatever was under way
  Height height;
  Committee committee;                // covers `height`
  std::optional<std::size_t> self;    // own index in committee.order; nothing: only watch
  std::optional<DurableVotes> votes;  // after a restart
  BlockPtr prepared_block;            // of votes->prepared, if the host has it
  BlockPtr proposed_block = nullptr;  // of votes->proposed, if the host has it: it is proposed again
};
struct Receive {
  Message message;
};
// Answers MakeProposal
struct Proposed {
  View view;
  BlockPtr block;
};
// Answers Validate
struct Validated {
  Hash block;
  bool valid = false;
};
// Answers FetchBlock
struct BlockFetched {
  BlockPtr block;
};
// Whether admissible transactions wait for inclusion
struct WorkWaiting {
  bool waiting = false;
};
struct Tick {};
using Input = std::variant<EnterHeight, Receive, Proposed, Validated, BlockFetched, WorkWaiting, Tick>;

// --- effects

// `block` (if any) and its payloads, too, become durable
struct Persist {
  DurableVotes votes;
  BlockPtr block;
};
struct Send {
  Message message;
};
// Compose a block for this height; answer with Proposed
struct MakeProposal {
  View view;
};
// Check and execute the block, then answer with Validated. `fresh`: also require its payloads, and a time not too far
// ahead; a re-proposed prepared block is judged without these, as f + 1 honest members hold its payloads.
struct Validate {
  BlockPtr block;
  bool fresh = true;
};
// Ask this member for a prepared block
struct FetchBlock {
  Hash block;
  std::size_t from;
};
struct Decide {
  BlockPtr block;
  Certificate certificate;
};
// Above 0, for logs and metrics
struct ViewEntered {
  View view;
};
using Effect = std::variant<Persist, Send, MakeProposal, Validate, FetchBlock, Decide, ViewEntered>;
using Effects = std::vector<Effect>;

struct Config {
  ChainId chain;
  std::uint64_t idle_ms = 1000;
  std::uint64_t view_timeout_ms = 1000;  // doubles with each failed view of a height
  std::uint64_t max_view_timeout_ms = 20'000;
  std::uint64_t resend_ms = 500;  // while nothing is decided, own current messages are sent again
};

// One for a node's lifetime. Every input is accepted at any time: what does not fit the height or view is ignored, so
// answers (Proposed, Validated, BlockFetched) may come late or never. After Decide nothing happens until EnterHeight.
// Memory: at most 8 votes of each type and one view change per member, and four blocks. Not thread-safe.
class Replica {
 public:
  explicit Replica(Config config);
  ~Replica();
  Replica(Replica&&) noexcept;
  Replica& operator=(Replica&&) noexcept;

  // now_ms: any monotonic clock, the same in every call. Timers run on Tick only.
  Effects step(Input input, std::uint64_t now_ms);

  // When Tick is wanted next, on that clock.
  std::optional<std::uint64_t> deadline_ms() const;
  Height height() const;
  View view() const;
  bool is_leader() const;  // of the current view, and a member

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain::consensus
