#include "storage_thread.h"

#include <algorithm>

namespace medchain::rpc {
namespace {

constexpr std::size_t kMaxPendingBytes = 512 * 1024 * 1024;
constexpr std::size_t kMaxGroup = 256;

bool less(ByteView a, ByteView b) { return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end()); }

}  // namespace

StorageThread::StorageThread(Storage& disk, CpuTimes& cpu, Handlers handlers)
    : disk_(disk), cpu_(cpu), handlers_(std::move(handlers)), thread_([this] { run(); }) {}

StorageThread::~StorageThread() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StorageThread::enqueue(std::vector<Outputs::Write> writes) {
  InStage stage(Stage::kStore);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return pending_.bytes() < kMaxPendingBytes || failure_; });
  for (auto& write : writes) {
    auto shared = std::make_shared<const Outputs::Write>(std::move(write));
    pending_.add(shared);
    queue_.push_back(std::move(shared));
    ++enqueued_;
  }
  changed_.notify_all();
}

Result<void> StorageThread::apply(const std::vector<PendingWrites::Write>& group) {
  InStage stage(Stage::kStore);
  bool sync = false;
  for (const auto& write : group) sync = sync || write->sync;
  for (std::size_t i = 0; i < group.size(); ++i) {
    MEDCHAIN_TRY(disk_.write(group[i]->batch, sync && i + 1 == group.size()));
  }
  return {};
}

void StorageThread::run() {
  CpuMeter meter(cpu_, Stage::kStore);
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty() || failure_) return;
    std::vector<PendingWrites::Write> group;
    std::vector<std::uint64_t> tokens;
    for (; !queue_.empty() && group.size() < kMaxGroup; queue_.pop_front()) {
      if (queue_.front()->token != 0) tokens.push_back(queue_.front()->token);
      group.push_back(std::move(queue_.front()));
    }
    lock.unlock();
    auto applied = apply(group);
    if (applied) {
      pending_.applied(group.size());
      if (!tokens.empty()) handlers_.durable(std::move(tokens));
    } else {
      handlers_.failed(applied.error());
    }
    lock.lock();
    done_ += group.size();
    if (!applied) failure_ = applied.error();
    changed_.notify_all();
    if (failure_) return;
  }
}

Result<std::optional<Bytes>> StorageThread::get(Table table, ByteView key) const {
  if (auto pending = pending_.find(table, key)) return std::move(*pending);
  return disk_.get(table, key);
}

Result<void> StorageThread::scan(Table table, ByteView from,
                                 const std::function<bool(ByteView key, ByteView value)>& visit) const {
  auto pending = pending_.from(table, from);  // first, so that nothing falls between it and what the disk shows
  bool more = true;
  auto visit_pending = [&] {
    if (pending.at()->value) more = visit(pending.at()->key, *pending.at()->value);
    pending.next();
  };
  MEDCHAIN_TRY(disk_.scan(table, from, [&](ByteView key, ByteView value) {
    while (more && pending.at() != nullptr && less(pending.at()->key, key)) visit_pending();
    if (!more) return false;
    if (pending.at() != nullptr && equal(pending.at()->key, key)) {
      visit_pending();  // newer than what the disk holds
    } else {
      more = visit(key, value);
    }
    return more;
  }));
  while (more && pending.at() != nullptr) visit_pending();
  return {};
}

Result<void> StorageThread::write(const Batch& batch, bool sync) {
  std::vector<Outputs::Write> writes;
  writes.push_back({batch, sync, 0});
  enqueue(std::move(writes));
  std::unique_lock lock(mutex_);
  const std::uint64_t target = enqueued_;
  changed_.wait(lock, [&] { return done_ >= target || failure_; });
  if (failure_) return *failure_;
  return {};
}

}  // namespace medchain::rpc
