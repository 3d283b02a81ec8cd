// What Byzantine hosts do to what passes through them. What they say by themselves: lies.cc.
#include "adversary.h"

#include <algorithm>

#include "network.h"

namespace medchain::simulation {
namespace {

constexpr std::size_t kRemembered = 256;

template <class T>
void keep(std::deque<T>& all, T one) {
  all.push_back(std::move(one));
  if (all.size() > kRemembered) all.pop_front();
}

std::shared_ptr<const Bytes> encode(PeerBody body) {
  return std::make_shared<const Bytes>(bcs::encode(PeerMessage{std::move(body)}));
}

template <class T>
T* consensus_message(PeerBody& body) {
  auto* message = std::get_if<peer::Consensus>(&body);
  return message != nullptr ? std::get_if<T>(&message->message) : nullptr;
}

}  // namespace

void Adversary::keep_block(BlockPtr block) { keep(blocks_, std::move(block)); }

Adversary::Adversary(const Plan& plan, const Cast& cast, std::uint64_t seed)
    : cast_(cast), rng_(seed), victim_(rng_.below(plan.candidates)) {
  for (std::size_t host = 0; host < plan.hosts(); ++host) {
    if (!plan.is_byzantine(host)) continue;
    byzantine_.insert(host);
    active_[host] = {};
  }
}

void Adversary::connect(std::vector<Host*> hosts, Network* network) {
  hosts_ = std::move(hosts);
  network_ = network;
}

std::vector<std::shared_ptr<const Bytes>> Adversary::speaks(std::size_t from, std::size_t to,
                                                            std::shared_ptr<const Bytes> bytes) {
  auto message = bcs::decode<PeerMessage>(*bytes);
  if (!message || !hosts_[from]->up()) return {bytes};
  remember(message->body);
  if (hides(from, to, message->body)) return {};
  std::vector<std::shared_ptr<const Bytes>> all;
  for (PeerBody& body : alter(from, to, std::move(message->body))) all.push_back(encode(std::move(body)));
  return all;
}

std::shared_ptr<const Bytes> Adversary::hears(std::size_t, std::size_t to, std::shared_ptr<const Bytes> bytes) {
  auto message = bcs::decode<PeerMessage>(*bytes);
  if (!message) return bytes;
  remember(message->body);
  // The worst moment for a false new view: when some have committed.
  const auto* vote = consensus_message<consensus::VoteMessage>(message->body);
  if (vote != nullptr && vote->ballot.type == VoteType::kCommit && does(to, Behaviour::kForge) && hosts_[to]->up() &&
      member(to) && rng_.chance(30)) {
    announce_new_view(to);
  }
  auto* transactions = std::get_if<peer::Transactions>(&message->body);
  if (transactions == nullptr || !does(to, Behaviour::kCensor)) return bytes;
  std::erase_if(transactions->submissions, [&](const Submission& submission) {
    auto parsed = parse_transaction(submission.transaction);
    const bool censored = parsed && (*parsed)->transaction().sender == cast_.institution(victim_).address;
    if (censored) did(Behaviour::kCensor);
    return censored;
  });
  return encode(std::move(message->body));
}

void Adversary::remember(const PeerBody& body) {
  if (std::holds_alternative<peer::Blocks>(body) || std::holds_alternative<peer::Payloads>(body)) return;
  keep(heard_, body);
  PeerBody copy = body;
  if (auto* proposal = consensus_message<consensus::Proposal>(copy)) keep(blocks_, proposal->block);
  if (auto* change = consensus_message<consensus::ViewChange>(copy)) keep(view_changes_, *change);
}

bool Adversary::hides(std::size_t from, std::size_t to, const PeerBody& body) {
  auto hidden = [&](Behaviour behaviour, bool when) {
    if (!when || !does(from, behaviour)) return false;
    did(behaviour);
    return true;
  };
  const auto* message = std::get_if<peer::Consensus>(&body);
  if (hidden(Behaviour::kSilent, true)) return true;
  if (hidden(Behaviour::kSelective, (to * 7 + from) % 3 == 0)) return true;
  if (message != nullptr && does(from, Behaviour::kWithholdVotes)) {
    const Ballot& ballot = consensus::ballot_of(message->message);
    const Committee& current = committee(from);
    if (current.covers(ballot.height)) {
      const Member& leader = current.order[current.leader(ballot.height, ballot.view)];
      const bool harms = leader.validator == cast_.node(victim_).address && ballot.type != VoteType::kViewChange;
      if (hidden(Behaviour::kWithholdVotes, harms)) return true;
    }
  }
  const bool brings_payloads =
      std::holds_alternative<peer::Payloads>(body) || std::holds_alternative<peer::Transactions>(body);
  return hidden(Behaviour::kWithholdPayloads, brings_payloads);
}

Adversary::Bodies Adversary::alter(std::size_t from, std::size_t to, PeerBody body) {
  if (auto* proposal = consensus_message<consensus::Proposal>(body)) return alter_proposal(from, to, *proposal);
  if (auto* compact = std::get_if<peer::CompactProposal>(&body)) return alter_compact(from, to, std::move(*compact));
  if (auto* vote = consensus_message<consensus::VoteMessage>(body)) return alter_vote(from, *vote);
  if (auto* change = consensus_message<consensus::ViewChange>(body)) return alter_view_change(from, *change);
  if (auto* blocks = std::get_if<peer::Blocks>(&body); blocks != nullptr && does(from, Behaviour::kLieToSync)) {
    did(Behaviour::kLieToSync);
    return {alter_blocks(from, std::move(*blocks))};
  }
  return {std::move(body)};
}

Adversary::Bodies Adversary::alter_proposal(std::size_t from, std::size_t to, consensus::Proposal proposal) {
  auto replace = [&](BlockPtr block) {
    proposal.block = std::move(block);
    proposal.ballot.digest = proposal.block->hash();
    consensus::Message message = proposal;
    sign(message, from);
    return Bodies{peer::Consensus{std::move(message)}};
  };
  if (does(from, Behaviour::kEquivocate) && to % 2 == 0) {
    did(Behaviour::kEquivocate);
    Block other = *proposal.block;
    other.header.time_ms += 1;  // as valid as the first
    auto block = std::make_shared<const Block>(std::move(other));
    other_blocks_[proposal.ballot.digest] = block->hash();
    keep(blocks_, BlockPtr(block));
    return replace(std::move(block));
  }
  if (does(from, Behaviour::kForge) && proposal.ballot.view > View{0}) {
    did(Behaviour::kForge);
    return replace(empty_block(from));  // whatever the view changes say
  }
  if (does(from, Behaviour::kBadBlock)) {
    did(Behaviour::kBadBlock);
    auto [place, fresh] = spoilt_.try_emplace(proposal.ballot.digest);
    if (fresh) place->second = spoil(*proposal.block);
    // Other transactions under the same header: to some, so that the rest can decide that header.
    const bool same_hash = place->second->hash() == proposal.ballot.digest;
    if (!same_hash) other_blocks_[proposal.ballot.digest] = place->second->hash();
    if (!same_hash || to % 3 == 0) return replace(place->second);
  }
  return {peer::Consensus{std::move(proposal)}};
}

// The same lies about the header; or it is right, and names other transactions than its own.
Adversary::Bodies Adversary::alter_compact(std::size_t from, std::size_t to, peer::CompactProposal compact) {
  if (does(from, Behaviour::kBadBlock) && rng_.chance(50)) {
    did(Behaviour::kBadBlock);
    auto& named = compact.transactions;
    // Most of these are seen at once; in another order, they are transactions that everybody has.
    constexpr std::uint64_t kLies = 8;
    switch (rng_.below(kLies)) {
      case 0: named.pop_back(); break;
      case 1: named.push_back(named.front()); break;
      case 2: named.back().bytes = some_digest().bytes; break;
      default: std::swap(named.front(), named.back()); break;
    }
    return {std::move(compact)};
  }
  Bodies all = alter_proposal(from, to, compact.proposal);
  for (PeerBody& body : all) {
    auto* told = consensus_message<consensus::Proposal>(body);
    if (told != nullptr) body = PeerBody(peer::CompactProposal{*told, compact.transactions});
  }
  return all;
}

// One thing is wrong with it; the rest is right.
BlockPtr Adversary::spoil(const Block& block) {
  auto spoilt = std::make_shared<Block>(block);
  BlockHeader& header = spoilt->header;
  // A wrong time is seen by the clock alone. Most other lies prove themselves, and who told them is soon barred.
  constexpr std::uint64_t kLies = 13, kAheadOfTime = 3;
  switch (rng_.chance(20) ? kAheadOfTime : rng_.below(kLies)) {
    case 0: header.state_root = some_digest(); break;
    case 1: header.receipts_root = some_digest(); break;
    case 2: header.transactions_root = some_digest(); break;
    case kAheadOfTime: header.time_ms += 60'000; break;  // ahead of everybody's clock
    case 4: header.time_ms = 1; break;                   // before its parent
    case 5: header.parent = some_digest(); break;
    case 6: header.next_committee_set = some_digest(); break;
    case 7: header.committee_order = some_digest(); break;
    case 8: header.round.value += 1; break;
    case 9: header.chain.bytes = some_digest().bytes; break;
    case 10:
      if (!spoilt->transactions.empty()) spoilt->transactions.push_back(spoilt->transactions.front());
      header.transaction_count = static_cast<std::uint32_t>(spoilt->transactions.size());
      header.transactions_root = transactions_root(spoilt->transactions);
      break;
    case 11:
      if (header.parent_certificate && !header.parent_certificate->signatures.empty()) {
        header.parent_certificate->signatures.pop_back();
      }
      break;
    default:
      if (!spoilt->transactions.empty()) spoilt->transactions.pop_back();
      break;
  }
  return spoilt;
}

Adversary::Bodies Adversary::alter_vote(std::size_t from, consensus::VoteMessage vote) {
  Bodies all{peer::Consensus{vote}};
  if (!does(from, Behaviour::kDoubleVote) && !other_blocks_.contains(vote.ballot.digest)) return all;
  auto other = other_blocks_.find(vote.ballot.digest);
  vote.ballot.digest = other != other_blocks_.end() ? other->second : some_digest();
  consensus::Message message = vote;
  sign(message, from);
  did(Behaviour::kDoubleVote);
  all.emplace_back(peer::Consensus{std::move(message)});
  return all;
}

Adversary::Bodies Adversary::alter_view_change(std::size_t from, consensus::ViewChange change) {
  if (!does(from, Behaviour::kForge)) return {peer::Consensus{std::move(change)}};
  did(Behaviour::kForge);
  if (rng_.chance(50)) {
    change.prepared.reset();  // as if it had prepared nothing
  } else {
    Ballot claimed = ballot(from, VoteType::kPrepare, View{change.ballot.view.value - 1}, some_digest());
    change.prepared = false_certificate(from, claimed);
  }
  change.ballot.digest = consensus::digest_of(change.prepared);
  consensus::Message message = std::move(change);
  sign(message, from);
  return {peer::Consensus{std::move(message)}};
}

peer::Blocks Adversary::alter_blocks(std::size_t from, peer::Blocks blocks) {
  if (blocks.blocks.empty()) return blocks;
  CertifiedBlock& any = blocks.blocks[rng_.below(blocks.blocks.size())];
  auto& signatures = any.certificate.signatures;
  switch (rng_.below(6)) {
    case 0: any.block.header.state_root = some_digest(); break;
    case 1: any.block = *spoil(any.block); break;
    case 2:
      any.block = *spoil(any.block);
      any.certificate.ballot.digest = any.block.hash();
      break;
    case 3:
      if (!signatures.empty()) std::ranges::fill(signatures, signatures.front());
      break;
    case 4: blocks.blocks.erase(blocks.blocks.begin()); break;
    default: {
      any.block.header.time_ms += 1;
      Ballot claimed = any.certificate.ballot;
      claimed.digest = any.block.hash();
      any.certificate = false_certificate(from, claimed);
      break;
    }
  }
  return blocks;
}

}  // namespace medchain::simulation
