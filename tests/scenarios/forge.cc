// What a Byzantine member might send: any message at all, signed with any key, well or badly formed.
#include <algorithm>
#include <sstream>

#include "script.h"

namespace medchain::scenarios {

using namespace consensus;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::uint64_t to_number(const std::string& text) { return text.empty() ? 0 : std::stoull(text); }

// after-type, after-view, after-height: what somebody exchanged after it was signed.
void alter(const Command& command, Ballot& ballot) {
  if (auto type = command.option("after-type"))
    ballot.type = *type == "commit" ? VoteType::kCommit : VoteType::kPrepare;
  ballot.view.value = command.number("after-view", ballot.view.value);
  ballot.height.value = command.number("after-height", ballot.height.value);
}

}  // namespace

// prepared: BLOCK@VIEW. certifiers=0,1,2 says who signs (without: the first quorum of members), certificate=commit or
// prepare gives it another type than that of `at`, certificate-round and certificate-height another place.
Certificate Script::forge_certificate(const Command& command, Ballot at, const std::string& prepared) {
  auto parts = split(prepared, '@');
  BlockPtr block = world_->find(parts.at(0));
  Committee committee = world_->committee_at(at.height);
  if (auto type = command.option("certificate")) at.type = *type == "commit" ? VoteType::kCommit : VoteType::kPrepare;
  at.view = View{to_number(parts.at(1))};
  at.digest = block ? block->hash() : Hash{};
  at.round.value = command.number("certificate-round", at.round.value);
  at.height.value = command.number("certificate-height", at.height.value);
  std::string signers = "0";
  for (std::size_t i = 1; i < committee.quorum(); ++i) signers += "," + std::to_string(i);
  Certificate certificate{at, {}};
  std::vector<Member> sorted = committee.sorted();
  for (const std::string& signer : split(command.option("certifiers").value_or(signers), ',')) {
    std::size_t node = to_number(signer);
    auto place = std::ranges::find(sorted, committee.order[world_->member_of(committee, node)]);
    certificate.signatures.push_back(
        {static_cast<std::uint16_t>(place - sorted.begin()), sign_ballot(at, world_->chain(), world_->signer(node))});
  }
  std::ranges::sort(certificate.signatures);
  return certificate;
}

ViewChange Script::forge_view_change(const Command& command, std::size_t member, const Ballot& at,
                                     const std::string& prepared) {
  ViewChange change{static_cast<std::uint16_t>(member), at, {}, {}};
  change.ballot.type = VoteType::kViewChange;
  if (!prepared.empty()) change.prepared = forge_certificate(command, at, prepared);
  change.ballot.digest = digest_of(change.prepared);
  change.signature = sign_ballot(change.ballot, world_->chain(), world_->signer(member));
  return change;
}

// send FROM TYPE HEIGHT/VIEW [BLOCK] [to=...] [as=MEMBER] [key=NODE] [round=R] [votes=0,1:1a@0,...] [prepared=1a@0]
Message Script::forge(const Command& command) {
  std::size_t from = to_number(command.words.at(0));
  std::string type = command.words.at(1);
  auto place = split(command.words.at(2), '/');
  BlockPtr block = command.words.size() > 3 ? world_->find(command.words[3]) : nullptr;
  Height height{to_number(place.at(0))};
  Ballot at{world_->committee_at(height).round, height, View{to_number(place.at(1))}, VoteType::kPrepare, {}};
  at.round.value = command.number("round", at.round.value);
  if (block) at.digest = block->hash();
  std::uint16_t member = static_cast<std::uint16_t>(command.number("as", from));
  Message message;
  if (type == "view-change") {
    ViewChange change = forge_view_change(command, from, at, command.option("prepared").value_or(""));
    change.member = member;
    message = change;
  } else if (type == "proposal") {
    Proposal proposal{member, at, {}, block, {}};
    proposal.ballot.type = VoteType::kProposal;
    for (const std::string& vote : split(command.option("votes").value_or(""), ',')) {
      auto parts = split(vote, ':');
      Ballot theirs = at;
      theirs.view.value = command.number("votes-view", at.view.value);
      proposal.justification.push_back(
          forge_view_change(command, to_number(parts.at(0)), theirs, parts.size() > 1 ? parts[1] : ""));
    }
    if (BlockPtr other = world_->find(command.option("digest").value_or(""))) proposal.ballot.digest = other->hash();
    message = proposal;
  } else {
    VoteMessage vote{member, at, {}};
    vote.ballot.type = type == "commit" ? VoteType::kCommit : VoteType::kPrepare;
    message = vote;
  }
  ChainId chain = world_->chain();
  if (command.option("chain")) chain = ChainId{sha256(view(*command.option("chain"))).bytes};
  consensus::sign(message, chain, world_->signer(command.number("key", from)));
  std::visit([&](auto& m) { alter(command, m.ballot); }, message);
  return message;
}

// send FROM certified HEIGHT/VIEW BLOCK [digest=BLOCK]: a block, and a certificate that makes it final or seems to.
CertifiedPtr Script::forge_certified(const Command& command) {
  auto place = split(command.words.at(2), '/');
  const std::string name = command.words.at(3);
  BlockPtr block = world_->find(name);
  if (!block) throw std::runtime_error("there is no block " + name);
  Height height{to_number(place.at(0))};
  Ballot at{world_->committee_at(height).round, height, View{}, VoteType::kCommit, {}};
  const std::string certified = command.option("digest").value_or(name) + "@" + place.at(1);
  return std::make_shared<const CertifiedBlock>(CertifiedBlock{*block, forge_certificate(command, at, certified)});
}

void Script::send(const Command& command) {
  Packet packet{to_number(command.words.at(0)), 0, {}};
  if (command.words.at(1) == "certified")
    packet.body = forge_certified(command);
  else
    packet.body = forge(command);
  for (std::size_t to : numbers(command.option("to").value_or("all"))) {
    packet.to = to;
    if (to != packet.from) queue_.push_back(packet);
  }
  print("ok");
}

}  // namespace medchain::scenarios
