// Judges the network from outside: it sees what honest hosts send, what is durable on their disks and what they call
// final, and trusts none of their conclusions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "host.h"
#include "medchain/consensus.h"

namespace medchain::simulation {

struct FinalTransaction {
  Height height;
  std::size_t index = 0;
  TxStatus status = TxStatus::kSuccess;
  std::optional<PayloadCommitment> payload;
};

class Checkers {
 public:
  // `honest`: the hosts that are, of all; `liars`: how many nodes are not.
  Checkers(const Cast& cast, std::map<Address, std::size_t> honest, std::size_t liars);

  // --- of honest hosts only
  // A certified block that is about to be final there: the round after it may begin.
  void foresees(const Host& host, const StoredBlock& stored);
  void sends(const Host& host, const std::shared_ptr<const Bytes>& message);
  void commits(const Host& host, const std::vector<std::shared_ptr<const StoredBlock>>& blocks,
               std::uint64_t true_unix_ms);
  // When all is over, and everything that can be expected has happened.
  void at_end(const Host& host);
  // Empty when `host` holds all that is final and all payloads; else what is missing.
  std::string lacks(const Host& host) const;

  void violation(std::size_t host, const std::string& what);
  const std::string& first_violation() const { return violation_; }

  const FinalTransaction* find_final(const TxId& id) const;
  std::size_t final_transactions() const { return final_.size(); }
  Height highest() const { return blocks_.empty() ? Height{0} : blocks_.rbegin()->first; }
  std::size_t view_changes() const { return view_changes_; }  // heights decided in a view above 0
  std::size_t handovers() const { return handovers_; }        // rounds with other members than the one before

 private:
  void check_vote(const Host& host, const Ballot& ballot);
  void check_quorums(const Host& host, const Ballot& ballot);
  void check_durable(const Host& host, const Ballot& ballot);
  void check_block(const Host& host, const StoredBlock& stored);
  void check_certificate(const Host& host, const BlockHeader& header, const Certificate& certificate);
  void check_signer(const Host& host, const Ballot& ballot, const Address& signer);
  void check_header(const Host& host, const StoredBlock& stored, const Committee& committee);
  void check_handover(const Host& host, const StoredBlock& stored, const Committee& committee);
  void check_transactions(const Host& host, const StoredBlock& stored);
  void check_state(const Host& host);

  const Cast& cast_;
  std::map<Address, std::size_t> honest_;
  std::size_t liars_;
  std::uint64_t true_unix_ms_ = 0;
  Tokens total_tokens_{};
  std::string violation_;
  std::map<Height, Hash> blocks_;
  std::map<Height, BlockHeader> headers_;
  std::map<Height, std::vector<Certificate>> certificates_;  // found good
  std::map<Round, Committee> committees_;
  std::map<TxId, FinalTransaction> final_;
  std::map<std::tuple<std::size_t, Height, View, VoteType>, Hash> said_;
  std::map<std::pair<Height, VoteType>, std::map<std::pair<View, Hash>, std::set<std::size_t>>> honest_votes_;
  std::map<std::pair<std::size_t, Height>, View> given_up_;  // views below it
  std::map<std::size_t, std::shared_ptr<const Bytes>> last_sent_;
  std::size_t view_changes_ = 0, handovers_ = 0;
};

}  // namespace medchain::simulation
