#include "claim.h"

#include <rocksdb/env.h>

#include <memory>

#include "status.h"

namespace medchain::rocks {

namespace fs = std::filesystem;

namespace {

constexpr const char* kMarker = "medchain-store";
constexpr const char* kMarkerBeingWritten = "medchain-store.tmp";
constexpr std::string_view kMarkerText = "medchain store, format 1\n";

Error system_error(const fs::path& directory, std::string_view doing, const std::error_code& error) {
  return {ErrorCode::kIo, "cannot " + std::string(doing) + " " + directory.string() + ": " + error.message()};
}

// The name of something that is neither ours nor the file system's; empty when there is none.
Result<std::string> foreign_entry(const fs::path& directory) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name != kMarkerBeingWritten && name != "lost+found") return name;
  }
  if (error) return system_error(directory, "read the directory", error);
  return std::string();
}

// Renamed into place when its bytes are durable: a marker is there wholly or not at all.
rocksdb::Status write_marker(const fs::path& directory) {
  rocksdb::Env* env = rocksdb::Env::Default();
  std::string temporary = (directory / kMarkerBeingWritten).string();
  auto status =
      rocksdb::WriteStringToFile(env, rocksdb::Slice(kMarkerText.data(), kMarkerText.size()), temporary, true);
  if (status.ok()) status = env->RenameFile(temporary, (directory / kMarker).string());
  std::unique_ptr<rocksdb::Directory> handle;
  if (status.ok()) status = env->NewDirectory(directory.string(), &handle);
  if (status.ok()) status = handle->Fsync();
  return status;
}

// RocksDB would start an empty store where its CURRENT file is missing, over whatever else is there.
Result<void> check_complete(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory / "CURRENT", error)) return {};
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    fs::path extension = entry->path().extension();
    if (extension == ".sst" || extension == ".blob" || extension == ".log") {
      return Error(ErrorCode::kCorrupt, directory.string() +
                                            " holds data and no file CURRENT, which names it: restore " +
                                            "the directory, or begin with an empty one");
    }
  }
  if (error) return system_error(directory, "read the directory", error);
  return {};
}

Result<void> check_marker(const fs::path& directory) {
  std::string found;
  auto status = rocksdb::ReadFileToString(rocksdb::Env::Default(), (directory / kMarker).string(), &found);
  if (!status.ok()) return to_error(status, "open the store in", directory);
  if (found != kMarkerText) {
    return Error(ErrorCode::kUnsupportedVersion,
                 (directory / kMarker).string() + " is not that of format 1, which this program reads and writes");
  }
  return check_complete(directory);
}

}  // namespace

Result<void> claim_directory(const fs::path& directory, bool create_if_missing) {
  std::error_code error;
  if (fs::exists(directory / kMarker, error)) return check_marker(directory);
  if (!create_if_missing) return Error(ErrorCode::kNotFound, directory.string() + " holds no MedChain store");
  fs::create_directories(directory, error);
  if (error) return system_error(directory, "create the directory", error);
  auto foreign = foreign_entry(directory);
  if (!foreign) return foreign.error();
  if (!foreign->empty()) {
    return Error(ErrorCode::kConflict, directory.string() + " is neither empty nor a MedChain store, it holds \"" +
                                           *foreign + "\": give a directory of its own");
  }
  auto status = write_marker(directory);
  if (!status.ok()) return to_error(status, "create a store in", directory);
  return {};
}

}  // namespace medchain::rocks
