// The replica's obligations (consensus.h): effects in order, votes durable before they leave, own messages come back.
#include <algorithm>

#include "engine_impl.h"

namespace medchain {

// A peer may be one height ahead: what it says is kept, unverified, so little that many peers cannot fill the memory.
void Engine::Impl::keep_early(std::vector<EarlyMessage>& waiting, EarlyMessage early) {
  constexpr std::size_t kEarlyPerPeer = 16;
  auto is_proposal = [](const EarlyMessage& m) { return std::holds_alternative<consensus::Proposal>(m.message); };
  bool second_proposal = is_proposal(early) && std::any_of(waiting.begin(), waiting.end(), is_proposal);
  if (waiting.size() < kEarlyPerPeer && !second_proposal) waiting.push_back(std::move(early));
}

bool Engine::Impl::can_vote_with(const Signer* key) const {
  return key != nullptr && std::find(voting_keys.begin(), voting_keys.end(), key) != voting_keys.end();
}

const Signer* Engine::Impl::own_key() const {
  const auto index = chain.committee().index_of(config.self);
  if (!index) return nullptr;
  const SigningPublicKey& listed = chain.committee().order[*index].consensus_key;
  for (const Signer* key : voting_keys) {
    if (key->public_key() == listed) return key;
  }
  return nullptr;
}

std::optional<std::size_t> Engine::Impl::own_index() const {
  if (own_key() == nullptr) return std::nullopt;
  return chain.committee().index_of(config.self);
}

std::vector<consensus::Effect> Engine::Impl::step(consensus::Input input) {
  InStage stage(Stage::kVote);
  return replica.step(std::move(input), now.monotonic_ms);
}

void Engine::Impl::pump() {
  while (!inputs.empty() && !halted) {
    consensus::Input input = std::move(inputs.front());
    inputs.pop_front();
    for (consensus::Effect& effect : step(std::move(input))) {
      std::visit([this](auto& what) { carry_out(std::move(what)); }, effect);
    }
  }
}

void Engine::Impl::carry_out(consensus::Persist persist) {
  InStage stage(Stage::kStore);
  Batch batch;
  if (persist.block) {
    Hash hash = persist.block->hash();
    if (stored_proposals.insert(hash).second) {
      store::put_proposal(batch, *persist.block);
      for (const TxPtr& transaction : persist.block->transactions) {
        auto commitment = payload_of(transaction->transaction().body);
        if (!commitment) continue;
        const Payload* payload = payload_in_memory(*commitment);
        if (payload == nullptr) continue;
        store::put_payload(batch, commitment->root, *payload);
        stored_payloads.insert(commitment->root);
      }
    }
  }
  store::put_votes(batch, persist.votes);
  last_synced_write = write(std::move(batch), true);
}

void Engine::Impl::carry_out(consensus::Send send) {
  const Signer* key = own_key();
  if (key == nullptr) return;  // decided meanwhile, and out of the committee since
  InStage stage(Stage::kVote);
  consensus::sign(send.message, chain.id(), *key);
  held.push_back({last_synced_write, std::move(send.message)});
  release_messages();
}

void Engine::Impl::release_messages() {
  while (!held.empty() && held.front().token <= durable_token) {
    HeldMessage ready = std::move(held.front());
    held.pop_front();
    deliver(std::move(ready.message));
  }
}

void Engine::Impl::deliver(consensus::Message message) {
  const Ballot& ballot = consensus::ballot_of(message);
  bool current = ballot.height == chain.next_height() && ballot.round == chain.committee().round;
  if (!current) return;  // decided meanwhile: nobody needs it, and member indexes may mean another committee
  if (const auto* proposal = std::get_if<consensus::Proposal>(&message)) {
    send_proposal(*proposal);
  } else {
    send_to_committee(peer::Consensus{message});
  }
  inputs.push_back(consensus::Receive{std::move(message)});
}

void Engine::Impl::carry_out(consensus::MakeProposal make) {
  std::vector<TxId> rejected;
  Transition transition = chain.compose(mempool.select(chain.state().parameters()), config.self, now.unix_ms, rejected);
  for (const TxId& id : rejected) mempool.remove(id);
  BlockPtr block = transition.block;
  executed.insert_or_assign(transition.hash, std::move(transition));
  inputs.push_back(consensus::Proposed{make.view, std::move(block)});
}

void Engine::Impl::carry_out(consensus::Validate validate) {
  Hash hash = validate.block->hash();
  if (validate.fresh) {
    std::uint64_t latest_ms = now.unix_ms + chain.state().parameters().max_clock_drift_ms;
    if (validate.block->header.time_ms > latest_ms) {
      refuse(validate.block->header.producer, Error(ErrorCode::kMalformed, "a block of a time that is still to come"));
      inputs.push_back(consensus::Validated{hash, false});
      return;
    }
  }
  validation =
      Validation{std::move(validate.block), hash, validate.fresh, executed.contains(hash), {}, false, false, {}};
  if (!validation->signatures_checked) check_block_signatures();
  if (validation->fresh) require_payloads();
  continue_validation();
}

std::vector<Outputs::Job> Engine::Impl::unchecked_transactions() {
  std::vector<Outputs::Job> jobs;
  for (const TxPtr& transaction : validation->block->transactions) {
    const Mempool::Entry* known = mempool.find(transaction->id);
    // The same id may come with another signature: only the very same bytes have been checked.
    if (known != nullptr && known->transaction->leaf == transaction->leaf) {
      transaction->adopt_verdict(*known->transaction);
      continue;
    }
    auto with_a_block = checked_in_blocks.find(transaction->leaf);
    if (with_a_block != checked_in_blocks.end() && with_a_block->second.good) continue;
    if (!validation->waited && under_check(*transaction)) {
      validation->awaited.insert(transaction->leaf);
    } else {
      jobs.push_back({transaction, nullptr});
    }
  }
  return jobs;
}

// A proposal often overtakes the checks of what it holds, which came a moment before. They are not made twice: what
// nobody checks yet begins at once, so that what is relayed of it from now on waits for that, and the block waits for
// the rest. What then is still not known, since it was refused meanwhile, is checked with the block.
void Engine::Impl::check_block_signatures() {
  Outputs::Verification request{next_token++, unchecked_transactions(), true};
  validation->waited = true;
  validation->check_under_way = !request.jobs.empty();
  validation->signatures_checked = request.jobs.empty() && validation->awaited.empty();
  if (request.jobs.empty()) return;
  BlockCheck check{validation->hash, {}};
  for (const Outputs::Job& job : request.jobs) {
    check.leaves.push_back(job.transaction->leaf);
    checked_in_blocks.try_emplace(job.transaction->leaf);
  }
  checks.emplace(request.token, std::move(check));
  counters.signatures_checked += request.jobs.size();
  out.verifications.push_back(std::move(request));
}

void Engine::Impl::require_payloads() {
  for (const TxPtr& transaction : validation->block->transactions) {
    auto payload = payload_of(transaction->transaction().body);
    if (!payload || has_payload(*payload)) continue;
    peer::PayloadKey key{payload->root, static_cast<std::uint16_t>(payload->parts)};
    validation->missing.insert(key);
    fetcher.want(key, validation->block->header.producer, now.monotonic_ms);
  }
  seek_payloads();
}

void Engine::Impl::continue_validation() {
  if (!validation || !validation->signatures_checked || !validation->missing.empty()) return;
  Validation done = std::move(*validation);
  validation.reset();
  if (!executed.contains(done.hash)) {
    auto transition = chain.execute(done.block);
    if (!transition) {
      refuse(done.block->header.producer, transition.error());
      inputs.push_back(consensus::Validated{done.hash, false});
      return;
    }
    executed.emplace(done.hash, std::move(*transition));
  }
  inputs.push_back(consensus::Validated{done.hash, true});
}

void Engine::Impl::carry_out(consensus::FetchBlock fetch) {
  send(chain.committee().order.at(fetch.from).validator, peer::ProposalRequest{fetch.block});
}

void Engine::Impl::carry_out(consensus::Decide decide) {
  Address source = decide.block->header.producer;
  finalize(std::move(decide.block), std::move(decide.certificate), source);
}

void Engine::Impl::carry_out(consensus::ViewEntered entered) {
  if (entered.view > View{0}) ++counters.view_changes;
}

void Engine::Impl::on_consensus(const Address& peer, consensus::Message message, std::vector<TxId> named) {
  const Height height = consensus::ballot_of(message).height;
  if (height < chain.next_height()) {
    // Somebody is behind: tell where we are, not more often than it can use.
    std::uint64_t& sent = status_sent_ms[peer];
    if (now.monotonic_ms >= sent + 100) {
      sent = now.monotonic_ms;
      send(peer, status());
    }
    return;
  }
  if (height > chain.next_height()) {
    if (height == chain.next_height().next()) keep_early(early[peer], {std::move(message), std::move(named)});
    return on_status(peer, {height.previous(), {}});  // so far it must be, and it may not say so again
  }
  if (!own_index()) return;  // followers learn what was decided, not how
  InStage stage(Stage::kVote);
  auto good = consensus::verify_message(message, chain.committee(), height, chain.id(), *config.verifier);
  // What a member signed counts against it also where the rest of the message is refused.
  auto* proposal = std::get_if<consensus::Proposal>(&message);
  if (proposal != nullptr) judge_proposal(*proposal);
  if (good && proposal != nullptr) good = check_transactions(peer, *proposal, named);
  if (!good) return refuse(peer, good.error());
  if (!named.empty()) return assemble(peer, std::move(*proposal), std::move(named));
  if (proposal != nullptr && assembly && proposal->ballot.view >= assembly->proposal.ballot.view) assembly.reset();
  watch(message);
  inputs.push_back(consensus::Receive{std::move(message)});
}

void Engine::Impl::update_work() {
  bool waiting = !mempool.empty();
  if (waiting == work_waiting) return;
  work_waiting = waiting;
  inputs.push_back(consensus::WorkWaiting{waiting});
}

}  // namespace medchain
