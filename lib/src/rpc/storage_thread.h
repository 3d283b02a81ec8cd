// The disk, behind a thread: the engine hands over its writes and never waits for a sync. As a Storage it shows what
// was handed over as if it were written.
#pragma once

#include <condition_variable>
#include <functional>
#include <thread>

#include "cpu_times.h"
#include "pending_writes.h"

namespace medchain::rpc {

class StorageThread final : public Storage {
 public:
  struct Handlers {                                                  // called on the storage thread
    std::function<void(std::vector<std::uint64_t> tokens)> durable;  // of writes applied, in order
    std::function<void(Error)> failed;                               // once; nothing is written after it
  };

  StorageThread(Storage& disk, CpuTimes& cpu, Handlers handlers);
  ~StorageThread() override;  // writes what was handed over, then ends

  // In order. What is queued together shares one sync, when any of it wants one. Returns at once, unless so much is
  // pending that memory would run out before the disk caught up.
  void enqueue(std::vector<Outputs::Write> writes);
  std::size_t pending_bytes() const { return pending_.bytes(); }

  Result<std::optional<Bytes>> get(Table table, ByteView key) const override;
  Result<void> scan(Table table, ByteView from,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override;
  Result<void> write(const Batch& batch, bool sync) override;  // enqueues, and waits until it is done

 private:
  void run();
  Result<void> apply(const std::vector<PendingWrites::Write>& group);

  Storage& disk_;
  CpuTimes& cpu_;
  Handlers handlers_;
  PendingWrites pending_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<PendingWrites::Write> queue_;
  std::uint64_t enqueued_ = 0;  // how many writes ever
  std::uint64_t done_ = 0;
  std::optional<Error> failure_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace medchain::rpc
