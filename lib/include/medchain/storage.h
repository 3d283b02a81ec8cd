// The storage port: what a node needs of a disk. MemoryStorage is for tests and embedding; rocksdb.h for production.
//
//   Batch batch;
//   batch.put(Table::kMeta, to_bytes(view("answer")), Bytes{42});
//   auto written = storage.write(batch, true);                        // true: durable when it returns
//   auto value = storage.get(Table::kMeta, view("answer"));           // Result of optional bytes
//
// chain_store.h says what a node keeps in these tables. An implementation of your own must pass the tests in
// tests/unit/storage/conformance.h.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "medchain/bytes.h"

namespace medchain {

// Persisted: values never change meaning. What each table holds: lib/src/storage/FORMAT.md.
enum class Table : std::uint8_t {
  kMeta = 0,          // format version, chain id, heights, committees
  kBlocks = 1,        // height -> final block, its receipts
  kTransactions = 2,  // transaction id -> height, index
  kPayloads = 3,      // payload root, part -> bytes
  kState = 4,         // contract, key -> value
  kVotes = 5,         // the vote log: what this node signed at the current height
  kProposals = 6,     // block hash -> a proposal voted for, until its height is final
  kIndex = 7,         // what queries are answered from; derived from the blocks (index.h)
};
inline constexpr std::size_t kTables = 8;
std::string_view to_string(Table table);  // stable: "meta", "blocks", ...; in messages and names on disk

struct Batch {
  struct Operation {
    Table table;
    Bytes key;
    std::optional<Bytes> value;  // nothing: erase
  };
  std::vector<Operation> operations;  // applied in order, all or none

  void put(Table table, Bytes key, Bytes value) { operations.push_back({table, std::move(key), std::move(value)}); }
  void erase(Table table, Bytes key) { operations.push_back({table, std::move(key), std::nullopt}); }
  bool empty() const { return operations.empty(); }
  // By table and key, and of several operations on one key only the last: with the same effect, and a large batch goes
  // to a disk for less.
  void sort();
};

// Reads may come from any thread; writes from one at a time. A batch is atomic. Batches become durable in the order of
// their writes: a crash keeps a prefix of them, which holds at least all up to the last write with `sync`.
//
// Errors: kIo when the system refused, kCorrupt when what is stored is damaged.
class Storage {
 public:
  virtual ~Storage() = default;

  // Nothing when there is no such key. An empty value is a value.
  virtual Result<std::optional<Bytes>> get(Table table, ByteView key) const = 0;

  // Visits keys >= from in ascending byte order, until `visit` returns false. It sees the batches written before it
  // began and no others; `visit` may itself read and write. The views end with the call.
  virtual Result<void> scan(Table table, ByteView from,
                            const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;

  // Applied when it returns success, and durable too if `sync` was asked for. An empty batch with `sync` makes durable
  // what was written before. After an error it is unknown whether the batch will be there when the storage is opened
  // again: nothing that relies on it may leave the node.
  virtual Result<void> write(const Batch& batch, bool sync) = 0;
};

// In memory, with the failures of a disk for tests: it keeps a second copy of what a power failure would leave.

class MemoryStorage final : public Storage {
 public:
  Result<std::optional<Bytes>> get(Table table, ByteView key) const override;
  Result<void> scan(Table table, ByteView from,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override;
  Result<void> write(const Batch& batch, bool sync) override;

  // What a power failure would do: keeps what was synced and the first `unsynced_batches_kept` batches after it.
  void crash(std::size_t unsynced_batches_kept = 0);
  std::size_t unsynced_batches() const;
  void fail_writes(bool fail);  // from now on write() is kIo: a full or broken disk

 private:
  using Tables = std::array<std::map<Bytes, Bytes>, kTables>;
  static void apply(Tables& tables, const Batch& batch);

  mutable std::mutex mutex_;  // over all that follows
  Tables current_;
  Tables durable_;
  std::vector<Batch> unsynced_;
  bool failing_ = false;
};

}  // namespace medchain
