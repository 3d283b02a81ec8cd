// RocksDB's statuses as errors of our own.
#pragma once

#include <rocksdb/status.h>

#include <filesystem>

#include "medchain/result.h"

namespace medchain::rocks {

// `status` is not ok. `doing` completes "cannot ...".
Error to_error(const rocksdb::Status& status, std::string_view doing, const std::filesystem::path& directory);

}  // namespace medchain::rocks
