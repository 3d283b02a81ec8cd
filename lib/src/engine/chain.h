// The chain's transition: what makes a block valid after its parent, and what follows from it. State, election and
// certificates meet here and nowhere else. Pure: a block and a parent in, a Transition or a reason out.
#pragma once

#include "medchain/election.h"
#include "medchain/engine.h"

namespace medchain {

// The last final block, and what its successor needs to know of it.
struct Tip {
  BlockHeader header;
  Hash hash;
  std::optional<Certificate> certificate;  // nothing at genesis
  Committee committee;                     // that decided it
};

// A block executed on the tip: ready to be committed once it is certified.
struct Transition {
  BlockPtr block;
  Hash hash;
  Execution execution;
  Committee next;  // of the following height
};

class Chain {
 public:
  static Result<Chain> from_genesis(const Genesis& genesis, const SignatureVerifier& verifier);
  // `state` is the one at height 0.
  static Result<Chain> at_genesis(const Genesis& genesis, State state, const SignatureVerifier& verifier);
  // After recovery: `tip` is the block that `state` stands after, `committee` that of the next height.
  Chain(ChainId id, State state, Tip tip, Committee committee, const SignatureVerifier& verifier);

  const State& state() const { return state_; }
  StateChanges take_changes() { return state_.take_changes(); }
  const Tip& tip() const { return tip_; }
  const Committee& committee() const { return committee_; }  // of next_height()
  ChainId id() const { return id_; }
  Height height() const { return tip_.header.height; }
  Height next_height() const { return height().next(); }

  // Everything that validity depends on: the header against the parent and the committee, every transaction admissible,
  // the roots against our own execution. Not: transaction signatures, payloads, clock drift, the block's certificate.
  Result<Transition> execute(BlockPtr block) const { return execute(std::move(block), false); }
  // The same of a certified block, sooner: those who certified it checked the keys that it registers. Who gets an error
  // asks execute(): when keys are bad, the block's roots say so, and believing otherwise contradicts them.
  Result<Transition> execute_believing_keys(BlockPtr block) const { return execute(std::move(block), true); }

  // A valid block of those `candidates` that are admissible, in order. The ids of the others are added to `rejected`.
  // The candidates are distinct, and within the parameters' limits (Mempool::select).
  Transition compose(std::vector<TxPtr> candidates, const Address& producer, std::uint64_t unix_ms,
                     std::vector<TxId>& rejected) const;

  // `transition` was made on this tip.
  void commit(Transition transition, Certificate certificate);

 private:
  Result<Transition> execute(BlockPtr block, bool keys_believed) const;
  Result<void> check_header(const BlockHeader& header) const;
  Result<void> check_limits(const Block& block) const;
  Result<void> check_parent_certificate(const BlockHeader& header) const;
  BlockContext context_of(const BlockHeader& header) const;
  Committee committee_after(const Execution& execution) const;

  ChainId id_;
  State state_;
  Tip tip_;
  Committee committee_;
  const SignatureVerifier* verifier_;
};

// Standings for the election, from what the state says of the candidates.
std::vector<Standing> standings_of(const std::map<Address, Candidate>& candidates);

}  // namespace medchain
