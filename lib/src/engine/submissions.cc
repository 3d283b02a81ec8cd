// Transactions on their way to a block: parsed, checked off the engine's thread, queued, relayed to the producers.
#include <algorithm>

#include "engine_impl.h"

namespace medchain {
namespace {

constexpr std::size_t kPeerChecks = 16'384;  // jobs under way for one peer; more are dropped, and come again
constexpr std::size_t kSubmissionsPerCall = 8192;
constexpr std::uint64_t kRelayMs = 3000;  // a client's transaction is relayed again after this
constexpr std::size_t kRelayAgain = 256;  // of them at a time
constexpr std::size_t kTogether = 16;     // so many are looked up in the state together

Result<TxPtr> parse(const Submission& submission) {
  if (submission.transaction.size() > limits::kMaxTransactionBytes) {
    return Error(ErrorCode::kTooLarge, "the transaction has " + std::to_string(submission.transaction.size()) +
                                           " bytes; the limit is " + std::to_string(limits::kMaxTransactionBytes));
  }
  if (submission.payload.parts.size() > limits::kMaxPayloadParts ||
      submission.payload.bytes() > limits::kMaxPayloadBytes) {
    return Error(ErrorCode::kTooLarge, "the payload is above the limit of " + std::to_string(limits::kMaxPayloadBytes) +
                                           " bytes and " + std::to_string(limits::kMaxPayloadParts) + " parts");
  }
  return parse_transaction(submission.transaction);
}

std::vector<const ParsedTransaction*> transactions_of(const std::vector<Outputs::Job>& jobs) {
  std::vector<const ParsedTransaction*> transactions;
  transactions.reserve(jobs.size());
  for (const Outputs::Job& job : jobs) transactions.push_back(job.transaction.get());
  return transactions;
}

}  // namespace

Result<void> check(const Outputs::Job& job, const SignatureVerifier& verifier) {
  if (job.signature && !verify_transaction(*job.transaction, verifier)) {
    return Error(ErrorCode::kAuthentication, "the transaction's signature does not verify");
  }
  job.transaction->keys_good();  // found out here, off the engine's thread; what follows from it is for the execution
  if (job.submission) return check_payload(job.transaction->transaction().body, job.submission->payload);
  return {};
}

std::vector<Result<TxPtr>> Engine::Impl::inspect(std::span<const Submission> submissions) const {
  const State& state = chain.state();
  std::vector<Result<TxPtr>> inspected;
  inspected.reserve(submissions.size());
  std::vector<const ParsedTransaction*> parsed;
  while (!submissions.empty()) {
    const std::size_t begin = inspected.size();
    const std::size_t size = std::min(kTogether, submissions.size());
    parsed.clear();
    for (const Submission& submission : submissions.first(size)) {
      inspected.push_back(parse(submission));
      if (inspected.back()) parsed.push_back(inspected.back()->get());
    }
    state.fetch_admissible(parsed);
    for (std::size_t i = begin; i < inspected.size(); ++i) {
      if (!inspected[i]) continue;
      if (auto admissible = state.admissible(**inspected[i]); !admissible) inspected[i] = admissible.error();
    }
    submissions = submissions.subspan(size);
  }
  return inspected;
}

void Engine::Impl::on_submit(std::uint64_t ticket, std::vector<Submission> submissions) {
  InStage stage(Stage::kDecode);
  ClientBatch batch{ticket, {}, {}, {}};
  Outputs::Verification request;
  std::vector<Result<TxPtr>> inspected;
  if (!halted) inspected = inspect(std::span(submissions).first(std::min(submissions.size(), kSubmissionsPerCall)));
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    if (halted) {
      batch.results.emplace_back(Error(ErrorCode::kUnavailable, "this node has halted; use another one"));
      continue;
    }
    if (i >= kSubmissionsPerCall) {
      batch.results.emplace_back(Error(ErrorCode::kTooLarge, "too many transactions in one call"));
      continue;
    }
    const Result<TxPtr>& transaction = inspected[i];
    if (!transaction) {
      batch.results.emplace_back(transaction.error());
    } else if (mempool.find((*transaction)->id) != nullptr) {
      batch.results.emplace_back((*transaction)->id);
    } else {
      batch.results.emplace_back(std::nullopt);
      batch.places.push_back(i);
      request.jobs.push_back({*transaction, std::make_shared<const Submission>(std::move(submissions[i]))});
    }
  }
  request.token = next_token++;
  batch.jobs = request.jobs;
  std::uint64_t token = request.token;
  bool nothing_to_check = request.jobs.empty();
  begin_checks(batch.jobs, config.self);
  checks.emplace(token, std::move(batch));
  if (nothing_to_check) return on_verified(token, {});
  out.verifications.push_back(std::move(request));
}

void Engine::Impl::on_relayed(const Address& peer, peer::Transactions transactions) {
  if (!own_index()) return;  // only sitting producers gather what others relay
  InStage stage(Stage::kDecode);
  std::size_t& under_way = peer_checks[peer];
  PeerBatch batch{peer, {}};
  std::vector<Submission>& submissions = transactions.submissions;
  if (under_way + submissions.size() > kPeerChecks) submissions.resize(kPeerChecks - std::min(kPeerChecks, under_way));
  const std::vector<Result<TxPtr>> inspected = inspect(submissions);
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    const Result<TxPtr>& transaction = inspected[i];
    if (!transaction) {
      ++counters.submissions_refused;
      continue;
    }
    if (mempool.find((*transaction)->id) != nullptr) continue;
    // Relayed again while the first one waits for its turn. Another peer's is checked: its payload may be another.
    if (under_check(**transaction) && being_checked.at((*transaction)->id).last == peer) continue;
    Outputs::Job job{*transaction, std::make_shared<const Submission>(std::move(submissions[i]))};
    if (auto known = checked_in_blocks.find((*transaction)->leaf); known == checked_in_blocks.end()) {
      batch.jobs.push_back(std::move(job));
    } else if (!check_payload(job.transaction->transaction().body, job.submission->payload)) {
      ++counters.submissions_refused;  // else what is no payload of it would be held, or displace the right one
    } else if (known->second.good) {
      take_checked(job);
    } else {
      known->second.relayed = std::move(job);
    }
  }
  if (batch.jobs.empty()) return update_work();
  under_way += batch.jobs.size();
  begin_checks(batch.jobs, peer);
  std::uint64_t token = next_token++;
  out.verifications.push_back({token, batch.jobs});
  checks.emplace(token, std::move(batch));
}

void Engine::Impl::take_checked(const Outputs::Job& job) {
  if (!enqueue(job, false)) ++counters.submissions_refused;
}

void Engine::Impl::end_block_check(const BlockCheck& check, const std::vector<Result<void>>& results) {
  for (std::size_t i = 0; i < check.leaves.size(); ++i) {
    auto checked = checked_in_blocks.find(check.leaves[i]);
    if (checked == checked_in_blocks.end()) continue;  // of a height that is over
    if (!results.at(i)) {
      checked_in_blocks.erase(checked);
      continue;
    }
    checked->second.good = true;
    if (auto job = std::exchange(checked->second.relayed, std::nullopt)) take_checked(*job);
  }
  update_work();
}

Result<TxId> Engine::Impl::enqueue(const Outputs::Job& job, bool local) {
  if (auto still_new = chain.state().still_new(*job.transaction); !still_new) {
    // It became final while it was checked.
    auto place = find_transaction(job.transaction->id);
    if (place && *place && !sat_at((*place)->height)) ++counters.signatures_checked_unseated;
    return still_new.error();
  }
  MEDCHAIN_TRY(mempool.add({job.transaction, job.submission, local, now.monotonic_ms}));
  return job.transaction->id;
}

void Engine::Impl::on_verified(std::uint64_t token, const std::vector<Result<void>>& results) {
  auto found = checks.find(token);
  if (found == checks.end()) return;
  auto check = std::move(found->second);
  checks.erase(found);
  if (std::holds_alternative<ArrivedCheck>(check)) return end_arrived_check(token, results);
  InStage stage(Stage::kQueue);
  if (auto* block = std::get_if<BlockCheck>(&check)) {
    end_block_check(*block, results);
    if (!validation || validation->hash != block->block) return;
    for (const Result<void>& result : results) {
      if (result) continue;
      refuse(validation->block->header.producer, result.error());
      validation.reset();
      inputs.push_back(consensus::Validated{block->block, false});
      return;
    }
    validation->check_under_way = false;
    return after_check();
  }
  if (auto* batch = std::get_if<PeerBatch>(&check)) {
    if (auto it = peer_checks.find(batch->peer); it != peer_checks.end()) {
      it->second -= batch->jobs.size();
      if (it->second == 0) peer_checks.erase(it);
    }
    chain.state().fetch_still_new(transactions_of(batch->jobs));
    for (std::size_t i = 0; i < batch->jobs.size(); ++i) {
      if (!results.at(i) || !enqueue(batch->jobs[i], false)) ++counters.submissions_refused;
    }
    end_checks(batch->jobs);
    return update_work();
  }
  auto& batch = std::get<ClientBatch>(check);
  chain.state().fetch_still_new(transactions_of(batch.jobs));
  std::vector<std::shared_ptr<const Submission>> accepted;
  for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
    auto result = results.at(i) ? enqueue(batch.jobs[i], true) : Result<TxId>(results[i].error());
    if (result) accepted.push_back(batch.jobs[i].submission);
    batch.results[batch.places[i]] = std::move(result);
  }
  Outputs::SubmitResult answer{batch.ticket, {}};
  for (auto& result : batch.results) {
    if (!*result) ++counters.submissions_refused;
    answer.results.push_back(std::move(*result));
  }
  out.submit_results.push_back(std::move(answer));
  end_checks(batch.jobs);
  relay(accepted);
  update_work();
}

void Engine::Impl::begin_checks(const std::vector<Outputs::Job>& jobs, const Address& of) {
  counters.signatures_checked += jobs.size();
  for (const Outputs::Job& job : jobs) {
    BeingChecked& begun = being_checked[job.transaction->id];
    if (begun.batches == 0) begun.transaction = job.transaction;
    if (begun.transaction->leaf != job.transaction->leaf) continue;
    ++begun.batches;
    begun.last = of;
  }
  fill_assembly(jobs);
}

bool Engine::Impl::under_check(const ParsedTransaction& transaction) const {
  auto begun = being_checked.find(transaction.id);
  return begun != being_checked.end() && begun->second.transaction->leaf == transaction.leaf;
}

void Engine::Impl::end_checks(const std::vector<Outputs::Job>& jobs) {
  for (const Outputs::Job& job : jobs) {
    if (!under_check(*job.transaction)) continue;
    auto found = being_checked.find(job.transaction->id);
    if (--found->second.batches == 0) being_checked.erase(found);
  }
  if (!validation || validation->awaited.empty()) return;
  for (const Outputs::Job& job : jobs) validation->awaited.erase(job.transaction->leaf);
  after_check();
}

void Engine::Impl::after_check() {
  if (validation->check_under_way || !validation->awaited.empty()) return;
  check_block_signatures();
  continue_validation();
}

void Engine::Impl::relay(const std::vector<std::shared_ptr<const Submission>>& submissions) {
  peer::Transactions message;
  std::uint64_t bytes = 0;
  for (const auto& submission : submissions) {
    bytes += submission->transaction.size() + submission->payload.bytes();
    message.submissions.push_back(*submission);
    if (bytes < limits::kMaxPayloadBytes && message.submissions.size() < limits::kMaxListed) continue;
    send_to_committee(std::exchange(message, {}));
    bytes = 0;
  }
  if (!message.submissions.empty()) send_to_committee(std::move(message));
}

void Engine::Impl::relay_again() {
  if (now.monotonic_ms < next_relay_ms) return;
  bool all = next_relay_ms == 0;
  next_relay_ms = now.monotonic_ms + kRelayMs / 3;
  std::uint64_t before_ms = all ? now.monotonic_ms + 1 : now.monotonic_ms - std::min(now.monotonic_ms, kRelayMs);
  relay(mempool.take_unrelayed(before_ms, now.monotonic_ms, kRelayAgain));
}

}  // namespace medchain
