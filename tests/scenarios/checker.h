// Judges a network from outside: it sees what honest nodes send, persist and decide, and knows none of their state.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "medchain/consensus.h"

namespace medchain::scenarios {

class Checker {
 public:
  // An honest node is about to sign `message`, with `durable` on its disk.
  void sends(std::size_t node, const consensus::Message& message,
             const std::optional<consensus::DurableVotes>& durable);
  // An honest node decided, or synced, `certified` at its height.
  void decides(std::size_t node, const CertifiedBlock& certified, const Committee& committee, const ChainId& chain,
               const SignatureVerifier& verifier);

  const std::vector<std::string>& violations() const { return violations_; }
  std::size_t heights() const { return decided_.size(); }  // decided by anyone
  std::uint64_t highest_view() const { return highest_view_; }
  std::size_t view_changes() const { return view_changes_; }  // heights decided in a view above 0

 private:
  void violation(std::size_t node, std::string what);

  std::map<std::tuple<std::size_t, Height, View, VoteType>, Hash> said_;
  std::map<std::pair<std::size_t, Height>, View> given_up_below_;
  std::map<Height, Hash> decided_;
  std::uint64_t highest_view_ = 0;
  std::size_t view_changes_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace medchain::scenarios
