#include "queue.h"

#include <algorithm>

#include "medchain/assert.h"

namespace medchain::gateway {
namespace {

constexpr std::string_view kIdPurpose = "gateway id";
constexpr std::string_view kContentPurpose = "content";

Error damaged(const EntryId& id, std::string_view what) {
  return {ErrorCode::kCorrupt, "the queue's entry " + id.hex() + ": " + std::string(what)};
}

}  // namespace

Queue::Queue(Storage& storage, const KeyPair& gateway, const KeyPair* previous, const ChainId& chain,
             QueueLimits limits)
    : storage_(storage), chain_(chain), limits_(limits) {
  if (previous != nullptr) keys_.push_back({previous, Digests(*previous, chain)});
  keys_.push_back({&gateway, Digests(gateway, chain)});
}

Result<std::unique_ptr<Queue>> Queue::open(Storage& storage, const KeyPair& gateway, const Address& address,
                                           const ChainId& chain, QueueLimits limits, const KeyPair* previous) {
  std::unique_ptr<Queue> queue(new Queue(storage, gateway, previous, chain, limits));
  MEDCHAIN_TRY(queue->claim(address));
  MEDCHAIN_TRY(queue->load());
  return queue;
}

Result<void> Queue::claim(const Address& address) {
  const QueueOwner self{chain_, address};
  auto found = storage_.get(Table::kMeta, queue_key::owner());
  if (!found) return found.error();
  if (!*found) {
    Batch batch;
    batch.put(Table::kMeta, queue_key::owner(), bcs::encode(self));
    return storage_.write(batch, true);
  }
  auto owner = bcs::decode<QueueOwner>(**found);
  if (!owner) return Error(ErrorCode::kCorrupt, "the queue's owner: " + owner.error().message());
  if (!(*owner == self)) {
    return Error(ErrorCode::kConflict, "the queue is of another gateway key, or of another chain");
  }
  return {};
}

Result<void> Queue::load() {
  std::optional<Error> failed;
  auto scanned = storage_.scan(Table::kTransactions, {}, [&](ByteView key, ByteView value) {
    auto id = EntryId::from(key, "gateway id");
    auto entry = id ? bcs::decode<Entry>(value) : id.error();
    if (!entry) {
      failed = Error(ErrorCode::kCorrupt, "the queue: " + entry.error().message());
      return false;
    }
    next_sequence_ = std::max(next_sequence_, entry->sequence + 1);
    if (entry->ended()) return true;
    bytes_ += entry->bytes;
    order_.emplace(entry->sequence, *id);
    open_.emplace(*id, std::move(*entry));
    return true;
  });
  if (failed) return *failed;
  if (!scanned) return scanned;
  auto own = storage_.get(Table::kMeta, queue_key::own_transaction());
  if (!own) return own.error();
  if (!*own) return {};
  auto id = TxId::from(**own, "transaction id");
  if (!id) return Error(ErrorCode::kCorrupt, "the queue: " + id.error().message());
  own_transaction_ = *id;
  return {};
}

Result<void> Queue::write(const Batch& batch, bool sync) {
  auto written = storage_.write(batch, sync);
  if (!written && !failure_) failure_ = written.error();
  return written;
}

std::optional<Error> Queue::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

EntryId Queue::id_of(const Digests& digests, const Origin& origin, std::size_t index, const Hash& content) {
  Hash digest;
  if (origin.idempotency_key) {
    const std::string place = std::to_string(index);
    digest = digests.of(kIdPurpose, {view(origin.device), view(*origin.idempotency_key), view(place)});
  } else {
    digest = digests.of(kIdPurpose, {view(origin.device), content.view()});
  }
  EntryId id;
  std::copy_n(digest.bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

Result<std::optional<Entry>> Queue::stored(const EntryId& id) const {
  auto found = storage_.get(Table::kTransactions, queue_key::entry(id));
  if (!found) return found.error();
  if (!*found) return std::optional<Entry>();
  auto entry = bcs::decode<Entry>(**found);
  if (!entry) return damaged(id, entry.error().message());
  return std::optional<Entry>(std::move(*entry));
}

Result<bool> Queue::knows(const EntryId& id, const Hash& content) const {
  auto known = stored(id);
  if (!known) return known.error();
  if (*known && (*known)->content_digest != content) {
    return Error(ErrorCode::kConflict, "the idempotency key was used for other content");
  }
  return known->has_value();
}

// Under any key pair; otherwise `id` and `content` are those of the present one.
Result<bool> Queue::came_before(const Addition& addition, EntryId& id, Hash& content) const {
  const std::size_t index = addition.ids_.size();
  for (const Keys& keys : keys_) {
    content = keys.digests.of(kContentPurpose, {addition.readings_[index].content});
    id = id_of(keys.digests, addition.origin_, index, content);
    auto known = knows(id, content);
    if (!known || *known) return known;
  }
  return false;
}

Result<Queue::Candidate> Queue::candidate(const Addition& addition, const EntryId& id, const Hash& content) const {
  const Reading& reading = addition.readings_[addition.ids_.size()];
  Candidate candidate{id, {}, {}};
  Entry& entry = candidate.entry;
  entry.device = addition.origin_.device;
  entry.accepted_ms = addition.now_ms_;
  entry.content_digest = content;
  entry.bytes = reading.content.size();
  entry.author = addition.origin_.author;
  random_bytes(entry.nonce);
  Put put;
  put.subject = reading.subject;
  put.kind = reading.kind;
  put.time_ms = reading.time_ms;
  put.nonce = entry.nonce;
  entry.record = record_id(chain_, entry.author, put);
  const KeyPair& keys = *keys_.back().pair;
  Bytes plain = bcs::encode(StoredReading{id, reading.subject, reading.kind, reading.time_ms, reading.content});
  auto sealed = seal(plain, {keys.public_keys()}, {.author = &keys.signing});
  wipe(plain);
  if (!sealed) return sealed.error();
  candidate.sealed = std::move(*sealed);
  return candidate;
}

Queue::Addition::~Addition() {
  for (Reading& reading : readings_) wipe(reading.content);
}

Result<void> Queue::seal_next(Addition& addition) const {
  MEDCHAIN_ASSERT(!addition.sealed(), "there is another reading to seal");
  EntryId id;
  Hash content;
  auto known = came_before(addition, id, content);
  if (!known) return known.error();
  // The same bytes twice in one request are one reading.
  if (!*known && addition.fresh_.insert(id).second) {
    auto made = candidate(addition, id, content);
    if (!made) return made.error();
    addition.candidates_.push_back(std::move(*made));
  }
  wipe(addition.readings_[addition.ids_.size()].content);
  addition.ids_.push_back(id);
  return {};
}

// Meanwhile another request may have brought the same readings.
Result<Queue::Added> Queue::commit(Addition& addition) {
  MEDCHAIN_ASSERT(addition.sealed(), "every reading is sealed");
  std::lock_guard lock(mutex_);
  std::vector<Candidate> fresh;
  for (Candidate& candidate : addition.candidates_) {
    auto known = knows(candidate.id, candidate.entry.content_digest);
    if (!known) return known.error();
    if (!*known) fresh.push_back(std::move(candidate));
  }
  Added added{std::move(addition.ids_), fresh.size()};
  MEDCHAIN_TRY(write_new(std::move(fresh)));
  return added;
}

Result<Queue::Added> Queue::add(Origin origin, std::vector<Reading> readings, std::uint64_t now_ms) {
  Addition addition(std::move(origin), std::move(readings), now_ms);
  while (!addition.sealed()) MEDCHAIN_TRY(seal_next(addition));
  return commit(addition);
}

Result<void> Queue::check_room(const std::vector<Candidate>& candidates) const {
  std::uint64_t bytes = bytes_;
  for (const Candidate& candidate : candidates) bytes += candidate.entry.bytes;
  if (open_.size() + candidates.size() <= limits_.readings && bytes <= limits_.bytes) return {};
  return Error(ErrorCode::kUnavailable, "the gateway's queue is full; try again later");
}

Result<void> Queue::write_new(std::vector<Candidate> candidates) {
  if (candidates.empty()) return {};
  MEDCHAIN_TRY(check_room(candidates));
  Batch batch;
  std::uint64_t sequence = next_sequence_;
  for (Candidate& candidate : candidates) {
    candidate.entry.sequence = sequence++;
    batch.put(Table::kTransactions, queue_key::entry(candidate.id), bcs::encode(candidate.entry));
    batch.put(Table::kPayloads, queue_key::reading(candidate.id), std::move(candidate.sealed));
  }
  MEDCHAIN_TRY(write(batch, true));
  next_sequence_ = sequence;
  for (Candidate& candidate : candidates) {
    bytes_ += candidate.entry.bytes;
    order_.emplace(candidate.entry.sequence, candidate.id);
    open_.emplace(candidate.id, std::move(candidate.entry));
  }
  return {};
}

Result<std::optional<Entry>> Queue::find(const EntryId& id) const {
  {
    std::lock_guard lock(mutex_);
    if (auto found = open_.find(id); found != open_.end()) return std::optional<Entry>(found->second);
  }
  return stored(id);
}

std::vector<OpenEntry> Queue::select(std::size_t most,
                                     const std::function<bool(const EntryId&, const Entry&)>& wanted) const {
  std::lock_guard lock(mutex_);
  std::vector<OpenEntry> entries;
  for (auto it = order_.begin(); it != order_.end() && entries.size() < most; ++it) {
    const Entry& entry = open_.at(it->second);
    if (wanted(it->second, entry)) entries.push_back({it->second, entry});
  }
  return entries;
}

std::optional<std::uint64_t> Queue::oldest_ms() const {
  std::lock_guard lock(mutex_);
  if (order_.empty()) return std::nullopt;
  return open_.at(order_.begin()->second).accepted_ms;
}

QueueCounts Queue::counts() const {
  std::lock_guard lock(mutex_);
  return {open_.size(), bytes_};
}

// Sealed to one of the gateway's key pairs, and signed by it.
Result<Opened> Queue::open_own(ByteView sealed) const {
  for (const Keys& keys : keys_) {
    auto opened = medchain::open(sealed, *keys.pair);
    if (!opened && opened.error().code() == ErrorCode::kPermissionDenied) continue;
    if (!opened || opened->author == keys.pair->signing.public_key()) return opened;
    return Error(ErrorCode::kAuthentication, "its reading is not the gateway's own");
  }
  return Error(ErrorCode::kPermissionDenied, "it is sealed to another key of the gateway: is that its previous_key?");
}

Result<Reading> Queue::reading(const EntryId& id) const {
  auto sealed = storage_.get(Table::kPayloads, queue_key::reading(id));
  if (!sealed) return sealed.error();
  if (!*sealed) return damaged(id, "its reading is not there");
  auto opened = open_own(**sealed);
  if (!opened) return damaged(id, opened.error().message());
  auto stored = bcs::decode<StoredReading>(opened->plaintext);
  wipe(opened->plaintext);
  if (!stored) return damaged(id, stored.error().message());
  if (stored->id != id) return damaged(id, "it holds another one's reading");
  return Reading{stored->subject, stored->kind, stored->time_ms, std::move(stored->content)};
}

Entry* Queue::find_open(const EntryId& id) {
  auto found = open_.find(id);
  return found == open_.end() ? nullptr : &found->second;
}

Result<void> Queue::keep(std::vector<Made> made) {
  std::lock_guard lock(mutex_);
  Batch batch;
  std::vector<std::pair<EntryId, Entry>> changed;
  for (Made& one : made) {
    const Entry* open = find_open(one.id);
    if (open == nullptr) return damaged(one.id, "a record was made of what is not queued");
    Entry entry = *open;
    entry.state = EntryState::kMade;
    entry.transaction = one.transaction;
    entry.valid_until = one.valid_until;
    batch.put(Table::kPayloads, queue_key::submission(one.id), bcs::encode(one.submission));
    batch.put(Table::kTransactions, queue_key::entry(one.id), bcs::encode(entry));
    changed.emplace_back(one.id, std::move(entry));
  }
  MEDCHAIN_TRY(write(batch, true));
  for (auto& [id, entry] : changed) open_[id] = std::move(entry);
  return {};
}

Result<Submission> Queue::submission(const EntryId& id) const {
  auto found = storage_.get(Table::kPayloads, queue_key::submission(id));
  if (!found) return found.error();
  if (!*found) return damaged(id, "its transaction is not there");
  auto submission = bcs::decode<Submission>(**found);
  if (!submission) return damaged(id, submission.error().message());
  return submission;
}

Result<void> Queue::make_again(const EntryId& id, bool refused) {
  std::lock_guard lock(mutex_);
  Entry* open = find_open(id);
  if (open == nullptr) return damaged(id, "it is not queued");
  Entry entry = *open;
  entry.state = EntryState::kQueued;
  entry.transaction.reset();
  entry.valid_until = {};
  if (refused) ++entry.attempts;
  Batch batch;
  batch.erase(Table::kPayloads, queue_key::submission(id));
  batch.put(Table::kTransactions, queue_key::entry(id), bcs::encode(entry));
  MEDCHAIN_TRY(write(batch, false));
  *open = std::move(entry);
  return {};
}

// Not synced: what a crash takes back is asked for again, and found final again.
Result<void> Queue::end(const std::vector<Ended>& ended, std::uint64_t now_ms) {
  std::lock_guard lock(mutex_);
  Batch batch;
  for (const Ended& one : ended) {
    const Entry* open = find_open(one.id);
    if (open == nullptr) return damaged(one.id, "it is not queued");
    Entry entry = *open;
    entry.state = one.state;
    entry.status = one.status;
    entry.height = one.height;
    entry.ended_ms = now_ms;
    batch.erase(Table::kPayloads, queue_key::submission(one.id));
    // A refused reading is kept, sealed, until it is forgotten: it is on no ledger.
    if (one.state == EntryState::kFinal) batch.erase(Table::kPayloads, queue_key::reading(one.id));
    batch.put(Table::kTransactions, queue_key::entry(one.id), bcs::encode(entry));
  }
  MEDCHAIN_TRY(write(batch, false));
  for (const Ended& one : ended) {
    auto found = open_.find(one.id);
    if (found == open_.end()) continue;  // named twice
    bytes_ -= found->second.bytes;
    order_.erase(found->second.sequence);
    open_.erase(found);
  }
  return {};
}

std::optional<TxId> Queue::own_transaction() const {
  std::lock_guard lock(mutex_);
  return own_transaction_;
}

Result<void> Queue::set_own_transaction(const TxId& id) {
  std::lock_guard lock(mutex_);
  Batch batch;
  batch.put(Table::kMeta, queue_key::own_transaction(), to_bytes(id.view()));
  MEDCHAIN_TRY(write(batch, false));
  own_transaction_ = id;
  return {};
}

Result<std::size_t> Queue::forget(std::uint64_t ended_before_ms) {
  std::vector<EntryId> old;
  auto scanned = storage_.scan(Table::kTransactions, {}, [&](ByteView key, ByteView value) {
    auto id = EntryId::from(key, "gateway id");
    auto entry = bcs::decode<Entry>(value);
    if (id && entry && entry->ended() && entry->ended_ms < ended_before_ms) old.push_back(*id);
    return true;
  });
  if (!scanned) return scanned.error();
  std::lock_guard lock(mutex_);
  Batch batch;
  for (const EntryId& id : old) {
    batch.erase(Table::kTransactions, queue_key::entry(id));
    batch.erase(Table::kPayloads, queue_key::reading(id));
  }
  if (!batch.empty()) MEDCHAIN_TRY(write(batch, false));
  return old.size();
}

}  // namespace medchain::gateway
