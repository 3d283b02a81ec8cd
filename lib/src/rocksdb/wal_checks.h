// What RocksDB's own recovery would let pass, and Storage does not: a crash keeps a prefix of the batches, and whatever
// is damaged is said to be.
#pragma once

#include <rocksdb/wal_filter.h>

#include <filesystem>
#include <optional>

#include "medchain/result.h"

namespace medchain::rocks {

// Refuses a log in which batches are missing between others: each batch's sequence number follows from the one before.
class WalContinuity final : public rocksdb::WalFilter {
 public:
  const char* Name() const override { return "medchain.wal_continuity"; }
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

 private:
  std::optional<std::uint64_t> next_sequence_;
};

// kCorrupt unless every log in the directory is whole records, the last of which a crash may have cut off. RocksDB
// takes some damage for the log's end and drops in silence what follows: a length that reaches beyond the file, a type
// that stands for a reused log, zeros.
Result<void> check_wals(const std::filesystem::path& directory);

}  // namespace medchain::rocks
