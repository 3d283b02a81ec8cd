#include "indexer.h"

#include <algorithm>

#include "convert.h"

namespace medchain::rpc {
namespace {

constexpr std::size_t kFlushOperations = 8'192;
constexpr kj::Duration kFlushAfter = 100 * kj::MILLISECONDS;
// What is indexed between two turns of the event loop: a few milliseconds' work.
constexpr std::size_t kBlocksPerTurn = 16;
constexpr std::size_t kTransactionsPerTurn = 1'024;

// The table takes sorted keys faster. Later operations on one key must stay behind earlier ones.
void sort(Batch& batch) {
  std::stable_sort(batch.operations.begin(), batch.operations.end(),
                   [](const auto& a, const auto& b) { return a.key < b.key; });
}

}  // namespace

Indexer::Indexer(StorageThread& storage, Height final_height, kj::Timer& timer, const Log& log)
    : storage_(storage), timer_(timer), log_(log), final_(final_height), tasks_(*this) {
  auto height = IndexReader(storage_).height();
  if (!height) {
    failed_ = height.error();
    return;
  }
  indexed_ = *height;
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
    if (*more) return catch_up();
    caught_up_ = true;
    flush();
    log_.info("all blocks up to " + std::to_string(indexed_.value) + " are indexed");
    return kj::READY_NOW;
  });
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
  sort(batch_);
  std::vector<Outputs::Write> writes;
  writes.push_back({std::move(batch_), false, 0});
  batch_ = {};
  storage_.enqueue(std::move(writes));
}

Result<IndexReader> Indexer::reader() const {
  if (failed_) return *failed_;
  if (!caught_up_) {
    return Error(ErrorCode::kUnavailable, "this node is still building its index: it has come to block " +
                                              std::to_string(indexed_.value) + " of " + std::to_string(final_.value));
  }
  return IndexReader(storage_);
}

void Indexer::taskFailed(kj::Exception&& exception) { log_.error("the index: " + describe(exception)); }

}  // namespace medchain::rpc
