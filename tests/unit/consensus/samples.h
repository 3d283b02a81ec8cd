// A committee with simulated signatures, and every kind of message at its height 2.
#pragma once

#include <algorithm>

#include "medchain/consensus.h"
#include "support/simulated_signatures.h"

namespace medchain::consensus {

struct Samples {
  explicit Samples(std::size_t members = 4) {
    committee.round = Round{3};
    committee.first_height = Height{1};
    for (std::size_t i = 0; i < members; ++i) {
      committee.order.push_back({address_of(test::simulated_key(100 + i)), test::simulated_key(i)});
    }
  }

  Ballot ballot(VoteType type, View view, const Hash& digest) const {
    return {committee.round, height, view, type, digest};
  }

  template <class M>
  M signed_by(std::size_t member, M message) const {
    message.signature = sign_ballot(message.ballot, chain, test::SimulatedSigner(member));
    return message;
  }

  BlockPtr block(std::size_t producer, std::uint64_t salt = 0) const {
    Block block;
    block.header.chain = chain;
    block.header.round = committee.round;
    block.header.height = height;
    block.header.producer = committee.order[producer].validator;
    block.header.time_ms = salt;
    return std::make_shared<const Block>(std::move(block));
  }

  VoteMessage vote(std::size_t member, VoteType type, View view, const Hash& digest) const {
    return signed_by(member, VoteMessage{static_cast<std::uint16_t>(member), ballot(type, view, digest), {}});
  }

  Certificate certificate(VoteType type, View view, const Hash& digest, std::vector<std::size_t> members) const {
    std::vector<Member> sorted = committee.sorted();
    Certificate made{ballot(type, view, digest), {}};
    for (std::size_t member : members) {
      auto place = std::ranges::find(sorted, committee.order[member]) - sorted.begin();
      made.signatures.push_back({static_cast<std::uint16_t>(place), vote(member, type, view, digest).signature});
    }
    std::ranges::sort(made.signatures);
    return made;
  }

  ViewChange view_change(std::size_t member, View view, std::optional<Certificate> prepared = {}) const {
    Ballot place = ballot(VoteType::kViewChange, view, digest_of(prepared));
    return signed_by(member, ViewChange{static_cast<std::uint16_t>(member), place, std::move(prepared), {}});
  }

  Proposal proposal(View view, BlockPtr block, std::vector<ViewChange> justification = {}) const {
    auto leader = static_cast<std::uint16_t>(committee.leader(height, view));
    Ballot place = ballot(VoteType::kProposal, view, block->hash());
    return signed_by(leader, Proposal{leader, place, std::move(justification), block, {}});
  }

  Result<void> verify(const Message& message) const {
    return verify_message(message, committee, height, chain, verifier);
  }

  Config config() const {
    Config config;
    config.chain = chain;
    return config;
  }

  ChainId chain{sha256(view_of("sample chain")).bytes};
  Height height{2};  // led by member 1 in view 0
  Committee committee;
  test::SimulatedVerifier verifier;

 private:
  static ByteView view_of(std::string_view text) { return medchain::view(text); }
};

}  // namespace medchain::consensus
