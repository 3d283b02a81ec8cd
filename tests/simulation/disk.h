// A host's disk: what is written is seen at once, and is safe when a sync after it ends. A power failure keeps what was
// synced and any number of the batches after it, in their order: so a write is torn between two batches.
#pragma once

#include <deque>
#include <memory>

#include "medchain/storage.h"

namespace medchain::simulation {

class Disk final : public Storage {
 public:
  explicit Disk(const Storage& content);

  Result<std::optional<Bytes>> get(Table table, ByteView key) const override;
  Result<void> scan(Table table, ByteView from,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override;
  // With `sync` (the engine, while it starts) durable at once; else when sync_until() says so.
  Result<void> write(const Batch& batch, bool sync) override;

  std::uint64_t written() const { return written_; }  // batches, ever
  void sync_until(std::uint64_t written);
  std::size_t unsynced() const { return pending_.size(); }
  const Storage& durable() const { return *durable_; }  // what a power failure now would leave at least

  void power_failure(std::size_t batches_kept);
  void lose_everything();
  void refuse_writes(bool refuse) { refuse_writes_ = refuse; }
  void refuse_reads(bool refuse) { refuse_reads_ = refuse; }

 private:
  std::unique_ptr<MemoryStorage> current_ = std::make_unique<MemoryStorage>();
  std::unique_ptr<MemoryStorage> durable_ = std::make_unique<MemoryStorage>();
  std::deque<Batch> pending_;
  std::uint64_t written_ = 0;
  bool refuse_writes_ = false, refuse_reads_ = false;
};

}  // namespace medchain::simulation
