#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "medchain/storage.h"
#include "wal_checks.h"

namespace medchain::rocks {

// What holds a database open. Destroyed from the last member upwards: the handles before the database, the filter last.
struct Database {
  struct Closer {
    rocksdb::DB* db;
    void operator()(rocksdb::ColumnFamilyHandle* handle) const {
      db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
  };
  std::unique_ptr<WalContinuity> wal_continuity;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<std::unique_ptr<rocksdb::ColumnFamilyHandle, Closer>> families;  // as column_families() orders them
};

class RocksDbStorage final : public Storage {
 public:
  RocksDbStorage(Database database, std::filesystem::path directory)
      : database_(std::move(database)), directory_(std::move(directory)) {}

  Result<std::optional<Bytes>> get(Table table, ByteView key) const override;
  Result<void> scan(Table table, ByteView from,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override;
  Result<void> write(const Batch& batch, bool sync) override;

 private:
  rocksdb::ColumnFamilyHandle* family(Table table) const;

  Database database_;
  std::filesystem::path directory_;
};

}  // namespace medchain::rocks
