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
  explicit Checkers(const Cast& cast);

  // --- of honest hosts only
  void sends(const Host& host, const std::shared_ptr<const Bytes>& message);
  void commits(const Host& host, const std::vector<std::shared_ptr<const StoredBlock>>& blocks);
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
  void check_durable(const Host& host, const Ballot& ballot);
  void check_block(const Host& host, const StoredBlock& stored);
  void check_certificate(const Host& host, const StoredBlock& stored, const Committee& committee);
  void check_handover(const Host& host, const StoredBlock& stored, const Committee& committee);
  void check_transactions(const Host& host, const StoredBlock& stored);
  void check_state(const Host& host);

  const Cast& cast_;
  Tokens total_tokens_{};
  std::string violation_;
  std::map<Height, Hash> blocks_;
  std::map<Round, Committee> committees_;
  std::map<TxId, FinalTransaction> final_;
  std::map<std::tuple<std::size_t, Height, View, VoteType>, Hash> said_;
  std::map<std::pair<std::size_t, Height>, View> given_up_;  // views below it
  std::map<std::size_t, std::shared_ptr<const Bytes>> last_sent_;
  std::size_t view_changes_ = 0, handovers_ = 0;
};

}  // namespace medchain::simulation
