#include <algorithm>

#include "harness.h"

namespace medchain::scenarios {

using consensus::DurableVotes;
using consensus::Message;
using consensus::Proposal;
using consensus::ViewChange;

namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

Hash expected_state(const Hash& parent, Height height) {
  return hash_with_domain("test/state/v1", {parent.view(), bcs::encode(height)});
}

}  // namespace

World::World(Settings settings) : settings_(std::move(settings)) {
  settings_.config.chain = ChainId{sha256(view("test chain")).bytes};
  for (std::size_t i = 0; i < settings_.members; ++i) {
    signers_.emplace_back(i);
    members_.push_back({address_of(simulated_key(1000 + i)), signers_.back().public_key()});
  }
}

// Rounds of n heights, as DESIGN: the same members in each, since who is elected is not consensus' business.
Committee World::committee_at(Height height) const {
  const std::uint64_t n = size();
  Round round{(height.value - 1) / n};
  Committee committee{round, Height{1 + round.value * n}, members_};
  if (settings_.rotate) {
    auto first = committee.order.begin() + static_cast<std::ptrdiff_t>(round.value % n);
    std::ranges::rotate(committee.order, first);
  }
  return committee;
}

std::size_t World::node_of(const Committee& committee, std::size_t member) const {
  return static_cast<std::size_t>(std::ranges::find(members_, committee.order[member]) - members_.begin());
}

std::size_t World::member_of(const Committee& committee, std::size_t node) const {
  return static_cast<std::size_t>(std::ranges::find(committee.order, members_[node]) - committee.order.begin());
}

BlockPtr World::make_block(std::size_t producer, Height height, const Hash& parent, bool lie) {
  Committee committee = committee_at(height);
  std::size_t letter = blocks_at_[height]++;
  Block block;
  block.header.chain = chain();
  block.header.height = height;
  block.header.round = committee.round;
  block.header.parent = parent;
  block.header.time_ms = letter;
  block.header.producer = members_[producer].validator;
  block.header.state_root = lie ? Hash{} : expected_state(parent, height);
  auto made = std::make_shared<const Block>(std::move(block));
  block_by_hash_[made->hash()] = blocks_.size();
  std::string name = number(height.value);
  for (; letter >= 26; letter /= 26) name += static_cast<char>('a' + letter % 26);
  blocks_.emplace_back(made, name + static_cast<char>('a' + letter));
  return made;
}

bool World::is_valid(const Block& block, Height height, const Hash& parent) const {
  return block.header.height == height && block.header.parent == parent &&
         block.header.state_root == expected_state(parent, height);
}

Hash World::genesis() const { return Hash{chain().bytes}; }

std::string World::name(const Hash& block) const {
  auto found = block_by_hash_.find(block);
  return found == block_by_hash_.end() ? "?" : blocks_[found->second].second;
}

BlockPtr World::find(const std::string& name) const {
  auto found = std::ranges::find(blocks_, name, &std::pair<BlockPtr, std::string>::second);
  return found == blocks_.end() ? nullptr : found->first;
}

std::string World::describe(const Certificate& certificate) const {
  const Ballot& ballot = certificate.ballot;
  std::vector<Member> sorted = committee_at(ballot.height).sorted();
  std::vector<std::size_t> signers;
  for (const CertificateSignature& s : certificate.signatures) {
    if (s.member >= sorted.size()) continue;
    signers.push_back(static_cast<std::size_t>(std::ranges::find(members_, sorted[s.member]) - members_.begin()));
  }
  std::ranges::sort(signers);
  std::string text = name(ballot.digest) + "@" + number(ballot.view.value) + " by";
  for (std::size_t signer : signers) text += " " + number(signer);
  return text;
}

std::string World::describe(const Message& message) const {
  static constexpr const char* kTypes[] = {"proposal", "prepare", "commit", "view-change"};
  const Ballot& ballot = consensus::ballot_of(message);
  std::string text = kTypes[static_cast<std::size_t>(ballot.type)];
  text += " " + number(ballot.height.value) + "/" + number(ballot.view.value);
  if (const auto* change = std::get_if<ViewChange>(&message)) {
    return text + (change->prepared ? " prepared " + describe(*change->prepared) : "");
  }
  text += " " + name(ballot.digest);
  if (const auto* proposal = std::get_if<Proposal>(&message); proposal && !proposal->justification.empty()) {
    text += ", justified by";
    for (const ViewChange& change : proposal->justification) {
      text += " " + number(change.member);
      if (change.prepared)
        text += ":" + name(change.prepared->ballot.digest) + "@" + number(change.prepared->ballot.view.value);
    }
  }
  return text;
}

std::string World::describe(const Packet& packet) const {
  if (const auto* message = std::get_if<Message>(&packet.body)) return describe(*message);
  if (const auto* certified = std::get_if<CertifiedPtr>(&packet.body)) {
    const std::string block = name((*certified)->block.hash());
    const bool other = (*certified)->certificate.ballot.digest != (*certified)->block.hash();
    return "certified " + (other ? block + " with " : "") + describe((*certified)->certificate);
  }
  if (const auto* request = std::get_if<BlockRequest>(&packet.body)) return "block-request " + name(request->block);
  return "block " + name(std::get<BlockReply>(packet.body).block->hash());
}

std::string World::describe(const DurableVotes& votes) const {
  std::string text = "view " + number(votes.view.value);
  if (votes.view_change_vote) text += " (waiting)";
  if (votes.proposed) text += ", proposed " + name(*votes.proposed);
  if (votes.prepare_vote) text += ", prepare " + name(*votes.prepare_vote);
  if (votes.prepared) {
    text += ", prepared " + name(votes.prepared->ballot.digest) + "@" + number(votes.prepared->ballot.view.value);
  }
  if (votes.commit_vote) text += ", commit " + name(*votes.commit_vote);
  return text;
}

}  // namespace medchain::scenarios
