// What members signed at the height being decided, and the reports of those who contradicted themselves.
#pragma once

#include <map>
#include <set>

#include "medchain/consensus.h"

namespace medchain {

// The first ballot of each member, type and view at one height. Bounded: whatever a member signs, it can only crowd out
// its own ballots, and not those of the views that are being decided.
class BallotBook {
 public:
  static constexpr std::size_t kViews = 8;  // of one member and type: those nearest to the current view are kept

  // The ballot that it contradicts, if there is one. `ballot` is signed by `key` and of this height.
  std::optional<SignedBallot> add(const SigningPublicKey& key, const SignedBallot& ballot, View current);
  void clear() { first_.clear(); }
  std::size_t size() const;

 private:
  std::map<std::pair<SigningPublicKey, VoteType>, std::map<View, SignedBallot>> first_;
};

struct Accountability {
  static constexpr std::size_t kReports = limits::kMaxCommittee;  // at once; offenders above it are noticed again

  struct Report {
    StakeBody body;
    std::optional<TxId> submitted;
    Height valid_until;  // of that transaction
  };

  BallotBook ballots;
  std::optional<consensus::Proposal>
      proposal;                       // the first of the latest view: what everyone who prepares in it prepares
  std::set<std::uint16_t> shown_to;   // members that it was sent to, since they prepared another
  std::map<Address, Report> reports;  // by offender, until it is barred

  void next_height() {
    ballots.clear();
    proposal.reset();
    shown_to.clear();
  }
};

}  // namespace medchain
