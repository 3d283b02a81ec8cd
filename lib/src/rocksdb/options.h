// How RocksDB is set up, and why.
#pragma once

#include <rocksdb/db.h>

#include "medchain/rocksdb.h"

namespace medchain::rocks {

// `wal_filter` outlives the database.
rocksdb::DBOptions database_options(const RocksDbOptions& options, rocksdb::WalFilter* wal_filter);

// Of every table, in the order of enum Table, with RocksDB's own "default" last, which holds nothing.
std::vector<rocksdb::ColumnFamilyDescriptor> column_families(const RocksDbOptions& options);

}  // namespace medchain::rocks
