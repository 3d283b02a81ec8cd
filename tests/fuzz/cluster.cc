#include "cluster.h"

#include <algorithm>

namespace medchain::fuzz {
namespace {

constexpr std::uint64_t kStepMs = 5;
constexpr std::uint64_t kMaxSteps = 100'000;

}  // namespace

Cluster::Cluster(const test::TestGenesis& made) : now_{0, made.genesis.time_ms} {
  for (const test::TestValidator& validator : made.validators) {
    signers_.push_back(std::make_unique<KeySigner>(validator.consensus.clone()));
    addresses_.push_back(validator.node.address());
    EngineConfig config{.genesis = made.genesis, .self = addresses_.back(), .consensus_key = signers_.back().get()};
    config.state_flush_heights = 4;
    config.begin_vote_log = true;
    nodes_.push_back(std::make_unique<Node>(std::move(config), now_));
  }
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
      if (other != node) connect(node, other);
    }
  }
  deliver_all();
}

void Cluster::connect(std::size_t node, std::size_t other) {
  if (node == 0) events_.push_back({Event::Kind::kConnected, now_, other, nullptr});
  nodes_[node]->host.run([&](Engine& engine) { return engine.peer_connected(addresses_[other], now_); });
  collect(node);
}

void Cluster::submit(const SignedTransaction& transaction, Payload payload) {
  const std::size_t last = nodes_.size() - 1;
  nodes_[last]->host.run([&](Engine& engine) {
    return engine.submit(next_ticket_++, {{bcs::encode(transaction), std::move(payload)}}, now_);
  });
  collect(last);
  deliver_all();
}

void Cluster::run_until(Height height) {
  auto behind = [&](const auto& node) { return node->host.engine().height() < height; };
  for (std::uint64_t steps = 0; std::ranges::any_of(nodes_, behind); ++steps) {
    MEDCHAIN_ASSERT(steps < kMaxSteps, "a network without faults that does not go on");
    step();
  }
}

void Cluster::step() {
  now_.monotonic_ms += kStepMs;
  now_.unix_ms += kStepMs;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    EngineHost& host = nodes_[i]->host;
    host.now = now_;
    if (!host.tick_at_ms || *host.tick_at_ms > now_.monotonic_ms) continue;
    if (i == 0) events_.push_back({Event::Kind::kTick, now_, 0, nullptr});
    host.run([&](Engine& engine) { return engine.tick(now_); });
    collect(i);
  }
  deliver_all();
}

void Cluster::collect(std::size_t from) {
  EngineHost& host = nodes_[from]->host;
  for (const Outputs::Message& message : std::exchange(host.messages, {})) {
    for (std::size_t to = 0; to < nodes_.size(); ++to) {
      const bool meant = !message.to || addresses_[to] == *message.to;
      if (to != from && meant) letters_.push_back({from, to, message.bytes});
    }
  }
}

void Cluster::deliver_all() {
  while (!letters_.empty()) {
    Letter letter = std::move(letters_.front());
    letters_.pop_front();
    if (letter.to == 0) events_.push_back({Event::Kind::kMessage, now_, letter.from, letter.bytes});
    nodes_[letter.to]->host.run(
        [&](Engine& engine) { return engine.receive(addresses_[letter.from], *letter.bytes, now_); });
    collect(letter.to);
  }
}

}  // namespace medchain::fuzz
