// Keeps the index up to date: gathers what final blocks add, and hands it to the storage thread in sorted batches.
#pragma once

#include <kj/async.h>
#include <kj/timer.h>

#include "medchain/index.h"
#include "medchain/rpc/log.h"
#include "progress.h"
#include "storage_thread.h"

namespace medchain::rpc {

class Indexer final : private kj::TaskSet::ErrorHandler {
 public:
  // Borrows all. Begins with the blocks that the index lacks, a few at a time, while the node already serves.
  Indexer(StorageThread& storage, Height final_height, kj::Timer& timer, const Log& log);

  void committed(const StoredBlock& block);
  // Of all blocks until now. kUnavailable while it lacks blocks that were final when the node started.
  Result<IndexReader> reader();

 private:
  kj::Promise<void> catch_up();
  Result<bool> index_some();  // false: nothing is left to catch up with
  void flush();
  void flush_soon();
  void tell_progress();
  void taskFailed(kj::Exception&& exception) override;

  StorageThread& storage_;
  kj::Timer& timer_;
  const Log log_;
  Height indexed_;  // with what waits in batch_
  Height final_;
  Height first_;  // where catching up began, and when
  std::uint64_t began_ms_ = 0;
  Seldom telling_;
  bool caught_up_ = false;
  bool flushing_soon_ = false;
  std::optional<Error> failed_;
  Batch batch_;
  kj::TaskSet tasks_;
};

}  // namespace medchain::rpc
