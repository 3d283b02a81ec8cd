#include "script.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace medchain::scenarios {

namespace {

constexpr int kMostSteps = 200'000;  // a script that takes more has found an endless exchange

bool is_outcome(const std::string& line) {
  for (const char* word : {": DECIDES", ": SYNCS", ": enters view", ": asks", "refused", "crashes", "error"}) {
    if (line.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::string Script::run(const std::string& line) {
  output_.clear();
  quiet_ = false;
  try {
    execute(Command::parse(line));
  } catch (const std::exception& e) {
    output_ += std::string("error: ") + e.what() + "\n";
  }
  if (!clean()) output_ += "VIOLATION: " + world_->checker.violations().front() + "\n";
  return output_.empty() ? "ok\n" : output_;
}

void Script::print(const std::string& line) {
  if (!quiet_ || is_outcome(line)) output_ += line + "\n";
}

void Script::execute(const Command& command) {
  quiet_ = command.has("quiet");
  if (command.name == "network") return network(command);
  if (!world_) throw std::runtime_error("a script begins with: network");
  static const std::map<std::string, void (Script::*)(const Command&)> kCommands = {
      {"deliver", &Script::deliver}, {"drop", &Script::drop},         {"duplicate", &Script::duplicate},
      {"advance", &Script::advance}, {"run", &Script::advance},       {"make", &Script::make},
      {"send", &Script::send},       {"validate", &Script::validate}, {"start", &Script::nodes},
      {"crash", &Script::nodes},     {"crash-after", &Script::nodes}, {"work", &Script::nodes},
      {"idle", &Script::nodes},      {"hold", &Script::nodes},        {"release", &Script::nodes}};
  if (auto found = kCommands.find(command.name); found != kCommands.end()) return (this->*found->second)(command);
  if (command.name == "lose") return lost_.push_back(filter(command));
  if (command.name == "heal") return lost_.clear();
  if (command.name == "status") return status();
  if (command.name == "queue") return queue();
  throw std::runtime_error("an unknown command: " + command.name);
}

void Script::network(const Command& command) {
  Settings settings;
  settings.members = std::stoul(command.words.at(0));
  settings.rotate = command.has("rotate");
  settings.config.idle_ms = command.number("idle", 1000);
  settings.config.view_timeout_ms = command.number("timeout", 1000);
  settings.config.max_view_timeout_ms = command.number("max", 20'000);
  settings.config.resend_ms = command.number("resend", 500);
  nodes_.clear();
  queue_.clear();
  lost_.clear();
  now_ms_ = 0;
  world_ = std::make_unique<World>(settings);
  world_->trace = [this](const std::string& line) { print(line); };
  world_->transmit = [this](Packet packet) {
    if (packet.from == packet.to) return local_.push_back(std::move(packet));
    bool lost = std::ranges::any_of(lost_, [&](const Filter& f) { return matches(f, packet); });
    if (!lost) queue_.push_back(std::move(packet));
  };
  for (std::size_t i = 0; i < settings.members; ++i) nodes_.emplace_back(*world_, i);
  auto without = command.option("without") ? numbers(*command.option("without")) : std::set<std::size_t>{};
  for (Node& node : nodes_) {
    if (!without.contains(node.number())) node.start(now_ms_);
  }
  settle();
}

void Script::settle() {
  for (int step = 0; !local_.empty(); ++step) {
    if (step > kMostSteps) throw std::runtime_error("no end of messages to oneself");
    Packet packet = std::move(local_.front());
    local_.pop_front();
    nodes_[packet.to].receive(packet, now_ms_);
  }
}

void Script::deliver_matching(const Filter& filter) {
  for (int step = 0;; ++step) {
    if (step > kMostSteps) throw std::runtime_error("no end of messages");
    auto next = std::ranges::find_if(queue_, [&](const Packet& p) { return matches(filter, p); });
    if (next == queue_.end()) return;
    Packet packet = std::move(*next);
    queue_.erase(next);
    nodes_[packet.to].receive(packet, now_ms_);
    settle();
  }
}

void Script::deliver(const Command& command) { deliver_matching(filter(command)); }

void Script::drop(const Command& command) {
  Filter chosen = filter(command);
  auto dropped = std::erase_if(queue_, [&](const Packet& p) { return matches(chosen, p); });
  print("dropped " + std::to_string(dropped));
}

void Script::duplicate(const Command& command) {
  Filter chosen = filter(command);
  std::vector<Packet> again;
  std::ranges::copy_if(queue_, std::back_inserter(again), [&](const Packet& p) { return matches(chosen, p); });
  std::ranges::copy(again, std::back_inserter(queue_));
  print("duplicated " + std::to_string(again.size()));
}

bool Script::tick_due(std::uint64_t until_ms) {
  std::uint64_t next = until_ms + 1;
  for (const Node& node : nodes_) next = std::min(next, std::max(now_ms_, node.deadline_ms().value_or(next)));
  if (next > until_ms) return false;
  if (next > now_ms_) print("-- " + std::to_string(next) + " ms");
  now_ms_ = next;
  for (Node& node : nodes_) {
    if (node.deadline_ms().value_or(next + 1) > next) continue;
    node.tick(now_ms_);
    settle();
  }
  return true;
}

// advance MS: the clock only. run MS: whatever is sent meanwhile arrives, too.
void Script::advance(const Command& command) {
  const bool delivers = command.name == "run";
  const std::uint64_t until_ms = now_ms_ + std::stoull(command.words.at(0));
  if (delivers) deliver_matching({});
  for (int step = 0; tick_due(until_ms); ++step) {
    if (step > kMostSteps) throw std::runtime_error("no end of ticks");
    if (delivers) deliver_matching({});
  }
  now_ms_ = until_ms;
}

// make PRODUCER [height=H] [lie]: a block on top of the longest chain.
void Script::make(const Command& command) {
  auto length = [](const Node& node) { return node.chain().size(); };
  const auto& chain = std::ranges::max_element(nodes_, {}, length)->chain();
  Height height{command.number("height", chain.size() + 1)};
  bool known = height.value >= 2 && height.value - 2 < chain.size();
  Hash parent = known ? chain[height.value - 2]->block.hash() : world_->genesis();
  BlockPtr block = world_->make_block(std::stoul(command.words.at(0)), height, parent, command.has("lie"));
  print(world_->name(block->hash()));
}

void Script::nodes(const Command& command) {
  std::string list = command.words.at(0);
  for (std::size_t number : numbers(list)) {
    Node& node = nodes_.at(number);
    if (command.name == "start") node.start(now_ms_);
    if (command.name == "crash") node.crash();
    if (command.name == "crash-after") node.crash_after(command.number("effects", 0));
    if (command.name == "work") node.set_work(true, now_ms_);
    if (command.name == "idle") node.set_work(false, now_ms_);
    if (command.name == "hold") node.hold_validation = true;
    if (command.name == "release") node.hold_validation = false;
    settle();
  }
}

void Script::validate(const Command& command) {
  nodes_.at(std::stoul(command.words.at(0))).answer_validation(command.has("valid"), now_ms_);
  settle();
}

void Script::status() {
  for (const Node& node : nodes_) {
    std::string line = std::to_string(node.number()) + ": ";
    if (!node.up()) {
      print(line + "down");
      continue;
    }
    line += "height " + std::to_string(node.replica().height().value) + ", view " +
            std::to_string(node.replica().view().value) + ", chain";
    for (const CertifiedPtr& certified : node.chain()) line += " " + world_->name(certified->block.hash());
    print(line);
  }
}

void Script::queue() {
  for (const Packet& p : queue_) {
    print(std::to_string(p.from) + " > " + std::to_string(p.to) + " " + world_->describe(p));
  }
}

std::set<std::size_t> Script::numbers(const std::string& list) const {
  std::set<std::size_t> found;
  if (list == "all") {
    for (const Node& node : nodes_) found.insert(node.number());
    return found;
  }
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) {
    std::size_t number = std::stoul(part);
    if (number >= nodes_.size()) throw std::runtime_error("there is no node " + part);
    found.insert(number);
  }
  return found;
}

Filter Script::filter(const Command& command) const {
  Filter filter;
  if (auto from = command.option("from")) filter.from = numbers(*from);
  if (auto to = command.option("to")) filter.to = numbers(*to);
  if (auto view = command.option("view")) filter.view = std::stoull(*view);
  filter.block = command.option("block");
  std::istringstream in(command.option("type").value_or(""));
  for (std::string type; std::getline(in, type, ',');) filter.types.insert(type);
  return filter;
}

bool Script::matches(const Filter& filter, const Packet& packet) const {
  if (!filter.from.empty() && !filter.from.contains(packet.from)) return false;
  if (!filter.to.empty() && !filter.to.contains(packet.to)) return false;
  const std::string text = world_->describe(packet);
  if (!filter.types.empty() && !filter.types.contains(text.substr(0, text.find(' ')))) return false;
  const auto* message = std::get_if<consensus::Message>(&packet.body);
  if (filter.view && (!message || consensus::ballot_of(*message).view.value != *filter.view)) return false;
  if (filter.block && (!message || world_->name(consensus::ballot_of(*message).digest) != *filter.block)) return false;
  return true;
}

}  // namespace medchain::scenarios
