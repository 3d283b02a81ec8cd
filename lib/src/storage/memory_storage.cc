#include "medchain/storage.h"

namespace medchain {

namespace {

std::size_t index_of(Table table) {
  auto index = static_cast<std::size_t>(table);
  MEDCHAIN_ASSERT(index < kTables, "a table that storage.h does not name");
  return index;
}

}  // namespace

Result<std::optional<Bytes>> MemoryStorage::get(Table table, ByteView key) const {
  std::lock_guard lock(mutex_);
  const auto& entries = current_[index_of(table)];
  auto found = entries.find(to_bytes(key));
  if (found == entries.end()) return std::optional<Bytes>();
  return std::optional<Bytes>(found->second);
}

Result<void> MemoryStorage::scan(Table table, ByteView from,
                                 const std::function<bool(ByteView key, ByteView value)>& visit) const {
  std::vector<std::pair<Bytes, Bytes>> seen;  // a copy, so that `visit` may call back, and sees what stood at the start
  {
    std::lock_guard lock(mutex_);
    const auto& entries = current_[index_of(table)];
    seen.assign(entries.lower_bound(to_bytes(from)), entries.end());
  }
  for (const auto& [key, value] : seen) {
    if (!visit(key, value)) break;
  }
  return {};
}

Result<void> MemoryStorage::write(const Batch& batch, bool sync) {
  std::lock_guard lock(mutex_);
  if (failing_) return Error(ErrorCode::kIo, "the storage refuses to write, as it was told to");
  apply(current_, batch);
  unsynced_.push_back(batch);
  if (sync) {
    for (const Batch& written : unsynced_) apply(durable_, written);
    unsynced_.clear();
  }
  return {};
}

void MemoryStorage::crash(std::size_t unsynced_batches_kept) {
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < unsynced_.size() && i < unsynced_batches_kept; ++i) apply(durable_, unsynced_[i]);
  unsynced_.clear();
  current_ = durable_;
}

std::size_t MemoryStorage::unsynced_batches() const {
  std::lock_guard lock(mutex_);
  return unsynced_.size();
}

void MemoryStorage::fail_writes(bool fail) {
  std::lock_guard lock(mutex_);
  failing_ = fail;
}

void MemoryStorage::apply(Tables& tables, const Batch& batch) {
  for (const Batch::Operation& operation : batch.operations) {
    auto& entries = tables[index_of(operation.table)];
    if (operation.value) {
      entries.insert_or_assign(operation.key, *operation.value);
    } else {
      entries.erase(operation.key);
    }
  }
}

}  // namespace medchain
