// Storage on RocksDB, a column family per table.
//
//   auto storage = open_rocksdb("/var/lib/medchain/node0/data");
//   if (!storage) ...   // kUnavailable: another process holds it; kCorrupt: damaged; kIo: the system refused
//
// Durability. Every batch goes to the write-ahead log before it is applied; `sync` waits until the disk has it. All
// tables are flushed together, so that after a crash each stands at the same batch.
//
// After a write has failed (a full disk, a failed sync) every further write fails with the same error until the
// directory is opened again: what the system kept of that write is unknown, and only reading it back tells.
#pragma once

#include <filesystem>
#include <memory>

#include "medchain/storage.h"

namespace medchain {

struct RocksDbOptions {
  std::size_t write_buffer_bytes = 16 * 1024 * 1024;  // over all tables
  std::size_t cache_bytes = 16 * 1024 * 1024;         // of what was read, indexes and filters included
  bool create_if_missing = true;                      // false: kNotFound when there is no store
};

// Opens or creates. The directory belongs to the store alone: at first it is empty or not there, with a parent that may
// be written to. It stays locked until the storage is destroyed.
//
// A tail of the write-ahead log cut off by a crash is dropped, as Storage allows; damage anywhere else is kCorrupt.
// kConflict: the directory holds something else. kUnsupportedVersion: a store of a newer program.
Result<std::unique_ptr<Storage>> open_rocksdb(const std::filesystem::path& directory,
                                              const RocksDbOptions& options = {});

}  // namespace medchain
