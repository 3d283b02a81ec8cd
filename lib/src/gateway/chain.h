// The chain as the gateway believes it: blocks whose certificates verify, committee by committee, from the genesis.
#pragma once

#include "ledger.h"
#include "medchain/receipt.h"

namespace medchain::gateway {

class Chain {
 public:
  explicit Chain(const Genesis& genesis, const SignatureVerifier& verifier = real_signatures());

  // Blocks that a node gave, verified: header and receipts are what a quorum of the right committee signed.
  // kAuthentication: the node lies, or the committee changed more often than can be followed: see missing_handovers().
  Result<rpc::BlockSummary> latest(Ledger& node);
  Result<rpc::BlockSummary> block(Ledger& node, Height height);

  // A transaction of the gateway's own that is final: its receipt proof names every committee up to it.
  void prove_with(const TxId& id) { own_transaction_ = id; }
  // Committees changed while the gateway did not look: a new transaction of its own must become final, for its proof.
  bool missing_handovers() const { return missing_handovers_; }
  std::uint32_t replay_window() const { return replay_window_; }
  const ChainId& id() const { return anchor_.chain; }

 private:
  struct Term {
    Height first;
    std::vector<Member> members;  // sorted
  };
  Result<rpc::BlockSummary> certified(Ledger& node, Result<rpc::BlockSummary> block);
  Result<void> check(const rpc::BlockSummary& block) const;
  const Term& term_of(Height height) const;
  Result<void> learn(Ledger& node);
  Result<bool> learn_next(Ledger& node);
  Result<void> learn_all(Ledger& node);

  Anchor anchor_;
  std::uint32_t replay_window_;
  const SignatureVerifier& verifier_;
  std::vector<Term> terms_;  // ascending; a term lasts until the next one's first height
  std::optional<TxId> own_transaction_;
  bool missing_handovers_ = false;
};

}  // namespace medchain::gateway
