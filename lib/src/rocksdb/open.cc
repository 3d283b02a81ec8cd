#include "claim.h"
#include "medchain/rocksdb.h"
#include "options.h"
#include "rocksdb_storage.h"
#include "status.h"

namespace medchain {

Result<std::unique_ptr<Storage>> open_rocksdb(const std::filesystem::path& directory, const RocksDbOptions& options) {
  MEDCHAIN_TRY(rocks::claim_directory(directory, options.create_if_missing));
  MEDCHAIN_TRY(rocks::check_wals(directory));

  rocks::Database database;
  database.wal_continuity = std::make_unique<rocks::WalContinuity>();
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  auto status = rocksdb::DB::Open(rocks::database_options(options, database.wal_continuity.get()), directory.string(),
                                  rocks::column_families(options), &handles, &db);
  if (!status.ok()) return rocks::to_error(status, "open the store in", directory);
  database.db.reset(db);
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    database.families.emplace_back(handle, rocks::Database::Closer{db});
  }
  return std::unique_ptr<Storage>(std::make_unique<rocks::RocksDbStorage>(std::move(database), directory));
}

}  // namespace medchain
