#include "host.h"

#include <chrono>

namespace medchain::rpc {
namespace {

constexpr std::size_t kRecentBlocks = 4;
constexpr kj::Duration kTellEvery = 10 * kj::SECONDS;
constexpr std::uint64_t kFarBehind = 64;  // blocks: what one answer of a peer brings

std::uint64_t milliseconds(auto time) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

Now now() {
  return {milliseconds(std::chrono::steady_clock::now().time_since_epoch()),
          milliseconds(std::chrono::system_clock::now().time_since_epoch())};
}

struct Host::Loop final : kj::TaskSet::ErrorHandler {
  Loop(kj::Timer& clock, CpuTimes& cpu)
      : timer(clock), meter(cpu, Stage::kLoop), tasks(*this), failing(kj::newPromiseAndFulfiller<Error>()) {}
  void taskFailed(kj::Exception&& exception) override { kj::throwFatalException(kj::mv(exception)); }

  kj::Timer& timer;
  CpuMeter meter;
  Waiters waiters;
  BlockSignal next_block;
  std::vector<std::function<void(const StoredBlock&)>> watchers;
  std::optional<Indexer> indexer;
  std::map<std::uint64_t, kj::Own<kj::PromiseFulfiller<SubmitResults>>> submits;
  std::optional<std::uint64_t> tick_at_ms;
  std::uint64_t tick_number = 0;
  kj::TaskSet tasks;
  kj::PromiseFulfillerPair<Error> failing;
};

Host::Host(HostConfig config, Storage& storage, Mailbox& mailbox)
    : config_(std::move(config)), log_(config_.log.in(log_module::kConsensus)) {
  storage_ = std::make_unique<StorageThread>(
      storage, cpu_,
      StorageThread::Handlers{[this, &mailbox](std::vector<std::uint64_t> tokens) {
                                mailbox.post([this, tokens = std::move(tokens)] {
                                  for (auto token : tokens) run([&](Now at) { return engine_->durable(token, at); });
                                });
                              },
                              [this, &mailbox](Error error) {
                                mailbox.post([this, error = std::move(error)] {
                                  fail(error.in("writing to the data directory"));
                                });
                              }});
}

Host::~Host() = default;

Result<std::unique_ptr<Host>> Host::start(HostConfig config, EngineConfig engine, Storage& storage, Mailbox& mailbox) {
  const SignatureVerifier& verifier = *config.verifier;
  const std::size_t threads = config.pool_threads;
  std::unique_ptr<Host> host(new Host(std::move(config), storage, mailbox));
  auto started = Engine::start(std::move(engine), *host->storage_, now());
  if (!started) return started.error();
  host->engine_ = std::move(*started);
  host->pool_ = std::make_unique<Pool>(
      threads, verifier, host->cpu_,
      [raw = host.get(), &mailbox](std::uint64_t token, std::vector<Result<void>> results) {
        mailbox.post([raw, token, results = std::move(results)]() mutable {
          raw->run([&](Now at) { return raw->engine_->verified(token, std::move(results), at); });
        });
      });
  return host;
}

void Host::enter(kj::Timer& timer, PeerSink& peers) {
  loop_ = std::make_unique<Loop>(timer, cpu_);
  peers_ = &peers;
  if (config_.index) loop_->indexer.emplace(*storage_, engine_->height(), timer, config_.log);
  tell_catching_up(engine_->height(), false);
  run([this](Now at) { return engine_->begin(at); });
}

void Host::leave() {
  peers_ = nullptr;
  loop_.reset();
  pool_.reset();
  storage_.reset();  // writes what is pending; what it would tell the engine no longer matters
}

kj::Promise<Error> Host::failed() { return kj::mv(loop_->failing.promise); }

template <class Call>
void Host::run(Call call) {
  if (!loop_ || failure_) return;
  carry_out(call(now()));
}

void Host::carry_out(Outputs out) {
  if (!out.writes.empty()) storage_->enqueue(std::move(out.writes));
  for (auto& verification : out.verifications) pool_->enqueue(std::move(verification));
  send(out.messages);
  for (auto& result : out.submit_results) {
    auto waiting = loop_->submits.find(result.ticket);
    if (waiting == loop_->submits.end()) continue;
    waiting->second->fulfill(std::move(result.results));
    loop_->submits.erase(waiting);
  }
  for (auto& block : out.committed) committed(std::move(block));
  if (!out.committed.empty()) peers_->state_changed();
  log_views();
  log_offences(out);
  if (out.halted) return fail(std::move(*out.halted));
  if (out.tick_at_ms) schedule(*out.tick_at_ms);
}

void Host::committed(std::shared_ptr<const StoredBlock> block) {
  log_block(*block);
  loop_->waiters.announce(*block);
  if (loop_->indexer) {
    InStage stage(Stage::kStore);
    loop_->indexer->committed(*block);
  }
  for (const auto& watcher : loop_->watchers) watcher(*block);
  loop_->next_block.raise();
  remember(std::move(block));
}

void Host::send(const std::vector<Outputs::Message>& messages) {
  if (messages.empty()) return;
  InStage stage(Stage::kSend);
  for (const auto& message : messages) peers_->send(message.to, message.bytes);
}

std::vector<std::uint64_t> Host::cpu_us() const {
  InStage until_now(Stage::kLoop);  // entering it settles what the loop's thread did since the last stage
  return cpu_.microseconds();
}

NodeStatus Host::status() const {
  const BlockHeader& header = engine_->last_header();
  const State& state = engine_->state();
  NodeStatus status;
  status.version = MEDCHAIN_VERSION;
  status.network = config_.network;
  status.chain = state.chain();
  status.node = config_.self;
  status.height = engine_->height();
  status.block = header.hash();
  status.state_root = state.root();
  status.time_ms = header.time_ms;
  status.round = engine_->committee().round;
  status.view = engine_->view();
  status.producer = engine_->is_producer();
  status.peers = static_cast<std::uint32_t>(peers_ == nullptr ? 0 : peers_->connected());
  status.mempool = static_cast<std::uint32_t>(engine_->mempool_size());
  status.transactions_final = engine_->counters().transactions_final;
  status.signatures_checked = engine_->counters().signatures_checked;
  status.signatures_checked_unseated = engine_->counters().signatures_checked_unseated;
  status.cpu_us = cpu_us();
  status.replay_window = state.parameters().replay_window;
  return status;
}

// The earliest wish wins: a tick too many does no harm, one too late would.
void Host::schedule(std::uint64_t at_ms) {
  if (loop_->tick_at_ms && *loop_->tick_at_ms <= at_ms) return;
  loop_->tick_at_ms = at_ms;
  const std::uint64_t number = ++loop_->tick_number;
  const std::uint64_t at = now().monotonic_ms;
  const std::uint64_t delay_ms = at_ms > at ? at_ms - at : 1;
  loop_->tasks.add(loop_->timer.afterDelay(delay_ms * kj::MILLISECONDS).then([this, number] {
    if (number != loop_->tick_number) return;
    loop_->tick_at_ms.reset();
    run([this](Now when) { return engine_->tick(when); });
  }));
}

void Host::fail(Error error) {
  if (!loop_ || failure_) return;
  failure_ = error;
  loop_->failing.fulfiller->fulfill(std::move(error));
}

void Host::log_block(const StoredBlock& block) const {
  log_.debug([&] {
    const CertifiedBlock& certified = block.certified;
    return "block " + std::to_string(certified.block.header.height.value) +
           " is final: " + std::to_string(certified.block.transactions.size()) + " transactions, view " +
           std::to_string(certified.certificate.ballot.view.value);
  });
}

// While the others are far ahead, and once when they are no more.
void Host::tell_catching_up(Height before, bool told) {
  const auto since = loop_->timer.now();
  loop_->tasks.add(loop_->timer.afterDelay(kTellEvery).then([this, before, told, since] {
    const Height at = engine_->height(), of = engine_->peers_height();
    const bool known = of.value > 0, far = of.value > at.value + kFarBehind;
    const auto ms = static_cast<std::uint64_t>((loop_->timer.now() - since) / kj::MILLISECONDS);
    if (far) log_.info("catching up: block " + progress_text(before.value, at.value, of.value, ms));
    if (told && known && !far) log_.info("caught up with the peers, at block " + std::to_string(at.value));
    tell_catching_up(at, far || (told && !known));
  }));
}

void Host::log_views() {
  const auto changes = engine_->counters().view_changes;
  if (changes == view_changes_seen_) return;
  view_changes_seen_ = changes;
  log_.warn("view change at height " + std::to_string(engine_->height().value + 1) + ": now view " +
            std::to_string(engine_->view().value));
}

void Host::log_offences(const Outputs& out) {
  for (const Outputs::Refusal& refusal : out.refusals) {
    log_.warn("refused " + std::to_string(refusal.times) + (refusal.times == 1 ? " message" : " messages") + " of " +
              refusal.peer.text() + ": " + refusal.why);
  }
  for (const Address& offender : out.reported) {
    log_.error("validator " + offender.text() + " broke the protocol, and is reported with the evidence");
  }
}

void Host::receive(const Address& peer, ByteView message) {
  run([&](Now at) { return engine_->receive(peer, message, at); });
}

void Host::peer_connected(const Address& peer) {
  run([&](Now at) { return engine_->peer_connected(peer, at); });
}

void Host::peer_disconnected(const Address& peer) {
  run([&](Now at) { return engine_->peer_disconnected(peer, at); });
}

kj::Promise<Host::SubmitResults> Host::submit(std::vector<Submission> submissions) {
  if (failure_) {
    return SubmitResults(submissions.size(), Result<TxId>(Error(ErrorCode::kUnavailable, "this node is stopping")));
  }
  const std::uint64_t ticket = next_ticket_++;
  auto waiting = kj::newPromiseAndFulfiller<SubmitResults>();
  loop_->submits.emplace(ticket, kj::mv(waiting.fulfiller));
  run([&](Now at) { return engine_->submit(ticket, std::move(submissions), at); });
  return kj::mv(waiting.promise);
}

void Host::remember(std::shared_ptr<const StoredBlock> block) {
  if (recent_.size() >= kRecentBlocks) recent_.pop_front();
  recent_.push_back(std::move(block));
}

Result<std::shared_ptr<const StoredBlock>> Host::block(Height height) {
  for (const auto& block : recent_) {
    if (block->certified.block.header.height == height) return block;
  }
  auto stored = engine_->store().block(height);
  if (!stored) return stored.error();
  if (!*stored) {
    return Error(ErrorCode::kNotFound, "no block at height " + std::to_string(height.value) +
                                           " is final here; the last is " + std::to_string(engine_->height().value));
  }
  remember(std::make_shared<const StoredBlock>(std::move(**stored)));
  return recent_.back();
}

Result<Host::Place> Host::find_transaction(const TxId& id) {
  auto place = engine_->find_transaction(id);
  if (!place) return place.error();
  if (!*place) return Error(ErrorCode::kNotFound, "no transaction " + id.hex() + " is final here");
  auto found = block((*place)->height);
  if (!found) return found.error();
  const StoredBlock& stored = **found;
  if ((*place)->index >= stored.receipts.size() || (*place)->index >= stored.certified.block.transactions.size()) {
    return Error(ErrorCode::kCorrupt, "the index of transactions names a place that its block does not have");
  }
  return Place{std::move(*found), (*place)->index};
}

kj::Promise<Result<Receipt>> Host::wait_receipt(const TxId& id) {
  auto found = find_transaction(id);
  if (found) return Result<Receipt>(found->block->receipts[found->index]);
  if (found.error().code() != ErrorCode::kNotFound) return Result<Receipt>(found.error());
  return loop_->waiters.wait(id).then([](Receipt receipt) { return Result<Receipt>(receipt); });
}

Result<IndexReader> Host::index() const {
  if (!config_.index) {
    return Error(ErrorCode::kUnavailable, "this node keeps no index (index = false); ask another one");
  }
  if (!loop_ || !loop_->indexer) return Error(ErrorCode::kUnavailable, "this node is stopping");
  return loop_->indexer->reader();
}

kj::Promise<void> Host::next_block() { return loop_->next_block.wait(); }

void Host::watch(std::function<void(const StoredBlock&)> watcher) { loop_->watchers.push_back(std::move(watcher)); }

}  // namespace medchain::rpc
