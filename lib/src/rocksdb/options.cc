#include "options.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cstdarg>

namespace medchain::rocks {

namespace {

// Written all the time, in random order, and hardly read: the state when a node starts, and whole; a place when
// somebody asks for a transaction, which filters answer. So many files may wait before they are merged, and writing
// waits for that much later than usual. Addresses, keys and hashes do not compress.
void keep_for_writing(rocksdb::ColumnFamilyOptions& family) {
  family.level0_file_num_compaction_trigger = 12;
  family.level0_slowdown_writes_trigger = 60;
  family.level0_stop_writes_trigger = 120;
  family.compression = rocksdb::kNoCompression;
}

// The state, and it fits into memory: so it can be merged as a whole now and then, which copies it less often than
// levels, each of which is merged into all of the next.
void keep_in_runs(rocksdb::ColumnFamilyOptions& family) {
  family.compaction_style = rocksdb::kCompactionStyleUniversal;
}

rocksdb::CompressionType available_compression() {
  auto supported = rocksdb::GetSupportedCompressions();
  bool lz4 = std::find(supported.begin(), supported.end(), rocksdb::kLZ4Compression) != supported.end();
  return lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

std::shared_ptr<rocksdb::TableFactory> table_factory(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  // Inside the cache, so that memory stays bounded as the chain grows.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));  // most ids and payloads asked for are not there
  return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(table));
}

// RocksDB's own log would be a file in the data directory, and a write to it that fails for want of room aborts the
// process (an assert in Debian's build). What matters in it comes as a Status, too.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
  void Logv(rocksdb::InfoLogLevel, const char*, va_list) override {}
  void LogHeader(const char*, va_list) override {}
};

// Blocks and payloads are large, written once and never changed: kept in files of their own, compaction does not copy
// them again and again. They are signatures, hashes and ciphertext, which do not compress. A sealed reading of a
// wearable has a kilobyte, the wrap of a key 200 bytes.
void keep_values_apart(rocksdb::ColumnFamilyOptions& family) {
  family.enable_blob_files = true;
  family.min_blob_size = 512;
  family.enable_blob_garbage_collection = true;  // what is erased leaves the disk
  family.compression = rocksdb::kNoCompression;
}

}  // namespace

rocksdb::DBOptions database_options(const RocksDbOptions& options, rocksdb::WalFilter* wal_filter) {
  rocksdb::DBOptions db;
  db.create_if_missing = options.create_if_missing;
  db.create_missing_column_families = options.create_if_missing;  // a crash while creating leaves some of them

  // A record that a crash cut off at the end of the log is dropped; any other damage stops the opening. The
  // alternative, point-in-time recovery, would silently drop everything after a damaged record, synced votes included,
  // and a validator that forgot its vote may vote again, otherwise.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.wal_filter = wal_filter;
  db.paranoid_checks = true;
  db.track_and_verify_wals_in_manifest = true;
  // After a failed write none succeeds until the directory is opened again.
  db.max_bgerror_resume_count = 0;
  // Tables flushed one by one could stand at different batches after a crash.
  db.atomic_flush = true;

  db.db_write_buffer_size = options.write_buffer_bytes;
  db.max_open_files = 256;
  db.max_manifest_file_size = 4 * 1024 * 1024;
  db.max_background_jobs = 2;
  db.allow_concurrent_memtable_write = false;  // one thread writes; with it, hints are not used

  db.info_log = std::make_shared<NoLog>();
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> column_families(const RocksDbOptions& options) {
  auto factory = table_factory(rocksdb::NewLRUCache(options.cache_bytes));
  rocksdb::CompressionType compression = available_compression();
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t table = 0; table < kTables; ++table) {
    rocksdb::ColumnFamilyOptions family;
    family.table_factory = factory;
    family.compression = compression;
    // The limit over all tables is what flushes. Small arenas, since eight of them are always open.
    family.write_buffer_size = options.write_buffer_bytes;
    family.arena_block_size = 64 * 1024;
    // Large batches come sorted: each key is looked for where the one before went.
    family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(0));
    auto id = static_cast<Table>(table);
    if (id == Table::kBlocks || id == Table::kPayloads) keep_values_apart(family);
    if (id == Table::kState || id == Table::kTransactions) keep_for_writing(family);
    if (id == Table::kState) keep_in_runs(family);
    families.emplace_back(std::string(to_string(id)), family);
  }
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  return families;
}

}  // namespace medchain::rocks
