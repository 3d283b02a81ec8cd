#include "offline.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>

#include "maker.h"
#include "medchain/engine.h"

namespace medchain::benchmark {
namespace {

constexpr std::size_t kSenders = 1000;
constexpr std::size_t kFirstNode = 1'000'000'000;  // number of its account; of its institution and consensus key, after
constexpr double kSubmitEveryUs = 10'000;
constexpr std::uint64_t kBeganUnixMs = 1'700'000'000'000;

KeyPair node_keys(std::size_t node) { return sender(kFirstNode + 3 * node); }
KeyPair institution_keys(std::size_t node) { return sender(kFirstNode + 3 * node + 1); }
SigningKey consensus_key(std::size_t node) { return sender(kFirstNode + 3 * node + 2).signing; }

Genesis genesis_of(const OfflineOptions& options) {
  Genesis genesis;
  genesis.name = "offline";
  genesis.time_ms = kBeganUnixMs;
  genesis.parameters.committee_size = static_cast<std::uint16_t>(options.members);
  genesis.parameters.replay_window = limits::kMaxReplayWindow;
  for (std::size_t i = 0; i < options.members; ++i) {
    const KeyPair institution = institution_keys(i);
    genesis.participants.push_back(
        {institution.public_keys(), Role::kInstitution, institution.address(), "hospital", Tokens{1}, {}, {}});
    genesis.participants.push_back({node_keys(i).public_keys(), Role::kValidator, institution.address(), "node",
                                    Tokens{1}, Tokens{1}, consensus_key(i).public_key()});
  }
  const Address institution = genesis.participants.front().institution;
  for (std::size_t i = options.members; i < options.members + options.followers; ++i) {
    genesis.participants.push_back({node_keys(i).public_keys(), Role::kValidator, institution, "node", {}, {}, {}});
  }
  for (std::size_t i = 0; i < kSenders; ++i) {
    genesis.participants.push_back(
        {sender(i).public_keys(), Role::kPatient, institution, "", Tokens{1'000'000'000}, {}, {}});
  }
  return genesis;
}

// What will happen, in the order of time.
class Timeline {
 public:
  double now_us() const { return now_us_; }
  void at(double time_us, std::function<void()> what) {
    events_.emplace(std::pair(std::max(time_us, now_us_), next_++), std::move(what));
  }
  void step() {
    auto first = events_.extract(events_.begin());
    now_us_ = first.key().first;
    first.mapped()();
  }
  bool empty() const { return events_.empty(); }

 private:
  double now_us_ = 0;
  std::uint64_t next_ = 0;
  std::map<std::pair<double, std::uint64_t>, std::function<void()>> events_;
};

class OfflineNetwork {
 public:
  explicit OfflineNetwork(const OfflineOptions& options)
      : options_(options), genesis_(genesis_of(options)), maker_(genesis_.chain_id(), {.senders = kSenders}) {}

  Result<OfflineResult> run(const std::function<void(double done)>& progress);

 private:
  struct Node {
    std::unique_ptr<KeySigner> signer;
    Address address;
    MemoryStorage storage;
    std::optional<Engine> engine;
    double thread_free_us = 0, disk_free_us = 0;
    std::vector<double> cores_free_us;
    std::uint64_t tick = 0;  // the newest that is planned
  };

  Now clock() const {
    const auto ms = static_cast<std::uint64_t>(timeline_.now_us() / 1000);
    return {ms, kBeganUnixMs + 1 + ms};
  }
  bool measuring() const { return timeline_.now_us() >= warmup_us_ && timeline_.now_us() < end_us_; }

  Result<void> start();
  // On the node's thread, which takes so long over it.
  void later(std::size_t node, double cost_us, std::function<Outputs(Engine&)> call);
  void carry_out(std::size_t index, Outputs out);
  void send(std::size_t from, const Outputs::Message& message);
  void verify(std::size_t index, Outputs::Verification verification);
  void submit();
  void observe(const StoredBlock& block);

  const OfflineOptions& options_;
  Genesis genesis_;
  Maker maker_;
  Timeline timeline_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::map<Address, std::size_t> numbers_;
  std::unordered_map<TxId, double> submitted_us_;
  double warmup_us_ = 0, end_us_ = 0, owed_ = 0;
  std::uint64_t made_ = 0, calls_ = 0, sent_ = 0;
  OfflineResult result_;
};

Result<void> OfflineNetwork::start() {
  for (std::size_t i = 0; i < options_.members + options_.followers; ++i) {
    auto node = std::make_unique<Node>();
    node->address = node_keys(i).address();
    node->cores_free_us.resize(options_.cores);
    EngineConfig config;
    config.genesis = genesis_;
    config.self = node->address;
    if (i < options_.members) {
      node->signer = std::make_unique<KeySigner>(consensus_key(i));
      config.consensus_key = node->signer.get();
      config.begin_vote_log = true;
    }
    auto engine = Engine::start(std::move(config), node->storage, clock());
    if (!engine) return engine.error();
    node->engine.emplace(std::move(*engine));
    numbers_[node->address] = i;
    nodes_.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    carry_out(i, nodes_[i]->engine->begin(clock()));
    for (std::size_t j = 0; j < nodes_.size(); ++j) {
      if (i != j) carry_out(i, nodes_[i]->engine->peer_connected(nodes_[j]->address, clock()));
    }
  }
  return {};
}

void OfflineNetwork::later(std::size_t index, double cost_us, std::function<Outputs(Engine&)> call) {
  Node& node = *nodes_[index];
  node.thread_free_us = std::max(node.thread_free_us, timeline_.now_us()) + cost_us;
  timeline_.at(node.thread_free_us,
               [this, index, call = std::move(call)] { carry_out(index, call(*nodes_[index]->engine)); });
}

void OfflineNetwork::carry_out(std::size_t index, Outputs out) {
  Node& node = *nodes_[index];
  MEDCHAIN_ASSERT(!out.halted, "a node of a simulated network that halts");
  for (Outputs::Write& write : out.writes) {
    auto written = node.storage.write(write.batch, write.sync);
    MEDCHAIN_ASSERT(written.ok(), "memory that cannot be written to");
    if (!write.sync) continue;
    node.disk_free_us = std::max(node.disk_free_us, timeline_.now_us()) + options_.sync_us;
    timeline_.at(node.disk_free_us, [this, index, token = write.token] {
      later(index, 0, [this, token](Engine& engine) { return engine.durable(token, clock()); });
    });
  }
  for (Outputs::Verification& verification : out.verifications) verify(index, std::move(verification));
  for (const Outputs::Message& message : out.messages) send(index, message);
  if (index + 1 == nodes_.size()) {
    for (const auto& block : out.committed) observe(*block);
  }
  const std::uint64_t planned = ++node.tick;
  if (!out.tick_at_ms) return;
  timeline_.at(std::max(static_cast<double>(*out.tick_at_ms) * 1000, timeline_.now_us() + 1000),
               [this, index, planned] {
                 if (nodes_[index]->tick != planned) return;
                 later(index, 0, [this](Engine& engine) { return engine.tick(clock()); });
               });
}

void OfflineNetwork::send(std::size_t from, const Outputs::Message& message) {
  for (std::size_t to = 0; to < nodes_.size(); ++to) {
    if (to == from || (message.to && numbers_.at(*message.to) != to)) continue;
    if (measuring()) {
      ++result_.messages;
      result_.bytes += message.bytes->size();
    }
    const double spread = 1 + 0.2 * static_cast<double>(sent_++ * 7919 % 100) / 100;
    const double cost_us = options_.message_us + static_cast<double>(message.bytes->size()) * options_.byte_ns / 1000;
    timeline_.at(timeline_.now_us() + options_.delay_us * spread, [this, from, to, cost_us, bytes = message.bytes] {
      later(to, cost_us,
            [this, from, bytes](Engine& engine) { return engine.receive(nodes_[from]->address, *bytes, clock()); });
    });
  }
}

void OfflineNetwork::verify(std::size_t index, Outputs::Verification verification) {
  std::vector<double>& cores = nodes_[index]->cores_free_us;
  for (std::size_t job = 0; job < verification.jobs.size(); ++job) {
    double& core = *std::min_element(cores.begin(), cores.end());
    core = std::max(core, timeline_.now_us()) + options_.verify_us;
  }
  const double done_us = *std::max_element(cores.begin(), cores.end());
  timeline_.at(done_us, [this, index, token = verification.token, count = verification.jobs.size()] {
    later(index, 0, [this, token, count](Engine& engine) {
      return engine.verified(token, std::vector<Result<void>>(count), clock());
    });
  });
}

void OfflineNetwork::submit() {
  owed_ += options_.rate * kSubmitEveryUs / 1e6;
  std::vector<Submission> batch;
  for (; owed_ >= 1; owed_ -= 1) {
    const Height until{nodes_.back()->engine->height().value + genesis_.parameters.replay_window};
    Made made = maker_.make(made_++, until);
    submitted_us_.emplace(made.id, timeline_.now_us());
    batch.push_back(std::move(made.submission));
  }
  if (!batch.empty()) {
    later(calls_++ % options_.members, options_.message_us,
          [this, batch = std::move(batch)](Engine& engine) { return engine.submit(calls_, batch, clock()); });
  }
  if (timeline_.now_us() < end_us_) timeline_.at(timeline_.now_us() + kSubmitEveryUs, [this] { submit(); });
}

void OfflineNetwork::observe(const StoredBlock& block) {
  if (measuring()) ++result_.blocks;
  for (const Receipt& receipt : block.receipts) {
    auto found = submitted_us_.find(receipt.id);
    if (found == submitted_us_.end()) continue;
    if (measuring()) {
      ++result_.final;
      result_.latencies_ms.push_back(static_cast<float>((timeline_.now_us() - found->second) / 1000));
    }
    submitted_us_.erase(found);
  }
}

Result<OfflineResult> OfflineNetwork::run(const std::function<void(double done)>& progress) {
  warmup_us_ = options_.seconds * 1e5;
  end_us_ = warmup_us_ + options_.seconds * 1e6;
  MEDCHAIN_TRY(start());
  submit();
  double told_us = 0;
  while (!timeline_.empty() && timeline_.now_us() < end_us_) {
    timeline_.step();
    if (timeline_.now_us() < told_us) continue;
    progress(timeline_.now_us() / end_us_);
    told_us = timeline_.now_us() + end_us_ / 100;
  }
  for (const auto& node : nodes_) {
    result_.view_changes = std::max(result_.view_changes, node->engine->counters().view_changes);
  }
  return result_;
}

}  // namespace

Result<OfflineResult> run_offline(const OfflineOptions& options, const std::function<void(double done)>& progress) {
  return OfflineNetwork(options).run(progress);
}

}  // namespace medchain::benchmark
