#include "status.h"

#include "medchain/assert.h"

namespace medchain::rocks {

namespace {

ErrorCode code_of(const rocksdb::Status& status) {
  if (status.IsCorruption()) return ErrorCode::kCorrupt;
  if (status.IsIOError() || status.IsNoSpace()) return ErrorCode::kIo;
  if (status.IsBusy() || status.IsTimedOut() || status.IsTryAgain() || status.IsIncomplete()) {
    return ErrorCode::kUnavailable;
  }
  if (status.IsNotSupported()) return ErrorCode::kUnsupportedVersion;
  if (status.IsInvalidArgument()) return ErrorCode::kConflict;  // column families or options other than ours
  return ErrorCode::kInternal;
}

// RocksDB has no status of its own for a held lock; these two texts are its only signs.
bool is_lock_held(const rocksdb::Status& status) {
  std::string text = status.ToString();
  return status.IsIOError() && (text.find("While lock file") != std::string::npos ||
                                text.find("lock hold by current process") != std::string::npos);
}

}  // namespace

Error to_error(const rocksdb::Status& status, std::string_view doing, const std::filesystem::path& directory) {
  MEDCHAIN_ASSERT(!status.ok(), "an error made of a success");
  if (is_lock_held(status)) {
    return {ErrorCode::kUnavailable, directory.string() +
                                         " is in use by another process: stop it, or give this node a data directory "
                                         "of its own"};
  }
  return {code_of(status), "cannot " + std::string(doing) + " " + directory.string() + ": " + status.ToString()};
}

}  // namespace medchain::rocks
