#include "simulation.h"

#include <algorithm>

#include "checkers.h"
#include "workload.h"

namespace medchain::simulation {
namespace {

constexpr std::uint64_t kRequestEveryMs = 30;
constexpr std::uint64_t kDeedEveryMs = 60;
constexpr std::uint64_t kSettleMs = 5'000;     // after healing: the longest back-off passes
constexpr std::uint64_t kPatienceMs = 90'000;  // until all must have caught up

class World final : public Surroundings {
 public:
  World(const Plan& plan, const Trace& trace);
  Outcome run();

  void says(const Host& host, const Outputs& outputs) override;
  void send(std::size_t host, const Outputs::Message& message) override;
  void committed(Host& host, const std::vector<std::shared_ptr<const StoredBlock>>& blocks) override;
  void recovered(Host& host) override;
  void came_up(std::size_t host) override;
  void went_down(std::size_t host) override;
  void failed(std::size_t host, const std::string& what) override;

 private:
  bool honest(std::size_t host) const { return !plan_.is_byzantine(host); }
  std::vector<Host*> hosts();
  void begin(const Fault& fault);
  void end(const Fault& fault);
  void lose_disk(const Fault& fault);
  void heal();
  void keep_asking();
  void keep_lying();
  bool run_until(std::uint64_t time_ms);
  std::string missing() const;
  void judge();
  void say_where_all_are() const;
  Counts counts() const;
  std::size_t barred() const;  // of the Byzantine nodes, by evidence
  void say(const std::string& line) const {
    if (trace_) trace_(events_.now_ms(), line);
  }

  const Plan& plan_;
  const Trace& trace_;
  const Cast& cast_;
  Events events_;
  Checkers checkers_;
  Network network_;
  Adversary adversary_;
  std::vector<std::unique_ptr<Host>> owned_;
  Workload workload_;
  bool healed_ = false;
  Counts counts_;
};

World::World(const Plan& plan, const Trace& trace)
    : plan_(plan),
      trace_(trace),
      cast_(cast_of(plan.members, plan.candidates, plan.hospitals, plan.real_signatures)),
      checkers_(
          cast_,
          [&] {
            std::map<Address, std::size_t> honest;
            for (std::size_t host = 0; host < plan.hosts(); ++host) {
              if (!plan.is_byzantine(host)) honest[cast_.node(plan.hospital_of(host)).address] = host;
            }
            return honest;
          }(),
          plan.byzantine.size()),
      network_(events_, plan.seed * 3 + 1, plan.hosts()),
      adversary_(plan, cast_, plan.seed * 5 + 2),
      owned_([&] {
        std::vector<std::unique_ptr<Host>> made;
        for (std::size_t number = 0; number < plan.hosts(); ++number) {
          const std::size_t hospital = plan.hospital_of(number);
          Host::Identity identity{number, cast_.node(hospital).address, nullptr, cast_.node(hospital).signer.get()};
          if (cast_.is_candidate(hospital)) identity.consensus_key = &cast_.consensus_key(hospital, 0);
          made.push_back(std::make_unique<Host>(events_, *this, cast_, identity, plan.seed * 7 + number));
        }
        return made;
      }()),
      workload_(plan, cast_, events_, checkers_, hosts(), plan.seed * 11 + 3) {
  network_.connect(hosts(), &adversary_);
  adversary_.connect(hosts(), &network_);
}

std::vector<Host*> World::hosts() {
  std::vector<Host*> all;
  for (const auto& host : owned_) all.push_back(host.get());
  return all;
}

void World::says(const Host& host, const Outputs& outputs) {
  if (!honest(host.number())) return;
  // A host that begins a round may pass on at once what others said in it: evidence against them.
  for (const auto& stored : outputs.committed) checkers_.foresees(host, *stored);
  for (const Outputs::Message& message : outputs.messages) checkers_.sends(host, message.bytes);
}

void World::send(std::size_t host, const Outputs::Message& message) { network_.send(host, message); }

void World::committed(Host& host, const std::vector<std::shared_ptr<const StoredBlock>>& blocks) {
  const Certificate& last = blocks.back()->certified.certificate;
  say("host " + std::to_string(host.number()) + " holds height " + std::to_string(last.ballot.height.value) +
      " final, view " + std::to_string(last.ballot.view.value) + ", " + std::to_string(blocks.back()->receipts.size()) +
      " transactions, " + last.ballot.digest.hex().substr(0, 8));
  if (honest(host.number())) checkers_.commits(host, blocks, cast_.genesis().time_ms + 1'000 + events_.now_ms());
}

// A crash may fall between a final block's way to the disk and the report of it.
void World::recovered(Host& host) {
  std::vector<std::shared_ptr<const StoredBlock>> unreported;
  for (Height at = checkers_.highest().next(); at <= host.engine().height(); at = at.next()) {
    if (auto stored = host.engine().store().block(at); stored && *stored) {
      unreported.push_back(std::make_shared<const StoredBlock>(std::move(**stored)));
    }
  }
  if (!unreported.empty()) committed(host, unreported);
}

void World::came_up(std::size_t host) {
  say("host " + std::to_string(host) + " is up at height " + std::to_string(owned_[host]->engine().height().value));
  network_.came_up(host);
}

void World::went_down(std::size_t host) {
  say("host " + std::to_string(host) + " is down");
  ++counts_.crashes;
  network_.went_down(host);
  // Whatever the reason, somebody starts it again.
  if (!healed_) return;
  events_.after(500, [this, host] { owned_[host]->start(); });
}

void World::failed(std::size_t host, const std::string& what) {
  say("host " + std::to_string(host) + " fails: " + what);
  if (honest(host)) checkers_.violation(host, what);
}

void World::lose_disk(const Fault& fault) {
  ++counts_.disks_lost;
  Host& host = *owned_[fault.host];
  host.crash();
  host.disk().lose_everything();
}

void World::begin(const Fault& fault) {
  if (healed_ && fault.kind != FaultKind::kMisbehave) return;
  say("fault begins: " + describe(fault));
  Host& host = *owned_[fault.host];
  switch (fault.kind) {
    case FaultKind::kLoss: return network_.set_loss(fault.amount);
    case FaultKind::kDelay: return network_.set_delay(fault.amount);
    case FaultKind::kDuplicate: return network_.set_duplicates(fault.amount);
    case FaultKind::kLoseCommits: return network_.set_lost_commits(fault.amount);
    case FaultKind::kPartition: return ++counts_.partitions, network_.set_partition(fault.amount);
    case FaultKind::kOneWay:
      ++counts_.partitions;
      return fault.amount == 0 ? network_.set_mute(fault.host, true) : network_.set_deaf(fault.host, true);
    case FaultKind::kDisconnect: return ++counts_.disconnections, network_.set_disconnected(fault.host, true);
    case FaultKind::kCrash: return host.crash_after(fault.amount);
    case FaultKind::kStop: return host.stop(true);
    case FaultKind::kSlow: return host.set_slow(fault.amount);
    case FaultKind::kSlowDisk: return host.set_disk_latency(fault.amount);
    case FaultKind::kDiskFull: return host.disk().refuse_writes(true);
    case FaultKind::kReadErrors: return host.disk().refuse_reads(true);
    case FaultKind::kLoseDisk: return lose_disk(fault);
    case FaultKind::kClockRate: return ++counts_.clock_faults, host.clock().run_at(fault.amount, events_.now_ms());
    case FaultKind::kClockJump:
      ++counts_.clock_faults;
      return host.clock().jump(static_cast<std::int64_t>(fault.amount) - 100'000);
    case FaultKind::kStayAway: return;
    case FaultKind::kMisbehave: return adversary_.begin(fault.host, static_cast<Behaviour>(fault.amount));
  }
}

void World::end(const Fault& fault) {
  if (fault.kind == FaultKind::kMisbehave) {
    return adversary_.end(fault.host, static_cast<Behaviour>(fault.amount));
  }
  if (healed_) return;
  say("fault ends: " + describe(fault));
  Host& host = *owned_[fault.host];
  switch (fault.kind) {
    case FaultKind::kLoss: return network_.set_loss(0);
    case FaultKind::kDelay: return network_.set_delay(0);
    case FaultKind::kDuplicate: return network_.set_duplicates(0);
    case FaultKind::kLoseCommits: return network_.set_lost_commits(0);
    case FaultKind::kPartition: return network_.set_partition(0);
    case FaultKind::kOneWay: network_.set_mute(fault.host, false); return network_.set_deaf(fault.host, false);
    case FaultKind::kDisconnect: return network_.set_disconnected(fault.host, false);
    case FaultKind::kStop: return host.stop(false);
    case FaultKind::kSlow: return host.set_slow(0);
    case FaultKind::kSlowDisk: return host.set_disk_latency(2);
    case FaultKind::kDiskFull: host.disk().refuse_writes(false); return host.start();
    case FaultKind::kReadErrors: host.disk().refuse_reads(false); return host.start();
    case FaultKind::kClockRate: return host.clock().run_at(1'000, events_.now_ms());
    case FaultKind::kLoseDisk:
      host.start();
      if (cast_.is_candidate(fault.host)) workload_.replace_consensus_key(fault.host);
      return;
    case FaultKind::kCrash:
    case FaultKind::kStayAway: return host.start();
    default: return;
  }
}

void World::heal() {
  healed_ = true;
  say("everything heals");
  network_.heal();
  for (const auto& host : owned_) {
    host->disk().refuse_reads(false);
    host->disk().refuse_writes(false);
    host->set_slow(0);
    host->set_disk_latency(2);
    host->clock().run_at(1'000, events_.now_ms());
    // A follower needs no clock: one whose clock stays wrong must follow all the same.
    if (cast_.is_candidate(plan_.hospital_of(host->number()))) host->clock().set_right(events_.now_ms());
    host->stop(false);
    host->start();
  }
}

void World::keep_asking() {
  if (!healed_) workload_.act();
  workload_.insist();
  events_.after(kRequestEveryMs, [this] { keep_asking(); });
}

void World::keep_lying() {
  adversary_.act();
  events_.after(kDeedEveryMs, [this] { keep_lying(); });
}

bool World::run_until(std::uint64_t time_ms) {
  while (checkers_.first_violation().empty() && events_.step(time_ms)) {
  }
  return checkers_.first_violation().empty();
}

std::string World::missing() const {
  for (const auto& host : owned_) {
    if (!honest(host->number())) continue;
    if (auto lacks = checkers_.lacks(*host); !lacks.empty()) {
      return "host " + std::to_string(host->number()) + " lacks " + lacks;
    }
  }
  return workload_.probes_missing();
}

void World::judge() {
  for (const auto& host : owned_) {
    if (honest(host->number())) checkers_.at_end(*host);
  }
  if (auto late = workload_.probe_too_late(); !late.empty()) checkers_.violation(0, late);
}

void World::say_where_all_are() const {
  for (const auto& host : owned_) {
    if (!host->up()) continue;
    const Engine& engine = host->engine();
    const auto member = engine.committee().index_of(host->identity().self);
    say("host " + std::to_string(host->number()) + ": height " + std::to_string(engine.height().value) + ", view " +
        std::to_string(engine.view().value) + ", round " + std::to_string(engine.committee().round.value) +
        (member ? ", member " + std::to_string(*member) : ", no member") +
        (member && !engine.is_producer() ? " whose key is not here" : "") + ", " +
        std::to_string(engine.mempool_size()) + " transactions wait");
  }
}

Outcome World::run() {
  for (const auto& host : owned_) {
    const bool stays_away = std::ranges::any_of(plan_.faults, [&](const Fault& fault) {
      return fault.kind == FaultKind::kStayAway && fault.host == host->number();
    });
    if (!stays_away) host->start();
  }
  for (const Fault& fault : plan_.faults) {
    events_.at(fault.at_ms, [this, &fault] { begin(fault); });
    if (fault.lasts_ms > 0) events_.at(fault.at_ms + fault.lasts_ms, [this, &fault] { end(fault); });
  }
  keep_asking();
  keep_lying();
  if (run_until(plan_.trouble_ms)) heal();
  if (run_until(plan_.trouble_ms + kSettleMs)) workload_.begin_probes();
  const std::uint64_t limit_ms = plan_.trouble_ms + kSettleMs + kPatienceMs;
  while (run_until(std::min(events_.now_ms() + 100, limit_ms)) && events_.now_ms() < limit_ms && !missing().empty()) {
  }
  if (checkers_.first_violation().empty()) {
    if (auto what = missing(); !what.empty()) {
      checkers_.violation(0, "no progress after everything healed: " + what);
      say_where_all_are();
    } else {
      judge();
    }
  }
  return {checkers_.first_violation(), counts(), network_.fingerprint()};
}

std::size_t World::barred() const {
  std::size_t most = 0;
  for (const auto& host : owned_) {
    if (!honest(host->number()) || !host->up()) continue;
    const auto known = std::ranges::count_if(plan_.byzantine, [&](std::size_t liar) {
      return host->engine().state().barred(cast_.node(liar).address).has_value();
    });
    most = std::max(most, static_cast<std::size_t>(known));
  }
  return most;
}

Counts World::counts() const {
  Counts counts = counts_;
  counts.seeds = 1;
  counts.blocks = checkers_.highest().value;
  counts.transactions = checkers_.final_transactions();
  counts.asked_again = workload_.asked_again();
  counts.view_changes = checkers_.view_changes();
  counts.handovers = checkers_.handovers();
  counts.keys_rotated = workload_.keys_rotated();
  for (const auto& host : owned_) counts.disk_errors += host->errors();
  counts.messages = network_.counts().sent;
  counts.lost = network_.counts().lost;
  counts.doubled = network_.counts().doubled;
  counts.byzantine_hosts = plan_.byzantine.size();
  counts.twins = plan_.twins ? 1 : 0;
  counts.barred = barred();
  counts.misdeeds = adversary_.misdeeds();
  counts.simulated_ms = events_.now_ms();
  return counts;
}

}  // namespace

void Counts::add(const Counts& o) {
  seeds += o.seeds, blocks += o.blocks, transactions += o.transactions, asked_again += o.asked_again;
  view_changes += o.view_changes, handovers += o.handovers, keys_rotated += o.keys_rotated;
  crashes += o.crashes, disks_lost += o.disks_lost, disk_errors += o.disk_errors, partitions += o.partitions;
  disconnections += o.disconnections, clock_faults += o.clock_faults;
  messages += o.messages, lost += o.lost, doubled += o.doubled;
  byzantine_hosts += o.byzantine_hosts, twins += o.twins, barred += o.barred, simulated_ms += o.simulated_ms;
  for (std::size_t i = 0; i < kBehaviours; ++i) misdeeds.of[i] += o.misdeeds.of[i];
}

std::string describe(const Counts& c) {
  std::string text;
  auto row = [&](const char* name, std::size_t number) {
    std::string line = "  ";
    line += name;
    line.resize(34, ' ');
    const std::string digits = std::to_string(number);
    text += line + std::string(12 - std::min<std::size_t>(12, digits.size()), ' ') + digits + "\n";
  };
  row("seeds", c.seeds), row("simulated seconds", c.simulated_ms / 1000), row("blocks", c.blocks);
  row("transactions final", c.transactions), row("requests repeated", c.asked_again);
  row("heights decided after view change", c.view_changes), row("handovers to other members", c.handovers);
  row("consensus keys replaced", c.keys_rotated), row("crashes", c.crashes), row("disks lost", c.disks_lost);
  row("disk errors", c.disk_errors), row("partitions", c.partitions), row("disconnections", c.disconnections);
  row("clock faults", c.clock_faults), row("messages", c.messages), row("messages lost", c.lost);
  row("messages doubled", c.doubled), row("Byzantine hosts", c.byzantine_hosts), row("twins", c.twins),
      row("offenders barred", c.barred);
  for (std::size_t i = 0; i < kBehaviours; ++i) {
    row((std::string("misdeeds: ") + name_of(static_cast<Behaviour>(i))).c_str(), c.misdeeds.of[i]);
  }
  return text;
}

Outcome simulate(const Plan& plan, const Trace& trace) { return World(plan, trace).run(); }

// Delta debugging (Zeller and Hildebrandt, TSE 2002): leaves out as many at once as still fail, then fewer.
Plan smallest(Plan failing, std::size_t most_runs) {
  std::size_t chunk = std::max<std::size_t>(1, failing.faults.size() / 2);
  for (std::size_t runs = 0; runs < most_runs;) {
    bool smaller = false;
    for (std::size_t at = 0; at < failing.faults.size() && runs < most_runs;) {
      Plan tried = failing;
      const auto from = tried.faults.begin() + static_cast<std::ptrdiff_t>(at);
      const auto left = static_cast<std::size_t>(tried.faults.end() - from);
      tried.faults.erase(from, from + static_cast<std::ptrdiff_t>(std::min(chunk, left)));
      ++runs;
      if (simulate(tried).violation.empty()) {
        at += chunk;
      } else {
        failing = std::move(tried);
        smaller = true;
      }
    }
    if (chunk == 1 && !smaller) break;
    if (!smaller) chunk = std::max<std::size_t>(1, chunk / 2);
  }
  return failing;
}

}  // namespace medchain::simulation
