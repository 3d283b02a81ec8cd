// Keeps the index up to date: gathers what final blocks add, and hands it to the storage thread in sorted batches.
#pragma once

#include <kj/async.h>
#include <kj/timer.h>

#include "log.h"
#include "medchain/index.h"
#include "storage_thread.h"

namespace medchain::rpc {

class Indexer final : private kj::TaskSet::ErrorHandler {
 public:
  // Borrows all. Begins with the blocks that the index lacks, a few at a time, while the node already serves.
  Indexer(StorageThread& storage, Height final_height, kj::Timer& timer, const Log& log);

  void committed(const StoredBlock& block);
  // kUnavailable while it lacks blocks that were final when the node started.
  Result<IndexReader> reader() const;

 private:
  kj::Promise<void> catch_up();
  Result<bool> index_some();  // false: nothing is left to catch up with
  void flush();
  void flush_soon();
  void taskFailed(kj::Exception&& exception) override;

  StorageThread& storage_;
  kj::Timer& timer_;
  const Log& log_;
  Height indexed_;  // with what waits in batch_
  Height final_;
  bool caught_up_ = false;
  bool flushing_soon_ = false;
  std::optional<Error> failed_;
  Batch batch_;
  kj::TaskSet tasks_;
};

}  // namespace medchain::rpc
