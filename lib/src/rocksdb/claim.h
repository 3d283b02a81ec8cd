// Whose directory it is. A store's directory holds a marker file with the format's number, written before anything
// else, so that no foreign directory is ever written into and no store is mistaken for an empty directory.
#pragma once

#include <filesystem>

#include "medchain/result.h"

namespace medchain::rocks {

// Succeeds when `directory` holds a store of our format, or has just been made ready for one.
Result<void> claim_directory(const std::filesystem::path& directory, bool create_if_missing);

}  // namespace medchain::rocks
