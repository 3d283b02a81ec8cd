// `medchaind run`: serves until SIGTERM or SIGINT.
#pragma once

#include <filesystem>

#include "medchain/result.h"

namespace medchaind {

// Returns when the node has stopped and its storage is closed: an error when it could not start, or had to stop.
medchain::Result<void> run(const std::filesystem::path& config_file);

}  // namespace medchaind
