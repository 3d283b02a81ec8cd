#include "disk.h"

namespace medchain::simulation {
namespace {

Error refused(const char* what) { return {ErrorCode::kIo, std::string("the simulated disk refuses to ") + what}; }

void copy(const Storage& from, Storage& to) {
  Batch batch;
  for (std::size_t table = 0; table < kTables; ++table) {
    auto read = from.scan(static_cast<Table>(table), {}, [&](ByteView key, ByteView value) {
      batch.put(static_cast<Table>(table), to_bytes(key), to_bytes(value));
      return true;
    });
    MEDCHAIN_ASSERT(read.ok(), "memory that cannot be read");
  }
  auto written = to.write(batch, true);
  MEDCHAIN_ASSERT(written.ok(), "memory that cannot be written");
}

}  // namespace

Disk::Disk(const Storage& content) {
  copy(content, *current_);
  copy(content, *durable_);
}

Result<std::optional<Bytes>> Disk::get(Table table, ByteView key) const {
  if (refuse_reads_) return refused("read");
  return current_->get(table, key);
}

Result<void> Disk::scan(Table table, ByteView from,
                        const std::function<bool(ByteView key, ByteView value)>& visit) const {
  if (refuse_reads_) return refused("read");
  return current_->scan(table, from, visit);
}

Result<void> Disk::write(const Batch& batch, bool sync) {
  if (refuse_writes_) return refused("write");
  MEDCHAIN_TRY(current_->write(batch, true));
  pending_.push_back(batch);
  ++written_;
  if (sync) sync_until(written_);
  return {};
}

void Disk::sync_until(std::uint64_t written) {
  while (!pending_.empty() && written_ - pending_.size() < written) {
    auto done = durable_->write(pending_.front(), true);
    MEDCHAIN_ASSERT(done.ok(), "memory that cannot be written");
    pending_.pop_front();
  }
}

void Disk::power_failure(std::size_t batches_kept) {
  sync_until(written_ - pending_.size() + std::min(batches_kept, pending_.size()));
  pending_.clear();
  current_ = std::make_unique<MemoryStorage>();
  copy(*durable_, *current_);
}

void Disk::lose_everything() {
  pending_.clear();
  current_ = std::make_unique<MemoryStorage>();
  durable_ = std::make_unique<MemoryStorage>();
}

}  // namespace medchain::simulation
