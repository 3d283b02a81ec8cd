#include "rocksdb_storage.h"

#include <rocksdb/write_batch.h>

#include "status.h"

namespace medchain::rocks {

namespace {

rocksdb::Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

ByteView bytes_of(const rocksdb::Slice& slice) {
  return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

}  // namespace

rocksdb::ColumnFamilyHandle* RocksDbStorage::family(Table table) const {
  auto index = static_cast<std::size_t>(table);
  MEDCHAIN_ASSERT(index < kTables, "a table that storage.h does not name");
  return database_.families[index].get();
}

Result<std::optional<Bytes>> RocksDbStorage::get(Table table, ByteView key) const {
  rocksdb::PinnableSlice value;
  auto status = database_.db->Get(rocksdb::ReadOptions(), family(table), slice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return to_error(status, "read from", directory_);
  return std::optional<Bytes>(to_bytes(bytes_of(value)));
}

Result<void> RocksDbStorage::scan(Table table, ByteView from,
                                  const std::function<bool(ByteView key, ByteView value)>& visit) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // a scan passes once; the cache is for what is asked for again
  std::unique_ptr<rocksdb::Iterator> at(database_.db->NewIterator(options, family(table)));
  for (at->Seek(slice(from)); at->Valid(); at->Next()) {
    if (!visit(bytes_of(at->key()), bytes_of(at->value()))) return {};
  }
  if (!at->status().ok()) return to_error(at->status(), "read from", directory_);
  return {};
}

Result<void> RocksDbStorage::write(const Batch& batch, bool sync) {
  constexpr std::size_t kHeader = 12, kPerOperation = 16;  // about what RocksDB adds
  std::size_t bytes = kHeader;
  for (const Batch::Operation& operation : batch.operations) {
    bytes += kPerOperation + operation.key.size() + (operation.value ? operation.value->size() : 0);
  }
  rocksdb::WriteBatch operations(bytes);
  for (const Batch::Operation& operation : batch.operations) {
    auto status = operation.value
                      ? operations.Put(family(operation.table), slice(operation.key), slice(*operation.value))
                      : operations.Delete(family(operation.table), slice(operation.key));
    if (!status.ok()) return to_error(status, "write to", directory_);
  }
  rocksdb::WriteOptions options;
  options.sync = sync;
  auto status = database_.db->Write(options, &operations);
  if (!status.ok()) return to_error(status, "write to", directory_);
  return {};
}

}  // namespace medchain::rocks
