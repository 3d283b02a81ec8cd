#include "sender.h"

#include <algorithm>
#include <chrono>

namespace medchain::gateway {
namespace {

constexpr std::size_t kMaxFlights = 1'000;
constexpr std::size_t kMaxDeviceFlights = 250;
constexpr std::size_t kBatchReadings = 100;
constexpr std::uint64_t kBatchBytes = 16 * 1024 * 1024;
constexpr std::size_t kResolvedAtOnce = 200;
constexpr std::uint64_t kMaxFollowed = 200;       // blocks; behind by more, each transaction is asked for instead
constexpr std::uint64_t kFlightMs = 30'000;       // then it is asked for, and submitted again
constexpr std::uint64_t kAfterRefusalMs = 1'000;  // doubled with each attempt
constexpr std::uint32_t kMaxAttempts = 6;         // transactions of one reading that the ledger refused
constexpr std::uint64_t kBusyPauseMs = 50;
constexpr std::uint64_t kIdlePauseMs = 1'000;
constexpr std::uint64_t kTellAgainMs = 60'000;
constexpr std::uint64_t kProbeMs = 60'000;  // a node that proves no committee is given up after this
constexpr std::uint64_t kForgetEveryMs = 600'000;

}  // namespace

Sender::Sender(SenderConfig config, Queue& queue, Metrics& metrics, const Log& log)
    : config_(std::move(config)),
      queue_(queue),
      metrics_(metrics),
      log_(log.in(log_module::kNodes)),
      links_(config_.connect, config_.nodes),
      chain_(*config_.genesis, *config_.verifier),
      readers_(chain_, config_.proof_max_age_ms) {
  if (auto own = queue_.own_transaction()) chain_.prove_with(*own);
}

template <class T>
Result<T> Sender::stored(Result<T> result) {
  if (!result) fatal_ = result.error();
  return result;
}

const Identity* Sender::author(const Address& address) const {
  if (address == config_.gateway.address) return &config_.gateway;
  auto found = std::find_if(config_.authors.begin(), config_.authors.end(),
                            [&](const Identity& identity) { return identity.address == address; });
  return found == config_.authors.end() ? nullptr : &*found;
}

bool Sender::waits(const EntryId& id) const {
  auto found = not_before_ms_.find(id);
  return found != not_before_ms_.end() && config_.now_ms() < found->second;
}

void Sender::tell_once(const std::string& about, const std::string& line) {
  const std::uint64_t now = config_.now_ms();
  auto [told, first] = told_ms_.try_emplace(about, now);
  if (!first && now < told->second + kTellAgainMs) return;
  told->second = now;
  log_.warn(line);
}

// --- what the chain says

Result<void> Sender::follow(Ledger& node) {
  auto latest = chain_.latest(node);
  if (!latest && chain_.missing_handovers()) return probe(node);
  if (!latest) return latest.error();
  probing_since_ms_ = 0;
  height_ = latest->header.height;
  block_ms_ = latest->header.time_ms;
  const std::uint64_t now = config_.now_ms();
  if (block_ms_ + config_.proof_max_age_ms >= now) certified_ms_ = now;
  return follow_blocks(node, *latest);
}

Result<void> Sender::follow_blocks(Ledger& node, const rpc::BlockSummary& latest) {
  const bool far = followed_ && height_.value > followed_->value + kMaxFollowed;
  if (far) flights_.clear();
  if (!followed_ || far || flights_.empty()) {
    followed_ = height_;
    return {};
  }
  while (*followed_ < height_) {
    const Height next = followed_->next();
    auto block = next == height_ ? Result<rpc::BlockSummary>(latest) : chain_.block(node, next);
    if (!block) return block.error();
    MEDCHAIN_TRY(settle(*block));
    followed_ = next;
  }
  return {};
}

Result<void> Sender::settle(const rpc::BlockSummary& block) {
  for (const Receipt& receipt : block.receipts) {
    auto flight = flights_.find(receipt.id);
    if (flight == flights_.end()) continue;
    const EntryId entry = flight->second.entry;
    flights_.erase(flight);
    settled_ms_ = config_.now_ms();
    MEDCHAIN_TRY(take_outcome(entry, receipt, block.header.height));
  }
  return {};
}

// The receipt stands in a certified block. A record that exists already is this reading's: its nonce is nobody else's,
// so an earlier transaction, thought to be lost, was final after all.
Result<void> Sender::take_outcome(const EntryId& id, const Receipt& receipt, Height height) {
  auto entry = queue_.find(id);
  if (!entry) return stored(Result<void>(entry.error()));
  if (!*entry || (*entry)->transaction != receipt.id) return {};
  if ((*entry)->author == config_.gateway.address) {
    chain_.prove_with(receipt.id);
    MEDCHAIN_TRY(stored(queue_.set_own_transaction(receipt.id)));
  }
  const bool on_ledger = receipt.status == TxStatus::kSuccess || receipt.status == TxStatus::kRecordExists;
  if (!on_ledger && (*entry)->attempts + 1 < kMaxAttempts) {
    readers_.forget();
    metrics_.retried(to_string(receipt.status), 1);
    tell_once((*entry)->device, "a record of device " + (*entry)->device + " was refused (" +
                                    std::string(to_string(receipt.status)) + "); it is made again");
    not_before_ms_[id] = config_.now_ms() + (kAfterRefusalMs << (*entry)->attempts);
    return stored(queue_.make_again(id, true));
  }
  const EntryState state = on_ledger ? EntryState::kFinal : EntryState::kRefused;
  const TxStatus status = on_ledger ? TxStatus::kSuccess : receipt.status;
  MEDCHAIN_TRY(stored(queue_.end({{id, state, status, height}}, config_.now_ms())));
  not_before_ms_.erase(id);
  metrics_.ended(state);
  return {};
}

// The validity is guessed from a header that is not certified: a wrong guess costs one more transaction.
Result<void> Sender::probe(Ledger& node) {
  auto latest = node.latest_block();
  if (!latest) return latest.error();
  const Height height = latest->header.height;
  if (probing_since_ms_ == 0) probing_since_ms_ = config_.now_ms();
  if (probing_since_ms_ + kProbeMs < config_.now_ms()) {
    probing_since_ms_ = 0;
    return Error(ErrorCode::kUnavailable, "the committee's changes could not be proved");
  }
  if (probe_id_) {
    auto found = node.transaction(*probe_id_);
    if (found) {
      chain_.prove_with(*probe_id_);
      MEDCHAIN_TRY(stored(queue_.set_own_transaction(*probe_id_)));
      probe_id_.reset();
      return follow(node);
    }
    if (found.error().code() != ErrorCode::kNotFound) return found.error();
  }
  if (!probe_id_) {
    TxId id;
    probe_ =
        make_probe(config_.gateway, chain_.id(), Height{height.value + std::max(chain_.replay_window() / 2, 1U)}, id);
    probe_id_ = id;
    log_.info("the committee has changed while the gateway was away: proving how, with a transaction of its own");
  }
  auto results = node.submit({*probe_});
  if (results && results->size() == 1 && !results->front() &&
      results->front().error().code() == ErrorCode::kInadmissible) {
    probe_id_.reset();
  }
  return results ? Result<void>() : results.error();
}

// --- what was made, and is not known to be under way

Result<void> Sender::resolve() {
  const std::uint64_t now = config_.now_ms();
  const auto late = [&](const auto& flight) { return flight.second.submitted_ms + kFlightMs < now; };
  if (std::erase_if(flights_, late) > 0 && settled_ms_ + kFlightMs < now) {
    return Error(ErrorCode::kUnavailable, "nothing that was submitted to it becomes final");
  }
  auto doubtful = queue_.select(kResolvedAtOnce, [&](const EntryId& id, const Entry& entry) {
    return entry.state == EntryState::kMade && !flights_.contains(*entry.transaction) && !waits(id);
  });
  std::vector<Parcel> parcels;
  for (const OpenEntry& open : doubtful) MEDCHAIN_TRY(resolve_one(open, parcels));
  if (parcels.empty()) return {};
  metrics_.retried("submitted_again", parcels.size());
  auto node = links_.to(config_.gateway);
  return node ? submit(**node, std::move(parcels)) : node.error();
}

Result<void> Sender::resolve_one(const OpenEntry& open, std::vector<Parcel>& parcels) {
  Height height;
  auto receipt = look_up(open.entry, height);
  if (!receipt) return receipt.error();
  if (*receipt) return take_outcome(open.id, **receipt, height);
  if (open.entry.valid_until <= height_) return make_again(open.id, "expired");
  std::uint64_t bytes = 0;
  for (const Parcel& parcel : parcels) bytes += parcel.submission.payload.bytes();
  if (bytes > kBatchBytes) return {};  // next time
  auto submission = stored(queue_.submission(open.id));
  if (!submission) return submission.error();
  if (!signed_now(*submission, open.entry.author)) return make_again(open.id, "keys_rotated");
  parcels.push_back({open.id, *open.entry.transaction, open.entry.device, std::move(*submission)});
  return {};
}

Result<void> Sender::make_again(const EntryId& id, std::string_view why) {
  metrics_.retried(why, 1);
  return stored(queue_.make_again(id, false));
}

// By the author's present keys: nobody takes what it signed with those before.
bool Sender::signed_now(const Submission& submission, const Address& author_address) const {
  const Identity* as = author(author_address);
  if (as == nullptr) return true;
  auto made = bcs::decode<SignedTransaction>(submission.transaction);
  return made && made->key == as->keys->signing.public_key();
}

// Nothing when the node says that it is not final there.
Result<std::optional<Receipt>> Sender::look_up(const Entry& entry, Height& height) {
  const Identity* as = author(entry.author);
  auto node = links_.to(as == nullptr ? config_.gateway : *as);  // its author may always see a transaction
  if (!node) return node.error();
  auto info = (*node)->transaction(*entry.transaction);
  if (!info && info.error().code() == ErrorCode::kNotFound) return std::optional<Receipt>();
  if (!info) return info.error();
  height = info->height;
  auto block = chain_.block(**node, height);
  if (!block) return block.error();
  auto found = std::find_if(block->receipts.begin(), block->receipts.end(),
                            [&](const Receipt& receipt) { return receipt.id == *entry.transaction; });
  if (found != block->receipts.end()) return std::optional<Receipt>(*found);
  return Error(ErrorCode::kAuthentication, "the node named a block that does not hold the transaction");
}

// --- what is queued

// The next readings of every device: behind one that waits, nothing of its device is made.
std::vector<OpenEntry> Sender::choose(std::set<std::string>& held) {
  std::map<std::string, std::size_t> flying;
  for (const auto& [id, flight] : flights_) ++flying[flight.device];
  std::uint64_t bytes = 0;
  const std::size_t room = flights_.size() < kMaxFlights ? kMaxFlights - flights_.size() : 0;
  return queue_.select(std::min(kBatchReadings, room), [&](const EntryId& id, const Entry& entry) {
    const bool under_way = entry.state == EntryState::kMade && flights_.contains(*entry.transaction);
    if (under_way || held.contains(entry.device)) return false;
    if (entry.state == EntryState::kMade || waits(id) || flying[entry.device] >= kMaxDeviceFlights ||
        (bytes > 0 && bytes + entry.bytes > kBatchBytes)) {
      held.insert(entry.device);
      return false;
    }
    bytes += entry.bytes;
    ++flying[entry.device];
    return true;
  });
}

Result<void> Sender::make(Ledger& node) {
  if (block_ms_ + config_.proof_max_age_ms < config_.now_ms()) {
    return Error(ErrorCode::kUnavailable, "the node's newest block is too old to prove readers by");
  }
  std::set<std::string> held;
  std::vector<Made> made;
  std::vector<Parcel> parcels;
  for (const OpenEntry& open : choose(held)) {
    if (held.contains(open.entry.device)) continue;
    auto one = make_one(node, open);
    if (!one) return one.error();
    if (!*one) {
      held.insert(open.entry.device);
      not_before_ms_[open.id] = config_.now_ms() + kAfterRefusalMs;
      continue;
    }
    parcels.push_back({open.id, (*one)->transaction, open.entry.device, (*one)->submission});
    made.push_back(std::move(**one));
  }
  if (made.empty()) return {};
  MEDCHAIN_TRY(stored(queue_.keep(std::move(made))));
  return submit(node, std::move(parcels));
}

// Nothing when this device's readings must wait for a reason of their own, which is logged.
Result<std::optional<Made>> Sender::make_one(Ledger& node, const OpenEntry& open) {
  const std::string device = "device " + open.entry.device + ": ";
  const Identity* as = author(open.entry.author);
  if (as == nullptr) {
    tell_once(open.entry.device,
              device + "its readings wait, for the key that they were accepted for is not configured");
    return std::optional<Made>();
  }
  auto reading = queue_.reading(open.id);
  if (!reading && reading.error().code() != ErrorCode::kCorrupt) return stored(std::move(reading)).error();
  if (!reading) {
    tell_once(open.entry.device, device + "its readings wait: " + reading.error().message());
    return std::optional<Made>();
  }
  auto readers = readers_.of(node, reading->subject, config_.now_ms());
  if (!readers && readers.error().code() == ErrorCode::kInadmissible) {
    wipe(reading->content);
    tell_once(open.entry.device, device + "its readings wait: " + readers.error().message());
    return std::optional<Made>();
  }
  if (!readers) {
    wipe(reading->content);
    return readers.error();
  }
  const Height valid_until{height_.value + std::max(chain_.replay_window() / 2, 1U)};
  auto made = make_record(open.id, *reading, open.entry.nonce, *as, *readers, chain_.id(), valid_until);
  wipe(reading->content);
  if (made) return std::optional<Made>(std::move(*made));
  tell_once(open.entry.device, device + "its readings wait: " + made.error().message());
  return std::optional<Made>();
}

Result<void> Sender::submit(Ledger& node, std::vector<Parcel> parcels) {
  std::vector<Submission> submissions;
  for (Parcel& parcel : parcels) submissions.push_back(std::move(parcel.submission));
  auto results = node.submit(std::move(submissions));
  if (!results) return results.error();
  if (results->size() != parcels.size()) return Error(ErrorCode::kMalformed, "the node answered for other submissions");
  const std::uint64_t now = config_.now_ms();
  std::size_t taken = 0;
  for (std::size_t i = 0; i < parcels.size(); ++i) {
    const Result<TxId>& result = (*results)[i];
    if (result) {
      ++taken;
      flights_[parcels[i].transaction] = {parcels[i].id, now, parcels[i].device};
      continue;
    }
    // Whatever the reason, the node's word ends nothing: it is asked for again, and submitted again.
    not_before_ms_[parcels[i].id] = now + kAfterRefusalMs;
    metrics_.retried(error_name(result.error().code()), 1);
    tell_once("submit", "a node did not take a transaction: " + result.error().message());
  }
  metrics_.submitted(taken);
  return {};
}

// --- the loop

Result<void> Sender::ask_node() {
  auto node = links_.to(config_.gateway);
  if (!node) return node.error();
  if (generation_ != links_.generation()) {
    generation_ = links_.generation();
    flights_.clear();
    followed_.reset();
  }
  MEDCHAIN_TRY(follow(**node));
  if (chain_.missing_handovers()) return {};
  MEDCHAIN_TRY(resolve());
  MEDCHAIN_TRY(make(**node));
  links_.worked();
  return {};
}

Result<void> Sender::cycle() {
  auto done = ask_node();
  if (done || fatal_ || stopping()) return done;
  const std::string name = "node " + std::to_string(links_.node());
  tell_once(name, name + " is given up for now: " + done.error().message());
  metrics_.node_failed();
  links_.give_up();
  return done;
}

Result<void> Sender::run() {
  while (!stopping()) {
    auto done = cycle();
    if (fatal_) return *fatal_;
    if (auto failed = queue_.failure()) return *failed;
    if (!done) {
      pause(links_.pause_ms(), false);
      continue;
    }
    const std::uint64_t now = config_.now_ms();
    if (now >= forgot_ms_ + kForgetEveryMs) {
      forgot_ms_ = now;
      auto forgotten = queue_.forget(now - std::min(now, config_.remember_ms));
      if (!forgotten) return forgotten.error();
    }
    const bool busy = queue_.counts().readings > 0;
    pause(busy ? kBusyPauseMs : kIdlePauseMs, !busy);
  }
  return {};
}

bool Sender::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void Sender::pause(std::uint64_t ms, bool until_woken) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return stopping_ || (until_woken && woken_); });
  woken_ = false;
}

void Sender::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

void Sender::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_all();
}

bool Sender::ledger_reachable() const {
  constexpr std::uint64_t kShortWhileMs = 10'000;
  const std::uint64_t last = certified_ms_;
  return last != 0 && last + kShortWhileMs >= config_.now_ms();
}

}  // namespace medchain::gateway
