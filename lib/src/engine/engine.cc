// The public calls: each takes what happened, lets the parts work, and hands over the outputs.
#include "medchain/engine.h"

#include <algorithm>

#include "engine_impl.h"

namespace medchain {
namespace {

constexpr std::uint64_t kHousekeepingMs = 250;

consensus::Config replica_config(const ChainId& chain, const Parameters& parameters) {
  return {.chain = chain,
          .idle_ms = parameters.idle_ms,
          .view_timeout_ms = parameters.view_timeout_ms,
          .max_view_timeout_ms = parameters.max_view_timeout_ms,
          .resend_ms = std::max<std::uint64_t>(parameters.view_timeout_ms / 2, 20)};
}

Result<PeerMessage> decode_message(ByteView message) {
  InStage stage(Stage::kDecode);
  if (message.size() > limits::kMaxMessageBytes) return Error(ErrorCode::kTooLarge, "a message above the limit");
  return bcs::decode<PeerMessage>(message);
}

}  // namespace

Engine::Impl::Impl(EngineConfig configuration, Storage& disk, Chain recovered, Now at)
    : config(std::move(configuration)),
      storage(&disk),
      store(disk),
      chain(std::move(recovered)),
      replica(replica_config(chain.id(), config.genesis.parameters)),
      mempool({config.mempool_transactions, config.mempool_bytes, config.mempool_per_sender}),
      now(at) {}

Outputs Engine::Impl::take_outputs() {
  pump();
  out.halted = halted;
  out.tick_at_ms = next_tick();
  return std::exchange(out, {});
}

std::optional<std::uint64_t> Engine::Impl::next_tick() const {
  if (halted) return std::nullopt;
  std::optional<std::uint64_t> next = replica.deadline_ms();
  auto sooner = [&](std::uint64_t at) { next = next ? std::min(*next, at) : at; };
  if (auto payloads = fetcher.next_ms(); payloads && !peers.empty()) {
    sooner(std::max(*payloads, now.monotonic_ms + kHousekeepingMs / 10));
  }
  if (announce_at_ms) sooner(*announce_at_ms);
  if (assembly && assembly->ask_at_ms) sooner(*assembly->ask_at_ms);
  if (can_take_arrived()) sooner(now.monotonic_ms);
  if (behind_since_ms || !mempool.empty()) sooner(now.monotonic_ms + kHousekeepingMs);
  return next;
}

std::shared_ptr<const Bytes> Engine::Impl::encoded(PeerBody body) {
  return std::make_shared<const Bytes>(bcs::encode(PeerMessage{std::move(body)}));
}

void Engine::Impl::send(std::optional<Address> to, PeerBody body) {
  InStage stage(Stage::kSend);
  out.messages.push_back({to, encoded(std::move(body))});
}

void Engine::Impl::send_to_committee(PeerBody body) {
  InStage stage(Stage::kSend);
  auto bytes = encoded(std::move(body));
  for (const Member& member : chain.committee().order) {
    if (member.validator != config.self) out.messages.push_back({member.validator, bytes});
  }
}

std::uint64_t Engine::Impl::write(Batch batch, bool sync) {
  std::uint64_t token = next_token++;
  out.writes.push_back({std::move(batch), sync, sync ? token : 0});
  return token;
}

void Engine::Impl::halt(Error error) {
  halted = std::move(error);
  inputs.clear();
  held.clear();
  arrived.clear();
  arrived_bytes = 0;
}

void Engine::Impl::handle(const Address& peer, PeerBody body) {
  struct Handler {
    Impl& self;
    const Address& peer;
    void operator()(peer::Consensus&& m) { self.on_consensus(peer, std::move(m.message)); }
    void operator()(peer::Transactions&& m) { self.on_relayed(peer, std::move(m)); }
    void operator()(peer::Status&& m) { self.on_status(peer, m); }
    void operator()(peer::BlocksRequest&& m) { self.on_blocks_request(peer, m); }
    void operator()(peer::Blocks&& m) { self.on_blocks(peer, std::move(m)); }
    void operator()(peer::PayloadsRequest&& m) { self.on_payloads_request(peer, m); }
    void operator()(peer::Payloads&& m) { self.on_payloads(std::move(m)); }
    void operator()(peer::ProposalRequest&& m) { self.on_proposal_request(peer, m); }
    void operator()(peer::ProposalBlock&& m) { self.on_proposal_block(peer, std::move(m)); }
    void operator()(peer::CompactProposal&& m) {
      self.on_consensus(peer, std::move(m.proposal), std::move(m.transactions));
    }
  };
  std::visit([&](auto&& message) { Handler{*this, peer}(std::forward<decltype(message)>(message)); }, std::move(body));
}

void Engine::Impl::refuse(const Address& peer, const Error& why) {
  ++counters.messages_refused;
  Refused& of_peer = refused[peer];
  ++of_peer.times;
  if (now.monotonic_ms < of_peer.next_ms) return;
  out.refusals.push_back({peer, why.message(), std::exchange(of_peer.times, 0)});
  of_peer.next_ms = now.monotonic_ms + Outputs::Refusal::kEveryMs;
}

void Engine::Impl::housekeeping() {
  inputs.push_back(consensus::Tick{});
  pump();
  announce_to_those_behind();
  if (assembly && assembly->ask_at_ms && now.monotonic_ms >= *assembly->ask_at_ms) ask_for_block();
  take_arrived();
  seek_payloads();
  relay_again();
  update_work();
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Outputs Engine::begin(Now now) {
  impl_->now = now;
  return impl_->take_outputs();
}

Outputs Engine::peer_connected(const Address& peer, Now now) {
  impl_->now = now;
  if (impl_->halted) return {};
  impl_->peers.insert(peer);
  impl_->send(peer, impl_->status());
  impl_->seek_payloads();
  return impl_->take_outputs();
}

Outputs Engine::peer_disconnected(const Address& peer, Now now) {
  impl_->now = now;
  impl_->peers.erase(peer);
  impl_->peer_heights.erase(peer);
  impl_->early.erase(peer);
  impl_->status_sent_ms.erase(peer);
  impl_->refused.erase(peer);
  impl_->blocks_asked.erase(peer);
  return impl_->take_outputs();
}

Outputs Engine::receive(const Address& peer, ByteView message, Now now) {
  impl_->now = now;
  if (impl_->halted) return {};
  auto decoded = decode_message(message);
  if (!decoded) {
    impl_->refuse(peer, decoded.error());
    return impl_->take_outputs();
  }
  impl_->handle(peer, std::move(decoded->body));
  return impl_->take_outputs();
}

Outputs Engine::submit(std::uint64_t ticket, std::vector<Submission> submissions, Now now) {
  impl_->now = now;
  impl_->on_submit(ticket, std::move(submissions));
  return impl_->take_outputs();
}

Outputs Engine::verified(std::uint64_t token, std::vector<Result<void>> results, Now now) {
  impl_->now = now;
  impl_->on_verified(token, results);
  return impl_->take_outputs();
}

Outputs Engine::durable(std::uint64_t token, Now now) {
  impl_->now = now;
  impl_->durable_token = std::max(impl_->durable_token, token);
  impl_->release_messages();
  return impl_->take_outputs();
}

Outputs Engine::tick(Now now) {
  impl_->now = now;
  if (!impl_->halted) impl_->housekeeping();
  return impl_->take_outputs();
}

const State& Engine::state() const { return impl_->chain.state(); }
ChainStore Engine::store() const { return impl_->store; }
Result<std::optional<TransactionPlace>> Engine::find_transaction(const TxId& id) const {
  return impl_->find_transaction(id);
}
Height Engine::height() const { return impl_->chain.height(); }
const BlockHeader& Engine::last_header() const { return impl_->chain.tip().header; }
const Committee& Engine::committee() const { return impl_->chain.committee(); }
View Engine::view() const { return impl_->replica.view(); }
bool Engine::is_producer() const { return impl_->own_index().has_value(); }
bool Engine::vote_log_missing() const {
  return impl_->config.consensus_key != nullptr && !impl_->can_vote_with(impl_->config.consensus_key);
}
bool Engine::retiring_key_needed() const {
  const Signer* key = impl_->config.retiring_key;
  if (!impl_->can_vote_with(key)) return false;
  // Not whether it stands with it: a Stand of the retiring key, asked for before, may yet come.
  const Signer* successor = impl_->config.consensus_key;
  return impl_->own_key() == key || successor == nullptr ||
         state().consensus_key(impl_->config.self) != successor->public_key();
}
std::size_t Engine::mempool_size() const { return impl_->mempool.size(); }
Height Engine::peers_height() const { return impl_->peers_height(); }
Result<ReceiptProof> Engine::receipt_proof(const TxId& id) const { return impl_->receipt_proof(id); }
Result<Engine::Release> Engine::release(const RecordId& record, const Address& reader) const {
  return impl_->release(record, reader);
}
const Engine::Counters& Engine::counters() const { return impl_->counters; }

}  // namespace medchain
