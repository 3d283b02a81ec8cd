#include "indexer.h"

#include "convert.h"

namespace medchain::rpc {
namespace {

// The more keys go to the disk together, the less each costs there. Who reads does not wait for it.
constexpr std::size_t kFlushOperations = 32'768;
constexpr kj::Duration kFlushAfter = 5 * kj::SECONDS;
// What is indexed between two turns of the event loop: a few milliseconds' work.
constexpr std::size_t kBlocksPerTurn = 16;
constexpr std::size_t kTransactionsPerTurn = 1'024;
constexpr std::uint64_t kTellEveryMs = 5'000;

std::uint64_t milliseconds(const kj::Timer& timer) {
  return static_cast<std::uint64_t>((timer.now() - kj::origin<kj::TimePoint>()) / kj::MILLISECONDS);
}

}  // namespace

Indexer::Indexer(StorageThread& storage, Height final_height, kj::Timer& timer, const Log& log)
    : storage_(storage),
      timer_(timer),
      log_(log.in(log_module::kIndex)),
      final_(final_height),
      began_ms_(milliseconds(timer)),
      telling_(kTellEveryMs, began_ms_),
      tasks_(*this) {
  auto height = IndexReader(storage_).height();
  if (!height) {
    failed_ = height.error();
    return;
  }
  indexed_ = first_ = *height;
  caught_up_ = indexed_ >= final_;
  if (caught_up_) return;
  log_.info("indexing blocks " + std::to_string(indexed_.value + 1) + " to " + std::to_string(final_.value));
  tasks_.add(catch_up());
}

kj::Promise<void> Indexer::catch_up() {
  return timer_.afterDelay(1 * kj::MILLISECONDS).then([this]() -> kj::Promise<void> {
    auto more = index_some();
    if (!more) {
      failed_ = more.error();
      log_.error("the index: " + more.error().message());
      return kj::READY_NOW;
    }
    if (*more) {
      tell_progress();
      return catch_up();
    }
    caught_up_ = true;
    flush();
    log_.info("all blocks up to " + std::to_string(indexed_.value) + " are indexed");
    return kj::READY_NOW;
  });
}

void Indexer::tell_progress() {
  const std::uint64_t now_ms = milliseconds(timer_);
  if (!telling_.due(now_ms)) return;
  log_.info("indexed block " + progress_text(first_.value, indexed_.value, final_.value, now_ms - began_ms_));
}

Result<bool> Indexer::index_some() {
  ChainStore store(storage_);
  std::size_t transactions = 0;
  for (std::size_t i = 0; i < kBlocksPerTurn && transactions < kTransactionsPerTurn; ++i) {
    if (indexed_ >= final_) return false;
    auto block = store.block(indexed_.next());
    if (!block) return block.error();
    if (!*block) return Error(ErrorCode::kCorrupt, "block " + std::to_string(indexed_.value + 1) + " is missing");
    index::add(batch_, **block);
    indexed_ = indexed_.next();
    transactions += (*block)->receipts.size();
  }
  if (batch_.operations.size() >= kFlushOperations) flush();
  return indexed_ < final_;
}

void Indexer::committed(const StoredBlock& block) {
  final_ = block.certified.block.header.height;
  if (!caught_up_ || failed_) return;  // it comes to it
  MEDCHAIN_ASSERT(final_ == indexed_.next(), "a block that does not follow the one indexed before");
  index::add(batch_, block);
  indexed_ = final_;
  if (batch_.operations.size() >= kFlushOperations) return flush();
  flush_soon();
}

void Indexer::flush_soon() {
  if (flushing_soon_) return;
  flushing_soon_ = true;
  tasks_.add(timer_.afterDelay(kFlushAfter).then([this] {
    flushing_soon_ = false;
    flush();
  }));
}

void Indexer::flush() {
  if (batch_.empty()) return;
  batch_.sort();
  log_.debug([&] {
    return "storing " + std::to_string(batch_.operations.size()) + " entries of blocks up to " +
           std::to_string(indexed_.value);
  });
  std::vector<Outputs::Write> writes;
  writes.push_back({std::move(batch_), false, 0});
  batch_ = {};
  storage_.enqueue(std::move(writes));
}

Result<IndexReader> Indexer::reader() {
  if (failed_) return *failed_;
  if (!caught_up_) {
    return Error(ErrorCode::kUnavailable, "this node is still building its index: it has come to block " +
                                              std::to_string(indexed_.value) + " of " + std::to_string(final_.value));
  }
  flush();
  return IndexReader(storage_);
}

void Indexer::taskFailed(kj::Exception&& exception) { log_.error("the index: " + describe(exception)); }

}  // namespace medchain::rpc
