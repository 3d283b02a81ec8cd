#include "host.h"

namespace medchain::simulation {
namespace {

constexpr std::uint64_t kMostBacklogMs = 800;

}  // namespace

Host::Host(Events& events, Surroundings& surroundings, const Cast& cast, Identity identity, std::uint64_t seed)
    : events_(events),
      surroundings_(surroundings),
      cast_(cast),
      identity_(identity),
      rng_(seed),
      disk_(cast.first_start()),
      clock_(cast.genesis().time_ms + 1'000),
      new_key_(identity.consensus_key != nullptr) {}

template <class Call>
void Host::later(std::uint64_t delay_ms, Call call) {
  events_.after(delay_ms, [this, born = incarnation_, call = std::move(call)]() mutable {
    if (born != incarnation_) return;
    if (stopped_) {
      waiting_.emplace_back(std::move(call));
    } else {
      call();
    }
  });
}

template <class Call>
void Host::run(Call call) {
  if (engine_) carry_out(call(*engine_, clock_.read(events_.now_ms())));
}

void Host::start() {
  if (engine_) return;
  ++incarnation_;
  busy_until_ms_ = disk_busy_until_ms_ = 0;
  crash_after_.reset();
  EngineConfig config;
  config.genesis = cast_.genesis();
  config.self = identity_.self;
  config.consensus_key = identity_.consensus_key;
  config.retiring_key = identity_.retiring_key;
  config.account_key = identity_.account_key;
  config.verifier = &cast_.verifier();
  config.begin_vote_log = new_key_;
  config.mempool_transactions = 400;
  config.mempool_per_sender = 100;
  config.check_every_signature = rng_.chance(20);
  config.state_flush_heights = static_cast<std::uint32_t>(1 + rng_.below(20));
  config.compact_from = 1 + rng_.below(8);  // blocks are small here
  auto engine = Engine::start(std::move(config), disk_, clock_.read(events_.now_ms()));
  if (!engine) {
    if (engine.error().code() != ErrorCode::kIo) surroundings_.failed(number(), engine.error().in("start").message());
    ++errors_;
    return;
  }
  engine_.emplace(std::move(*engine));
  new_key_ = false;  // the mark is durable: it was written with a sync
  surroundings_.recovered(*this);
  run([](Engine& e, Now now) { return e.begin(now); });
  if (engine_) surroundings_.came_up(number());
}

void Host::crash() {
  if (!engine_) return;
  ++incarnation_;
  engine_.reset();
  waiting_.clear();
  stopped_ = false;
  crash_after_.reset();
  disk_.power_failure(rng_.chance(40) ? 0 : rng_.below(disk_.unsynced() + 1));
  surroundings_.went_down(number());
}

void Host::restart() {
  disk_.sync_until(disk_.written());
  crash();
  start();
}

void Host::renew_consensus_key(const Signer* key) {
  identity_.retiring_key = std::exchange(identity_.consensus_key, key);
  new_key_ = true;
}

void Host::crash_after(std::size_t effects) {
  if (engine_) crash_after_ = effects;
}

bool Host::crash_is_due() { return crash_after_ && (*crash_after_)-- == 0; }

void Host::stop(bool stopped) {
  stopped_ = stopped && engine_;
  if (stopped_) return;
  auto waiting = std::move(waiting_);
  waiting_.clear();
  for (auto& call : waiting) later(0, std::move(call));
}

// Every effect may be the last one.
void Host::carry_out(Outputs outputs) {
  const std::uint64_t born = incarnation_;
  surroundings_.says(*this, outputs);
  for (Outputs::Write& one : outputs.writes) {
    if (crash_is_due() || !write(std::move(one))) return crash();
  }
  for (Outputs::Verification& verification : outputs.verifications) verify(std::move(verification));
  for (const Outputs::Message& message : outputs.messages) {
    if (crash_is_due()) return crash();
    surroundings_.send(number(), message);
  }
  if (outputs.halted) surroundings_.failed(number(), "halted: " + outputs.halted->message());
  if (!outputs.committed.empty()) surroundings_.committed(*this, outputs.committed);
  if (born == incarnation_) plan_tick(outputs.tick_at_ms);
}

// The disk works through its queue in order; what needs no sync is safe with the next one that does.
bool Host::write(Outputs::Write write) {
  if (!disk_.write(write.batch, false)) {
    ++errors_;
    return false;
  }
  if (!write.sync) return true;
  const std::uint64_t now_ms = events_.now_ms();
  disk_busy_until_ms_ = std::max(disk_busy_until_ms_, now_ms) + rng_.below(disk_latency_ms_ + 1);
  later(disk_busy_until_ms_ - now_ms, [this, token = write.token, written = disk_.written()] {
    disk_.sync_until(written);
    run([token](Engine& e, Now now) { return e.durable(token, now); });
  });
  return true;
}

void Host::verify(Outputs::Verification verification) {
  later(rng_.below(3), [this, verification = std::move(verification)] {
    std::vector<Result<void>> results;
    for (const Outputs::Job& job : verification.jobs) results.push_back(check(job, cast_.verifier()));
    run([&](Engine& e, Now now) { return e.verified(verification.token, std::move(results), now); });
  });
}

void Host::plan_tick(std::optional<std::uint64_t> at_ms) {
  const std::uint64_t planned = ++tick_;
  if (!at_ms) return;
  const std::uint64_t now_ms = events_.now_ms();
  const std::uint64_t when_ms = std::max(clock_.true_ms(*at_ms), now_ms + 1);
  later(when_ms - now_ms, [this, planned] {
    if (planned == tick_) run([](Engine& e, Now now) { return e.tick(now); });
  });
}

void Host::receive(const Address& from, std::shared_ptr<const Bytes> message) {
  const std::uint64_t now_ms = events_.now_ms();
  // Whoever is slower still makes its peers wait, as flow control does.
  busy_until_ms_ = std::min(std::max(busy_until_ms_, now_ms) + slow_ms_, now_ms + kMostBacklogMs);
  if (slow_ms_ == 0) busy_until_ms_ = now_ms;
  later(busy_until_ms_ - now_ms, [this, from, message = std::move(message)] {
    run([&](Engine& e, Now now) { return e.receive(from, *message, now); });
  });
}

void Host::peer_connected(const Address& peer) {
  later(0, [this, peer] { run([&](Engine& e, Now now) { return e.peer_connected(peer, now); }); });
}

void Host::peer_disconnected(const Address& peer) {
  later(0, [this, peer] { run([&](Engine& e, Now now) { return e.peer_disconnected(peer, now); }); });
}

void Host::submit(std::uint64_t ticket, std::vector<Submission> submissions) {
  later(1, [this, ticket, submissions = std::move(submissions)]() mutable {
    run([&](Engine& e, Now now) { return e.submit(ticket, std::move(submissions), now); });
  });
}

}  // namespace medchain::simulation
