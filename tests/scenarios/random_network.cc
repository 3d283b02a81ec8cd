#include "random_network.h"

#include <algorithm>

namespace medchain::scenarios {

namespace {

constexpr std::uint64_t kTroubleMs = 6'000;
constexpr std::uint64_t kTroubleEveryMs = 50;
constexpr std::uint64_t kHealedMs = 120'000;  // by then everybody has decided kProgress further heights
constexpr std::size_t kProgress = 5;
constexpr std::size_t kMostEffects = 64;  // of one step, whatever came in

Settings settings_of(std::size_t members) {
  Settings settings;
  settings.members = members;
  settings.rotate = true;
  settings.config.idle_ms = 100;
  settings.config.view_timeout_ms = 200;
  settings.config.max_view_timeout_ms = 3'200;
  settings.config.resend_ms = 100;
  return settings;
}

std::set<std::size_t> some_nodes(std::size_t members, std::size_t count, Rng& rng) {
  std::set<std::size_t> chosen;
  while (chosen.size() < count) chosen.insert(rng.below(members));
  return chosen;
}

}  // namespace

RandomNetwork::RandomNetwork(std::uint64_t seed, std::size_t members, std::size_t byzantine)
    : rng_(seed),
      world_(settings_of(members)),
      adversary_(world_, some_nodes(members, byzantine, rng_), rng_),
      side_(members, 0),
      loss_percent_(rng_.below(30)),
      duplicate_percent_(rng_.below(15)),
      crash_percent_(rng_.below(12)),
      partition_percent_(rng_.below(8)),
      most_delay_ms_(5 + rng_.below(300)) {
  world_.transmit = [this](Packet packet) { transmit(std::move(packet)); };
  for (std::size_t i = 0; i < members; ++i) nodes_.emplace_back(world_, i);
  for (Node& node : nodes_) {
    node.keep_working = rng_.chance(80);
    if (!adversary_.controls(node.number())) node.start(now_ms_);
  }
}

void RandomNetwork::transmit(Packet packet) {
  const bool own = packet.from == packet.to;
  if (!own && !healed_) {
    if (side_[packet.from] != side_[packet.to] || rng_.chance(loss_percent_)) {
      ++accidents_.losses;
      return;
    }
    if (rng_.chance(duplicate_percent_)) {
      ++accidents_.duplicates;
      packets_.emplace(now_ms_ + rng_.below(10 * most_delay_ms_), packet);
    }
  }
  std::uint64_t delay = own ? rng_.below(5) : healed_ ? 1 + rng_.below(20) : 1 + rng_.below(most_delay_ms_);
  packets_.emplace(now_ms_ + delay, std::move(packet));
}

void RandomNetwork::deliver(Packet packet) {
  if (adversary_.controls(packet.to)) {
    adversary_.see(packet);
    if (rng_.chance(20)) act();
    return;
  }
  Node& node = nodes_[packet.to];
  // Messages to itself die with the node; those of others may arrive after its restart.
  if (!healed_ && node.up() && rng_.chance(crash_percent_) && rng_.chance(20)) node.crash_after(rng_.below(4));
  node.receive(packet, now_ms_);
}

void RandomNetwork::act() {
  auto length = [](const Node& node) { return node.chain().size(); };
  const Node& first = *std::ranges::max_element(nodes_, {}, length);
  adversary_.act(Height{first.chain().size() + 1}, first.tip());
}

std::size_t RandomNetwork::highest() const {
  std::size_t most = 0;
  for (const Node& node : nodes_) most = std::max(most, node.chain().size());
  return most;
}

std::size_t RandomNetwork::lowest() const {
  std::size_t least = highest();
  for (const Node& node : nodes_) {
    if (!adversary_.controls(node.number())) least = std::min(least, node.chain().size());
  }
  return least;
}

void RandomNetwork::restart(std::size_t number) {
  restarts_.erase(number);
  std::erase_if(packets_, [&](const auto& p) { return p.second.from == number && p.second.to == number; });
  nodes_[number].start(now_ms_);
}

void RandomNetwork::make_trouble() {
  for (Node& node : nodes_) {
    if (adversary_.controls(node.number())) continue;
    if (!node.up() && !restarts_.contains(node.number())) {
      ++accidents_.crashes;
      restarts_[node.number()] = now_ms_ + rng_.below(1000);
    } else if (node.up() && rng_.chance(crash_percent_) && rng_.chance(20)) {
      node.crash(rng_.chance(50));
    } else if (!node.up() && restarts_[node.number()] <= now_ms_) {
      restart(node.number());
    }
  }
  if (rng_.chance(partition_percent_)) {
    ++accidents_.partitions;
    for (std::size_t& side : side_) side = rng_.below(2);
  } else if (rng_.chance(10)) {
    std::ranges::fill(side_, 0);
  }
}

void RandomNetwork::heal() {
  healed_ = true;
  for (Node& node : nodes_) {
    if (adversary_.controls(node.number())) continue;
    node.crash_after(std::nullopt);
    if (!node.up()) restart(node.number());
  }
}

// The next thing that happens, in the order of time; false when nothing does before `until_ms`.
bool RandomNetwork::step(std::uint64_t until_ms) {
  std::uint64_t next = std::min(until_ms, next_trouble_ms_);
  if (!packets_.empty()) next = std::min(next, packets_.begin()->first);
  for (const Node& node : nodes_) next = std::min(next, node.deadline_ms().value_or(next));
  now_ms_ = std::max(now_ms_, next);
  if (now_ms_ >= until_ms) return false;
  if (next_trouble_ms_ <= now_ms_) {
    next_trouble_ms_ = now_ms_ + kTroubleEveryMs;
    if (!healed_) make_trouble();
    act();
  }
  if (!packets_.empty() && packets_.begin()->first <= now_ms_) {
    Packet packet = std::move(packets_.begin()->second);
    packets_.erase(packets_.begin());
    deliver(std::move(packet));
  }
  for (Node& node : nodes_) {
    if (node.deadline_ms().value_or(until_ms) <= now_ms_) node.tick(now_ms_);
  }
  return true;
}

std::string RandomNetwork::run() {
  while (step(kTroubleMs)) {
  }
  heal();
  const std::size_t goal = highest() + kProgress;
  while (world_.checker.violations().empty() && lowest() < goal && step(kTroubleMs + kHealedMs)) {
  }
  accidents_.byzantine_messages = adversary_.messages();
  accidents_.views_changed = world_.checker.view_changes();
  accidents_.heights = world_.checker.heights();
  if (!world_.checker.violations().empty()) return world_.checker.violations().front();
  if (lowest() < goal) return "only " + std::to_string(lowest()) + " of " + std::to_string(goal) + " heights decided";
  return bounds_broken();
}

std::string RandomNetwork::bounds_broken() const {
  for (const Node& node : nodes_) {
    if (node.most_effects() > kMostEffects) return "a step gave " + std::to_string(node.most_effects()) + " effects";
  }
  return "";
}

}  // namespace medchain::scenarios
