// A final block: executed, stored, forgotten by the mempool, and on to the next height.
#include "engine_impl.h"

namespace medchain {
namespace {

constexpr std::size_t kRecentBlocks = 64;
constexpr std::size_t kMaxUnflushed =
    24'576;  // keys and transactions; then the state is written, however few the blocks
constexpr std::size_t kRecentTransactions = 4096;  // in all of them: decoded, each takes about a kilobyte

}  // namespace

void Engine::Impl::finalize(BlockPtr block, Certificate certificate, const Address& source) {
  watch(certificate);
  Hash hash = block->hash();
  auto known = executed.find(hash);
  if (known == executed.end()) {
    auto transition = chain.execute(block);
    if (!transition) {
      // Only here does a difference stop a node: a quorum certified what this node's own execution contradicts.
      return halt(transition.error().in("the certified block of height " + std::to_string(block->header.height.value) +
                                        " contradicts this node's own execution"));
    }
    known = executed.emplace(hash, std::move(*transition)).first;
  }
  Transition transition = std::move(known->second);
  auto stored =
      std::make_shared<StoredBlock>(StoredBlock{{*block, certificate}, transition.execution.receipts, std::nullopt});
  bool handover = transition.next.set_hash() != chain.committee().set_hash();
  if (transition.next.round != chain.committee().round) stored->next_committee = transition.next;
  // A producer's votes made the block durable before it was decided; a follower has only this write.
  const bool sat = own_index().has_value();
  Batch batch = final_batch(*stored, source);
  chain.commit(std::move(transition), std::move(certificate));
  flush_state(batch, *block);
  write(std::move(batch), !sat);
  if (own_index().has_value() != sat) seat_changed = block->header.height;

  counters.transactions_final += block->transactions.size();
  ++counters.blocks_final;
  remember(stored);
  out.committed.push_back(std::move(stored));
  announce();
  forget(*block, sat);
  accountability.next_height();
  submit_reports();
  if (handover) next_relay_ms = 0;  // the new producers have not seen what waits here
  enter_height(std::nullopt);
  if (handover) relay_again();
}

void Engine::Impl::forget(const Block& block, bool sat) {
  InStage stage(Stage::kQueue);
  for (const TxPtr& transaction : block.transactions) {
    if (!sat && mempool.find(transaction->id) != nullptr) ++counters.signatures_checked_unseated;
    mempool.remove(transaction->id);
  }
  mempool.expire(chain.next_height());
}

bool Engine::Impl::sat_at(Height height) const {
  const bool now_sits = own_index().has_value();
  return height > seat_changed ? now_sits : !now_sits;
}

void Engine::Impl::remember(std::shared_ptr<const StoredBlock> stored) {
  recent_transactions += stored->receipts.size();
  recent.push_back(std::move(stored));
  while (recent.size() > 1 && (recent.size() > kRecentBlocks || recent_transactions > kRecentTransactions)) {
    recent_transactions -= recent.front()->receipts.size();
    recent.pop_front();
  }
}

Batch Engine::Impl::final_batch(const StoredBlock& stored, const Address& source) {
  InStage stage(Stage::kStore);
  Batch batch;
  settle_payloads(batch, stored.certified.block, source);
  store::put_block(batch, stored);
  for (const Hash& proposal : stored_proposals) store::erase_proposal(batch, proposal);
  return batch;
}

void Engine::Impl::settle_payloads(Batch& batch, const Block& block, const Address& source) {
  for (const TxPtr& transaction : block.transactions) {
    auto commitment = payload_of(transaction->transaction().body);
    if (!commitment) continue;
    const Payload* payload = payload_in_memory(*commitment);
    if (payload != nullptr) {
      // Not told by the proposal: a prepared block is judged, and stored, without the payloads that are missing.
      if (!stored_payloads.contains(commitment->root)) store::put_payload(batch, commitment->root, *payload);
      continue;
    }
    if (has_payload(*commitment)) continue;
    peer::PayloadKey key{commitment->root, static_cast<std::uint16_t>(commitment->parts)};
    batch.put(Table::kMeta, debt_key(key), Bytes{});
    fetcher.want(key, source, now.monotonic_ms);
  }
  seek_payloads();
}

// Writing the state keeps the engine and the disk busy for a while, and votes wait for it. So it is not much at a time,
// and not by all nodes at one height, when no quorum would be left: each begins at its own part of the interval, and
// keeps the distance.
void Engine::Impl::flush_state(Batch& batch, const Block& block) {
  constexpr std::uint64_t kParts = 256;
  InStage stage(Stage::kStore);
  unflushed.add(block);
  const std::uint64_t parts = flushed_here ? kParts : std::uint64_t{1} + config.self.bytes[0];
  const std::uint64_t blocks = chain.height().value - flushed.value;
  const bool many = (unflushed.size() + chain.state().changes()) * kParts >= kMaxUnflushed * parts;
  if (blocks * kParts < config.state_flush_heights * parts && !many) return;
  flushed_here = true;
  const StatePoint point{chain.height(), chain.state().root(), chain.committee()};
  store::put_state(batch, point, chain.take_changes(), std::exchange(unflushed, {}));
  flushed = chain.height();
}

void Engine::Impl::enter_height(std::optional<ResumedVotes> resumed) {
  inputs.clear();  // whatever was for the height before
  validation.reset();
  assembly.reset();
  executed.clear();
  fetched.clear();
  given.forget_old(chain.height());
  checked_in_blocks.clear();
  stored_proposals.clear();
  stored_payloads.clear();
  work_waiting = !mempool.empty();
  consensus::EnterHeight enter{chain.next_height(), chain.committee(), own_index(), std::nullopt, nullptr, nullptr};
  if (resumed) {
    enter.votes = std::move(resumed->votes);
    enter.prepared_block = std::move(resumed->prepared);
    enter.proposed_block = std::move(resumed->proposed);
  }
  // A leader that believes in work proposes as soon as the height begins: what is no longer true is said before.
  if (!work_waiting) inputs.push_back(consensus::WorkWaiting{false});
  inputs.push_back(std::move(enter));
  if (work_waiting) inputs.push_back(consensus::WorkWaiting{true});
  replay_early();
}

void Engine::Impl::replay_early() {
  auto messages = std::move(early);
  early.clear();
  for (auto& [peer, waiting] : messages) {
    for (EarlyMessage& one : waiting) on_consensus(peer, std::move(one.message), std::move(one.named));
  }
}

}  // namespace medchain
