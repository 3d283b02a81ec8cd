// What queries need and consensus does not: blocks by hash, transactions by whom they concern, records by subject,
// author, kind and time. Derived from final blocks, in a table of its own (lib/src/index/FORMAT.md), so it may lag
// behind them and be built again from them.
//
//   Batch batch;
//   index::add(batch, stored_block);                       // blocks in ascending heights, none left out
//   storage.write(batch, false);
//
//   IndexReader reader(storage);
//   reader.records({.subject = alice}, std::nullopt, 1000, [&](const IndexedRecord& record) { ...; return wanted; });
//
// It says what is there, to whoever asks: who may see it, rpc/visibility.h decides.
#pragma once

#include <functional>
#include <optional>

#include "medchain/chain_store.h"

namespace medchain {

struct IndexedRecord {
  RecordId id;
  Address subject;
  Address author;  // a device, or whoever wrote it
  RecordKind kind = RecordKind::kOther;
  std::uint64_t time_ms = 0;  // when it was observed, as its author states
  Height height;              // of the block that holds it
  friend bool operator==(const IndexedRecord&, const IndexedRecord&) = default;
};

// All that are given must match.
struct RecordFilter {
  std::optional<Address> subject = std::nullopt;
  std::optional<Address> author = std::nullopt;
  std::optional<RecordKind> kind = std::nullopt;
  std::uint64_t from_ms = 0;
  std::uint64_t until_ms = UINT64_MAX;  // excluded
};

// Where a listing goes on: behind this one.
struct RecordPosition {
  std::uint64_t time_ms = 0;
  RecordId id;
  MEDCHAIN_FIELDS(time_ms, id)
};

namespace index {
// What a final block adds, with the height up to which the index then goes.
void add(Batch& batch, const StoredBlock& block);
}  // namespace index

// Errors are those of the storage, and kCorrupt.
class IndexReader {
 public:
  explicit IndexReader(const Storage& storage) : storage_(&storage) {}  // borrowed

  Result<Height> height() const;  // of the last block in it; 0: none
  Result<std::optional<Height>> block(const Hash& hash) const;
  // Newest first, of `address` as sender or named in the body; `visit` returns whether to go on.
  using VisitTransaction = std::function<bool(const TransactionPlace&)>;
  Result<void> transactions(const Address& address, std::optional<TransactionPlace> behind,
                            const VisitTransaction& visit) const;
  // Newest first, about a record: its put, grants, revocations.
  Result<void> transactions(const RecordId& record, std::optional<TransactionPlace> behind,
                            const VisitTransaction& visit) const;
  // The latest first by time_ms. Looks at no more than `most` records and calls `visit` with those that match, until it
  // returns false. Gives how far it looked; nothing when there is no more.
  using VisitRecord = std::function<bool(const IndexedRecord&)>;
  Result<std::optional<RecordPosition>> records(const RecordFilter& filter, std::optional<RecordPosition> behind,
                                                std::size_t most, const VisitRecord& visit) const;

 private:
  const Storage* storage_;
};

}  // namespace medchain
