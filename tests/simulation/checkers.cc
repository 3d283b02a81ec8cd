#include "checkers.h"

#include <algorithm>

namespace medchain::simulation {
namespace {

// Written out again, and not taken from committee.h, so that an error there shows.
std::size_t least_signers(std::size_t n) {
  const std::size_t f = (n - 1) / 3;
  std::size_t quorum = n - f;
  while (2 * (quorum - 1) >= n + f + 1) --quorum;
  return quorum;
}

constexpr std::size_t kMostProposals = 64;      // on one disk
constexpr std::uint64_t kMostAheadMs = 20'000;  // of block time: the allowed drift, and the worst of clocks

// Who should come next when nobody is passed over.
std::vector<Address> best_by_votes(const std::map<Address, Candidate>& candidates, std::size_t n,
                                   const Committee& incumbent) {
  std::vector<std::pair<Address, Candidate>> all(candidates.begin(), candidates.end());
  std::ranges::stable_sort(all, [&](const auto& a, const auto& b) {
    auto rank = [&](const auto& c) {
      return std::tuple(~c.second.votes.value, !incumbent.index_of(c.first).has_value(), c.first);
    };
    return rank(a) < rank(b);
  });
  std::vector<Address> best;
  std::set<Address> institutions;
  for (const auto& [address, candidate] : all) {
    if (best.size() < n && institutions.insert(candidate.institution).second) best.push_back(address);
  }
  return best;
}

}  // namespace

Checkers::Checkers(const Cast& cast, std::map<Address, std::size_t> honest, std::size_t liars)
    : cast_(cast), honest_(std::move(honest)), liars_(liars) {
  for (const GenesisParticipant& participant : cast.genesis().participants) {
    total_tokens_.value += participant.balance.value + participant.stake.value;
  }
  committees_[Round{0}] = genesis_committee(cast.genesis());
}

void Checkers::violation(std::size_t host, const std::string& what) {
  if (violation_.empty()) violation_ = "host " + std::to_string(host) + ": " + what;
}

const FinalTransaction* Checkers::find_final(const TxId& id) const {
  auto found = final_.find(id);
  return found == final_.end() ? nullptr : &found->second;
}

void Checkers::sends(const Host& host, const std::shared_ptr<const Bytes>& message) {
  auto& last = last_sent_[host.number()];
  if (last == message) return;
  last = message;
  auto decoded = bcs::decode<PeerMessage>(*message);
  if (!decoded) return violation(host.number(), "sends what cannot be decoded: " + decoded.error().message());
  std::optional<consensus::Message> said;
  if (auto* consensus = std::get_if<peer::Consensus>(&decoded->body)) said = std::move(consensus->message);
  if (auto* compact = std::get_if<peer::CompactProposal>(&decoded->body)) said = std::move(compact->proposal);
  if (!said) return;
  const Ballot& ballot = consensus::ballot_of(*said);
  auto committee = committees_.find(ballot.round);
  if (committee == committees_.end()) return violation(host.number(), "votes in a round that no handover began");
  const std::uint16_t member = std::visit([](const auto& message) { return message.member; }, *said);
  if (committee->second.order.at(member).validator != host.identity().self) return;  // passed on, as evidence
  check_vote(host, ballot);
  check_quorums(host, ballot);
  check_durable(host, ballot);
}

void Checkers::foresees(const Host& host, const StoredBlock& stored) {
  if (!stored.next_committee) return;
  const Committee& next = *stored.next_committee;
  auto [known, first] = committees_.try_emplace(next.round, next);
  if (known->second.order_hash() != next.order_hash()) violation(host.number(), "another committee of one round");
}

// Counted from outside: a commit follows a quorum of prepares, and nobody prepares another block once a quorum may have
// committed to one (the liars among it, whatever they said).
void Checkers::check_quorums(const Host& host, const Ballot& ballot) {
  if (ballot.type != VoteType::kPrepare && ballot.type != VoteType::kCommit) return;
  honest_votes_[{ballot.height, ballot.type}][{ballot.view, ballot.digest}].insert(host.number());
  const std::size_t quorum = least_signers(committees_.at(ballot.round).size());
  if (ballot.type == VoteType::kCommit) {
    const auto& prepared = honest_votes_[{ballot.height, VoteType::kPrepare}][{ballot.view, ballot.digest}];
    if (prepared.size() + liars_ < quorum) violation(host.number(), "commits to what no quorum prepared");
    return;
  }
  for (const auto& [what, members] : honest_votes_[{ballot.height, VoteType::kCommit}]) {
    const auto& [view, digest] = what;
    if (view < ballot.view && digest != ballot.digest && members.size() + liars_ >= quorum) {
      violation(host.number(), "prepares another block than the one that may be final");
    }
  }
}

void Checkers::check_vote(const Host& host, const Ballot& ballot) {
  auto [said, first] = said_.try_emplace({host.number(), ballot.height, ballot.view, ballot.type}, ballot.digest);
  if (!first && said->second != ballot.digest) {
    violation(host.number(), "contradicts itself at height " + std::to_string(ballot.height.value));
  }
  View& given_up = given_up_[{host.number(), ballot.height}];
  if (first && ballot.view < given_up) violation(host.number(), "takes part in a view that it gave up");
  if (ballot.type == VoteType::kViewChange) given_up = std::max(given_up, ballot.view);
}

// What a vote relies on survives a power failure now.
void Checkers::check_durable(const Host& host, const Ballot& ballot) {
  ChainStore durable(host.disk().durable());
  auto votes = durable.votes();
  if (!votes || !*votes) return violation(host.number(), "votes without a vote log");
  const consensus::DurableVotes& log = **votes;
  if (log.height != ballot.height || log.view < ballot.view) return violation(host.number(), "a vote is not durable");
  if (log.view > ballot.view) return;
  const bool covered = ballot.type == VoteType::kPrepare    ? log.prepare_vote == ballot.digest
                       : ballot.type == VoteType::kCommit   ? log.commit_vote == ballot.digest
                       : ballot.type == VoteType::kProposal ? log.proposed == ballot.digest
                                                            : true;
  if (!covered) return violation(host.number(), "a vote is not durable");
  if (ballot.type != VoteType::kPrepare || ballot.view > View{0}) return;
  auto block = durable.proposal(ballot.digest);
  if (!block || !*block) return violation(host.number(), "votes for a block that is not durable");
  for (const TxPtr& transaction : (*block)->transactions) {
    auto commitment = payload_of(transaction->transaction().body);
    if (!commitment) continue;
    auto payload = durable.payload(commitment->root, static_cast<std::uint16_t>(commitment->parts));
    if (!payload || !*payload) return violation(host.number(), "votes for a payload that is not durable");
  }
}

void Checkers::commits(const Host& host, const std::vector<std::shared_ptr<const StoredBlock>>& blocks,
                       std::uint64_t true_unix_ms) {
  true_unix_ms_ = true_unix_ms;
  for (const auto& stored : blocks) check_block(host, *stored);
  check_state(host);
}

void Checkers::check_block(const Host& host, const StoredBlock& stored) {
  const BlockHeader& header = stored.certified.block.header;
  const Hash hash = header.hash();
  auto [known, first] = blocks_.try_emplace(header.height, hash);
  if (known->second != hash) return violation(host.number(), "a second block at one height");
  auto committee = committees_.find(header.round);
  if (committee == committees_.end()) return violation(host.number(), "a round that no handover began");
  if (!committee->second.covers(header.height)) return violation(host.number(), "a height outside its round");
  check_certificate(host, header, stored.certified.certificate);
  if (!first) return;
  headers_.emplace(header.height, header);
  check_header(host, stored, committee->second);
  check_transactions(host, stored);
  check_handover(host, stored, committee->second);
}

void Checkers::check_header(const Host& host, const StoredBlock& stored, const Committee& committee) {
  const BlockHeader& header = stored.certified.block.header;
  const View view = stored.certified.certificate.ballot.view;
  if (view > View{0}) ++view_changes_;
  if (header.committee_order != committee.order_hash()) violation(host.number(), "a header names another committee");
  const std::size_t leader = (header.height.value - committee.first_height.value) % committee.size();
  if (view == View{0} && header.producer != committee.order[leader].validator) {
    violation(host.number(), "a block by a producer whose turn it was not");
  }
  if (header.time_ms > true_unix_ms_ + kMostAheadMs) violation(host.number(), "a block from the future");
  auto parent = headers_.find(header.height.previous());
  if (parent == headers_.end()) return;
  if (parent->second.hash() != header.parent) violation(host.number(), "a gap in the chain");
  if (header.time_ms < parent->second.time_ms) violation(host.number(), "a block before its parent");
  if (!header.parent_certificate) return violation(host.number(), "a block without its parent's certificate");
  check_certificate(host, parent->second, *header.parent_certificate);
}

void Checkers::check_certificate(const Host& host, const BlockHeader& header, const Certificate& certificate) {
  const Ballot expected{header.round, header.height, certificate.ballot.view, VoteType::kCommit, header.hash()};
  if (certificate.ballot != expected) return violation(host.number(), "a certificate for something else");
  auto& good = certificates_[header.height];
  if (std::ranges::find(good, certificate) != good.end()) return;
  std::vector<Member> members = committees_.at(header.round).order;
  std::ranges::sort(members);
  std::set<Address> signers;
  for (const CertificateSignature& signature : certificate.signatures) {
    if (signature.member >= members.size()) return violation(host.number(), "a signer outside the committee");
    const Member& member = members[signature.member];
    if (!verify_ballot(expected, cast_.chain(), member.consensus_key, signature.signature, cast_.verifier())) {
      return violation(host.number(), "a certificate with a false signature");
    }
    check_signer(host, expected, member.validator);
    signers.insert(member.validator);
  }
  if (signers.size() < least_signers(members.size())) violation(host.number(), "a certificate without a quorum");
  good.push_back(certificate);
}

// An honest member's signature stands for what it said, and for nothing else.
void Checkers::check_signer(const Host& host, const Ballot& ballot, const Address& signer) {
  auto honest = honest_.find(signer);
  if (honest == honest_.end()) return;
  auto said = said_.find({honest->second, ballot.height, ballot.view, ballot.type});
  if (said == said_.end() || said->second != ballot.digest) {
    violation(host.number(), "a certificate of height " + std::to_string(ballot.height.value) + ", view " +
                                 std::to_string(ballot.view.value) + " with a vote that host " +
                                 std::to_string(honest->second) + " never gave");
  }
}

void Checkers::check_handover(const Host& host, const StoredBlock& stored, const Committee& committee) {
  const BlockHeader& header = stored.certified.block.header;
  const bool last = header.height.value + 1 == committee.first_height.value + committee.size();
  if (last != stored.next_committee.has_value()) return violation(host.number(), "a handover at another height");
  if (!last) {
    const bool same = header.next_committee_order == header.committee_order;
    if (!same) violation(host.number(), "a committee that changes within its round");
    return;
  }
  const Committee& next = *stored.next_committee;
  if (next.order_hash() != header.next_committee_order || next.set_hash() != header.next_committee_set) {
    violation(host.number(), "the header names another next committee");
  }
  if (next.round.value != header.round.value + 1 || next.first_height != header.height.next()) {
    violation(host.number(), "a round that does not follow");
  }
  foresees(host, stored);
  if (next.set_hash() != committee.set_hash()) ++handovers_;
  if (host.engine().height() != header.height) return;
  const auto candidates = host.engine().state().candidates();
  const std::size_t n = cast_.genesis().parameters.committee_size;
  if (std::ranges::any_of(candidates, [](const auto& c) { return c.second.pass_over_rounds > 0; })) return;
  std::vector<Address> elected;
  for (const Member& member : next.order) elected.push_back(member.validator);
  if (elected != best_by_votes(candidates, n, committee)) violation(host.number(), "an election with another result");
}

void Checkers::check_transactions(const Host& host, const StoredBlock& stored) {
  const auto& transactions = stored.certified.block.transactions;
  if (stored.receipts.size() != transactions.size()) violation(host.number(), "not one receipt for each transaction");
  for (std::size_t i = 0; i < transactions.size() && i < stored.receipts.size(); ++i) {
    const TxPtr& transaction = transactions[i];
    FinalTransaction final{stored.certified.block.header.height, i, stored.receipts[i].status,
                           payload_of(transaction->transaction().body)};
    if (!final_.try_emplace(transaction->id, final).second) violation(host.number(), "a transaction executed twice");
    if (transaction->transaction().chain != cast_.chain()) violation(host.number(), "a transaction of another chain");
    if (final.height > transaction->transaction().valid_until) violation(host.number(), "a transaction too late");
    if (!verify_transaction(*transaction, cast_.verifier())) violation(host.number(), "a forged transaction is final");
  }
}

void Checkers::check_state(const Host& host) {
  const Engine& engine = host.engine();
  if (engine.state().root() != engine.last_header().state_root) violation(host.number(), "another state root");
  if (engine.height().value % 4 == 0 && engine.state().total_tokens() != total_tokens_) {
    violation(host.number(), "tokens are not conserved");
  }
  auto committee = committees_.find(engine.committee().round);
  if (committee == committees_.end() || committee->second.order_hash() != engine.committee().order_hash()) {
    violation(host.number(), "another committee of the same round");
  }
  for (const auto& [address, number] : honest_) {
    if (engine.state().barred(address))
      violation(host.number(), "host " + std::to_string(number) + " is barred unjustly");
  }
  if (engine.mempool_size() > 400) violation(host.number(), "a mempool above its bound");
}

std::string Checkers::lacks(const Host& host) const {
  if (!host.up()) return "it is down";
  const Engine& engine = host.engine();
  for (const auto& [id, final] : final_) {
    if (final.height > engine.height()) return "height " + std::to_string(final.height.value);
    if (!final.payload) continue;
    auto payload = engine.store().payload(final.payload->root, static_cast<std::uint16_t>(final.payload->parts));
    if (!payload || !*payload) return "a payload of height " + std::to_string(final.height.value);
  }
  return "";
}

void Checkers::at_end(const Host& host) {
  const Engine& engine = host.engine();
  for (const auto& [id, final] : final_) {
    auto place = engine.find_transaction(id);
    if (!place || !*place || (*place)->height != final.height || (*place)->index != final.index) {
      violation(host.number(), "lost a final transaction");
    }
  }
  for (const auto& [height, hash] : blocks_) {
    if (height > engine.height()) continue;
    auto block = engine.store().block(height);
    if (!block || !*block || (*block)->certified.block.hash() != hash) violation(host.number(), "lost a final block");
  }
  auto proposals = engine.store().proposals();
  if (!proposals || proposals->size() > kMostProposals) violation(host.number(), "proposals pile up on the disk");
}

}  // namespace medchain::simulation
