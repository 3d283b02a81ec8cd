// What Byzantine hosts say by themselves.
#include <algorithm>

#include "adversary.h"
#include "network.h"

namespace medchain::simulation {
namespace {

constexpr std::uint64_t kHugeNumbers[] = {1'000, 1ull << 20, 1ull << 32, (1ull << 63) - 1, ~0ull - 1, ~0ull};

Bytes junk(test::Rng& rng, std::size_t most) {
  Bytes bytes(rng.below(most) + 1);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.next());
  return bytes;
}

}  // namespace

void Adversary::act() {
  struct Deed {
    Behaviour behaviour;
    void (Adversary::*what)(std::size_t host);
  };
  constexpr Deed kDeeds[] = {{Behaviour::kVoteForAll, &Adversary::vote_for_all},
                             {Behaviour::kEquivocate, &Adversary::vote_for_all},
                             {Behaviour::kReplay, &Adversary::replay},
                             {Behaviour::kForeignChain, &Adversary::speak_of_another_chain},
                             {Behaviour::kHuge, &Adversary::be_huge},
                             {Behaviour::kForge, &Adversary::forge},
                             {Behaviour::kFlood, &Adversary::flood},
                             {Behaviour::kLieToSync, &Adversary::lie_to_sync}};
  for (std::size_t host : byzantine_) {
    if (!hosts_[host]->up()) continue;
    for (const Deed& deed : kDeeds) {
      if (!does(host, deed.behaviour)) continue;
      did(deed.behaviour);
      (this->*deed.what)(host);
    }
  }
}

Ballot Adversary::ballot(std::size_t host, VoteType type, View view, const Hash& digest) const {
  return {committee(host).round, hosts_[host]->engine().height().next(), view, type, digest};
}

std::optional<std::size_t> Adversary::member(std::size_t host) const {
  return committee(host).index_of(hosts_[host]->identity().self);
}

void Adversary::sign(consensus::Message& message, std::size_t host) const {
  consensus::sign(message, cast_.chain(), *hosts_[host]->identity().consensus_key);
}

consensus::VoteMessage Adversary::vote(std::size_t host, Ballot ballot) const {
  consensus::Message message =
      consensus::VoteMessage{static_cast<std::uint16_t>(member(host).value_or(0)), std::move(ballot), {}};
  sign(message, host);
  return std::get<consensus::VoteMessage>(message);
}

void Adversary::say_to(std::size_t from, std::size_t to, PeerBody body) {
  if (controls(to)) return;
  network_->send_to(from, to, std::make_shared<const Bytes>(bcs::encode(PeerMessage{std::move(body)})));
}

void Adversary::say(std::size_t from, PeerBody body) {
  for (std::size_t to = 0; to < hosts_.size(); ++to) say_to(from, to, body);
}

View Adversary::some_view(std::size_t host) { return View{hosts_[host]->engine().view().value + rng_.below(3)}; }

Hash Adversary::some_digest() {
  if (!blocks_.empty() && rng_.chance(50)) return blocks_[rng_.below(blocks_.size())]->hash();
  Hash digest;
  for (std::uint8_t& byte : digest.bytes) byte = static_cast<std::uint8_t>(rng_.next());
  return digest;
}

// Signed by the Byzantine members, each as often as it takes to look like a quorum, and by nobody else.
Certificate Adversary::false_certificate(std::size_t host, Ballot ballot) {
  Certificate certificate{ballot, {}};
  const auto sorted = committee(host).sorted();
  const ChainId chain = cast_.chain();
  const bool twice = rng_.chance(50);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    Signature signature;
    bool ours = false;
    for (std::size_t liar : byzantine_) {
      const Signer& key = *hosts_[liar]->identity().consensus_key;
      if (sorted[i].consensus_key != key.public_key()) continue;
      signature = sign_ballot(ballot, chain, key);
      ours = true;
    }
    if (!ours && twice) continue;
    certificate.signatures.push_back({static_cast<std::uint16_t>(i), signature});
  }
  if (twice && !certificate.signatures.empty()) {
    while (certificate.signatures.size() < quorum_of(sorted.size())) {
      certificate.signatures.push_back(certificate.signatures.front());
    }
  }
  return certificate;
}

void Adversary::vote_for_all(std::size_t host) {
  if (!member(host)) return;
  const Height height = hosts_[host]->engine().height().next();
  for (const BlockPtr& block : blocks_) {
    if (block->header.height != height) continue;
    for (VoteType type : {VoteType::kPrepare, VoteType::kCommit}) {
      for (std::uint64_t view = 0; view <= hosts_[host]->engine().view().value && view < 4; ++view) {
        say(host, peer::Consensus{vote(host, ballot(host, type, View{view}, block->hash()))});
      }
    }
  }
}

void Adversary::replay(std::size_t host) {
  for (std::size_t i = 0; i < 5 && !heard_.empty(); ++i) {
    say_to(host, any_host(), heard_[rng_.below(heard_.size())]);
  }
}

// Whatever honest members and patients sign on another chain is anybody's to use.
void Adversary::speak_of_another_chain(std::size_t host) {
  ChainId other;
  other.bytes.fill(0x5a);
  const Committee& current = committee(host);
  const Hash digest = some_digest();
  for (std::size_t i = 0; i < current.size(); ++i) {
    for (std::size_t node = 0; node < cast_.size(); ++node) {
      if (current.order[i].validator != cast_.node(node).address) continue;
      consensus::Message message = consensus::VoteMessage{
          static_cast<std::uint16_t>(i), ballot(host, VoteType::kCommit, some_view(host), digest), {}};
      consensus::sign(message, other, cast_.consensus_key(node, 0));
      say(host, peer::Consensus{std::move(message)});
    }
  }
  const Actor& patient = cast_.patients()[rng_.below(cast_.patients().size())];
  Transaction transaction{cast_.chain(), patient.address, hosts_[host]->engine().height().next(), rng_.next(),
                          TokensBody{Transfer{hosts_[host]->identity().self, Tokens{1}}}};
  Signature signature = patient.signer->sign("medchain/transaction/v1", other, bcs::encode(transaction));
  SignedTransaction stolen{std::move(transaction), patient.signer->public_key(), signature};
  say(host, peer::Transactions{{{bcs::encode(stolen), {}}}});
}

void Adversary::be_huge(std::size_t host) {
  if (!member(host)) return;
  const std::uint64_t number = kHugeNumbers[rng_.below(std::size(kHugeNumbers))];
  Ballot huge = ballot(host, VoteType::kPrepare, some_view(host), some_digest());
  switch (rng_.below(3)) {
    case 0: huge.view.value = number; break;
    case 1: huge.height.value = number; break;
    default: huge.round.value = number; break;
  }
  say(host, peer::Consensus{vote(host, huge)});
  consensus::ViewChange change;
  change.member = static_cast<std::uint16_t>(*member(host));
  change.ballot = ballot(host, VoteType::kViewChange, View{number}, consensus::digest_of(std::nullopt));
  consensus::Message message = change;
  sign(message, host);
  say(host, peer::Consensus{std::move(message)});
  say(host, peer::BlocksRequest{Height{number}, static_cast<std::uint32_t>(number)});
}

// Somebody's signature on a ballot that it did not sign.
void Adversary::transplant(std::size_t host) {
  for (std::size_t i = 0; i < 20 && !heard_.empty(); ++i) {
    PeerBody body = heard_[rng_.below(heard_.size())];
    auto* message = std::get_if<peer::Consensus>(&body);
    auto* vote = message != nullptr ? std::get_if<consensus::VoteMessage>(&message->message) : nullptr;
    if (vote == nullptr) continue;
    switch (rng_.below(4)) {
      case 0:
        vote->ballot.type = vote->ballot.type == VoteType::kPrepare ? VoteType::kCommit : VoteType::kPrepare;
        break;
      case 1: vote->ballot.view = vote->ballot.view.next(); break;
      case 2: vote->ballot.digest = some_digest(); break;
      default: vote->ballot.height = vote->ballot.height.next(); break;
    }
    say(host, std::move(body));
  }
}

// Reports an honest member for two votes that do not contradict one another, or for one that it never gave.
void Adversary::frame(std::size_t host) {
  std::map<std::uint16_t, consensus::VoteMessage> first;
  for (const PeerBody& body : heard_) {
    const auto* message = std::get_if<peer::Consensus>(&body);
    const auto* vote = message != nullptr ? std::get_if<consensus::VoteMessage>(&message->message) : nullptr;
    if (vote == nullptr || vote->ballot.round != committee(host).round || vote->member >= committee(host).size())
      continue;
    auto [place, fresh] = first.emplace(vote->member, *vote);
    const Member& member = committee(host).order[vote->member];
    if (fresh || rng_.chance(80)) continue;
    consensus::VoteMessage second = *vote;
    if (rng_.chance(30)) {
      second.ballot = place->second.ballot;
      second.ballot.digest = some_digest();
    }
    ReportDoubleVote report{
        member.consensus_key, {place->second.ballot, place->second.signature}, {second.ballot, second.signature}};
    const Height until{hosts_[host]->engine().height().value + 8};
    Transaction transaction{cast_.chain(), hosts_[host]->identity().self, until, rng_.next(), StakeBody{report}};
    const SignedTransaction accusation =
        sign_transaction(std::move(transaction), *hosts_[host]->identity().account_key);
    return say(host, peer::Transactions{{{bcs::encode(accusation), {}}}});
  }
}

// An empty block that follows what this host holds final: valid, but for who proposes it, and when.
BlockPtr Adversary::empty_block(std::size_t host) const {
  const Engine& engine = hosts_[host]->engine();
  const BlockHeader& parent = engine.last_header();
  auto block = std::make_shared<Block>();
  BlockHeader& header = block->header;
  header = parent;
  header.height = parent.height.next();
  header.round = engine.committee().round;
  header.parent = parent.hash();
  header.producer = hosts_[host]->identity().self;
  header.transaction_count = 0;
  header.transactions_root = transactions_root({});
  header.receipts_root = receipts_root({});
  header.committee_set = header.next_committee_set = engine.committee().set_hash();
  header.committee_order = header.next_committee_order = engine.committee().order_hash();
  header.parent_certificate.reset();
  if (auto stored = engine.store().block(parent.height); stored && *stored) {
    header.parent_certificate = (*stored)->certified.certificate;
  }
  return block;
}

// Though somebody else leads.
void Adversary::propose_out_of_turn(std::size_t host) {
  consensus::Proposal proposal;
  proposal.member = static_cast<std::uint16_t>(*member(host));
  proposal.block = empty_block(host);
  proposal.ballot = ballot(host, VoteType::kProposal, View{0}, proposal.block->hash());
  keep_block(proposal.block);
  consensus::Message message = std::move(proposal);
  sign(message, host);
  say(host, peer::Consensus{std::move(message)});
}

// Signed, and one height too late.
void Adversary::be_late(std::size_t host) {
  Transaction transaction{cast_.chain(), hosts_[host]->identity().self, hosts_[host]->engine().height(), rng_.next(),
                          TokensBody{Transfer{cast_.patients()[0].address, Tokens{1}}}};
  const SignedTransaction late = sign_transaction(std::move(transaction), *hosts_[host]->identity().account_key);
  say(host, peer::Transactions{{{bcs::encode(late), {}}}});
}

// A new view that its evidence does not allow.
void Adversary::forge(std::size_t host) {
  transplant(host);
  frame(host);
  be_late(host);
  if (!member(host) || blocks_.empty()) return;
  if (rng_.chance(30)) return propose_out_of_turn(host);
  announce_new_view(host);
}

void Adversary::announce_new_view(std::size_t host) {
  consensus::Proposal proposal;
  proposal.member = static_cast<std::uint16_t>(*member(host));
  proposal.block = rng_.chance(50) || blocks_.empty() ? empty_block(host) : blocks_[rng_.below(blocks_.size())];
  View view = some_view(host);
  const Committee& current = committee(host);
  const Height height = hosts_[host]->engine().height().next();
  while (current.leader(height, view) != proposal.member) view = View{view.value + 1};
  proposal.ballot = ballot(host, VoteType::kProposal, view, proposal.block->hash());
  for (std::size_t i = 0; i < current.size() && view > View{0}; ++i) {
    auto honest = std::ranges::find_if(view_changes_, [&](const consensus::ViewChange& change) {
      return change.member == i && change.ballot.view == view && change.ballot.height == height;
    });
    if (honest != view_changes_.end()) {
      proposal.justification.push_back(*honest);
      if (rng_.chance(20)) proposal.justification.push_back(*honest);
    } else if (i == proposal.member) {
      consensus::ViewChange own;
      own.member = proposal.member;
      if (rng_.chance(60) && view > View{0}) {
        own.prepared =
            false_certificate(host, ballot(host, VoteType::kPrepare, View{view.value - 1}, proposal.ballot.digest));
      }
      own.ballot = ballot(host, VoteType::kViewChange, view, consensus::digest_of(own.prepared));
      consensus::Message message = own;
      sign(message, host);
      proposal.justification.push_back(std::get<consensus::ViewChange>(message));
    }
  }
  consensus::Message message = std::move(proposal);
  sign(message, host);
  say(host, peer::Consensus{std::move(message)});
}

void Adversary::flood(std::size_t host) {
  for (std::size_t i = 0; i < 6; ++i) {
    network_->send_to(host, any_host(), std::make_shared<const Bytes>(junk(rng_, 200)));
    say_to(host, any_host(), peer::Transactions{{{junk(rng_, 300), {{junk(rng_, 50)}}}}});
    Ballot early = ballot(host, VoteType::kCommit, View{rng_.below(50)}, some_digest());
    early.height = early.height.next();
    say_to(host, any_host(), peer::Consensus{vote(host, early)});
    Hash root = some_digest();
    say_to(host, any_host(), peer::PayloadsRequest{std::vector<peer::PayloadKey>(50, {root, 65'535})});
    say_to(host, any_host(), peer::ProposalRequest{some_digest()});
    say_to(host, any_host(), peer::Payloads{{{{junk(rng_, 100), junk(rng_, 100)}}}});
    if (!blocks_.empty()) say_to(host, any_host(), peer::ProposalBlock{*spoil(*blocks_[rng_.below(blocks_.size())])});
  }
}

void Adversary::lie_to_sync(std::size_t host) {
  const std::uint64_t height = hosts_[host]->engine().height().value;
  say_to(host, any_host(), peer::Status{Height{height + 1 + rng_.below(5)}, some_digest()});
  if (rng_.chance(20)) say_to(host, any_host(), peer::Status{Height{~0ull}, some_digest()});
  if (blocks_.empty()) return;
  CertifiedBlock false_block{*blocks_[rng_.below(blocks_.size())], {}};
  false_block.certificate =
      false_certificate(host, ballot(host, VoteType::kCommit, some_view(host), false_block.block.hash()));
  say_to(host, any_host(), peer::Blocks{{std::move(false_block)}});
}

}  // namespace medchain::simulation
