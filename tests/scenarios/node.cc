#include <algorithm>

#include "harness.h"

namespace medchain::scenarios {

using namespace consensus;

namespace {

constexpr std::size_t kEarlyPerSender = 8;
constexpr std::size_t kCertifiedPerAnswer = 16;
constexpr std::uint64_t kPatienceMs = 100;

}  // namespace

void Node::start(std::uint64_t now_ms) {
  now_ms_ = now_ms;
  replica_ = std::make_unique<Replica>(world_->settings().config);
  if (keep_working) inputs_.push_back(WorkWaiting{true});
  enter_next_height();
  run();
}

void Node::crash(bool lose_decision) {
  if (lose_decision && votes_ && !chain_.empty() && votes_->height == Height{chain_.size()}) chain_.pop_back();
  replica_.reset();
  inputs_.clear();
  effects_.clear();
  held_.clear();
  early_.clear();
  effects_left_.reset();
}

void Node::tick(std::uint64_t now_ms) {
  now_ms_ = now_ms;
  input(Tick{});
}

void Node::set_work(bool waiting, std::uint64_t now_ms) {
  now_ms_ = now_ms;
  input(WorkWaiting{waiting});
}

void Node::answer_validation(bool valid, std::uint64_t now_ms) {
  now_ms_ = now_ms;
  if (held_.empty()) return;
  Validate oldest = held_.front();
  held_.pop_front();
  say("validates " + world_->name(oldest.block->hash()) + (valid ? ": valid" : ": invalid"));
  input(Validated{oldest.block->hash(), valid});
}

BlockPtr Node::stored(const std::optional<Hash>& hash) const {
  if (!hash) return nullptr;
  auto found = blocks_.find(*hash);
  return found == blocks_.end() ? nullptr : found->second;
}

void Node::enter_next_height() {
  entered_ms_ = now_ms_;
  committee_ = world_->committee_at(next_height());
  EnterHeight enter{next_height(), committee_, world_->member_of(committee_, number_), {}, nullptr};
  if (votes_ && votes_->height == next_height()) {
    enter.votes = votes_;
    if (votes_->prepared) enter.prepared_block = stored(votes_->prepared->ballot.digest);
    enter.proposed_block = stored(votes_->proposed);
  }
  std::string again = enter.votes ? ", again: " + world_->describe(*enter.votes) : "";
  say("enters height " + std::to_string(next_height().value) + again);
  inputs_.push_back(std::move(enter));
  for (auto& [from, messages] : std::exchange(early_, {})) {
    for (Message& message : messages) inputs_.push_back(Receive{std::move(message)});
  }
}

void Node::input(Input input) {
  if (!up()) return;
  inputs_.push_back(std::move(input));
  run();
}

// Effects before further inputs, and in their order: the host's first obligation.
void Node::run() {
  while (up() && (!effects_.empty() || !inputs_.empty())) {
    if (!effects_.empty()) {
      Effect effect = std::move(effects_.front());
      effects_.pop_front();
      std::visit([&](const auto& e) { carry_out(e); }, effect);
      if (effects_left_ && (*effects_left_)-- == 0) {
        say("crashes");
        crash();
      }
      continue;
    }
    Input next = std::move(inputs_.front());
    inputs_.pop_front();
    if (auto* received = std::get_if<Receive>(&next)) {
      deliver(std::move(*received));
      continue;
    }
    step(std::move(next));
  }
}

void Node::step(Input input) {
  Effects made = replica_->step(std::move(input), now_ms_);
  effects_.assign(made.begin(), made.end());
  most_effects_ = std::max(most_effects_, made.size());
}

// The third obligation: only what verify_message accepts, and only of the current height.
void Node::deliver(Receive received) {
  if (ballot_of(received.message).height != replica_->height()) return;
  auto good = verify_message(received.message, committee_, replica_->height(), world_->chain(), world_->verifier());
  if (!good) return say("  refused: " + good.error().message());
  step(std::move(received));
}

void Node::carry_out(const Effect& effect) {
  std::visit([&](const auto& e) { carry_out(e); }, effect);
}

void Node::carry_out(const Persist& effect) {
  say("persists " + world_->describe(effect.votes));
  votes_ = effect.votes;
  if (effect.block) blocks_[effect.block->hash()] = effect.block;
}

void Node::carry_out(const Send& effect) {
  Message message = effect.message;
  sign(message, world_->chain(), world_->signer(number_));
  world_->checker.sends(number_, message, votes_);
  say("sends " + world_->describe(message));
  for (std::size_t node = 0; node < world_->size(); ++node) {
    world_->transmit({number_, node, message});
  }
}

void Node::carry_out(const MakeProposal& effect) {
  BlockPtr block = world_->make_block(number_, next_height(), tip());
  say("makes " + world_->name(block->hash()) + " for view " + std::to_string(effect.view.value));
  inputs_.push_back(Proposed{effect.view, block});
}

void Node::carry_out(const Validate& effect) {
  const Hash hash = effect.block->hash();
  const std::string what = "validates " + world_->name(hash) + (effect.fresh ? " (fresh)" : " (prepared before)");
  if (hold_validation) {
    say(what + ": takes its time");
    held_.push_back(effect);
    return;
  }
  const bool valid = world_->is_valid(*effect.block, next_height(), tip());
  say(what + (valid ? ": valid" : ": invalid"));
  inputs_.push_back(Validated{hash, valid});
}

void Node::carry_out(const FetchBlock& effect) {
  std::size_t node = world_->node_of(committee_, effect.from);
  say("asks " + std::to_string(node) + " for " + world_->name(effect.block));
  world_->transmit({number_, node, BlockRequest{effect.block}});
}

void Node::carry_out(const Decide& effect) {
  say("DECIDES " + world_->describe(effect.certificate));
  append(std::make_shared<const CertifiedBlock>(CertifiedBlock{*effect.block, effect.certificate}));
}

void Node::carry_out(const ViewEntered& effect) { say("enters view " + std::to_string(effect.view.value)); }

void Node::append(CertifiedPtr certified) {
  world_->checker.decides(number_, *certified, committee_, world_->chain(), world_->verifier());
  blocks_.clear();
  chain_.push_back(std::move(certified));
  if (!keep_working) inputs_.push_back(WorkWaiting{false});
  enter_next_height();
}

void Node::receive(const Packet& packet, std::uint64_t now_ms) {
  if (!up()) return;
  now_ms_ = now_ms;
  if (packet.from != number_) say("< " + std::to_string(packet.from) + " " + world_->describe(packet));
  std::visit([&](const auto& body) { take(packet.from, body); }, packet.body);
  run();
}

// The fifth obligation: who is behind gets certified blocks; who is ahead by one is remembered, bounded.
void Node::take(std::size_t from, const Message& message) {
  const Height height = ballot_of(message).height;
  if (height == replica_->height()) return inputs_.push_back(Receive{message});
  if (height == replica_->height().next()) {
    auto& kept = early_[from];
    kept.push_back(message);
    if (kept.size() > kEarlyPerSender) kept.pop_front();
    return;
  }
  if (height > replica_->height() || from == number_ || height == Height{}) return;
  // Commits of the height just decided are still under way; nobody who sends them is behind.
  const bool just_decided = height.next() == replica_->height() && now_ms_ - entered_ms_ < kPatienceMs;
  if (just_decided) return;
  std::size_t last = std::min<std::size_t>(chain_.size(), height.value - 1 + kCertifiedPerAnswer);
  for (std::size_t i = height.value - 1; i < last; ++i) world_->transmit({number_, from, chain_[i]});
}

void Node::take(std::size_t from, const CertifiedPtr& certified) {
  const Block& block = certified->block;
  if (block.header.height != next_height()) return;  // of no use, or of none any more
  const Certificate& certificate = certified->certificate;
  if (block.header.parent != tip()) return say("  refused: another parent");
  if (certificate.ballot.digest != block.hash()) return say("  refused: a certificate of another block");
  if (certificate.ballot.type != VoteType::kCommit) return say("  refused: a certificate of other votes than commits");
  if (certificate.ballot.height != next_height() || certificate.ballot.round != committee_.round) {
    return say("  refused: a certificate of another height or round");
  }
  auto good = certificate.check(committee_.sorted(), world_->chain(), world_->verifier());
  if (!good) return say("  refused: " + good.error().message());
  say("SYNCS " + world_->describe(certificate) + " from " + std::to_string(from));
  inputs_.clear();
  effects_.clear();
  held_.clear();
  append(certified);
}

void Node::take(std::size_t from, const BlockRequest& request) {
  if (BlockPtr block = stored(request.block)) return world_->transmit({number_, from, BlockReply{block}});
  for (const CertifiedPtr& certified : chain_) {
    if (certified->block.hash() != request.block) continue;
    world_->transmit({number_, from, BlockReply{std::make_shared<const Block>(certified->block)}});
  }
}

void Node::take(std::size_t, const BlockReply& reply) { inputs_.push_back(BlockFetched{reply.block}); }

}  // namespace medchain::scenarios
