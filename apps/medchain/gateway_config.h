// gateway.toml: how `medchain gateway` runs. docs/gateway.md explains every key.
#pragma once

#include <filesystem>

#include "medchain/gateway.h"

namespace program {

struct GatewayFile {
  medchain::GatewayConfig config;
  std::filesystem::path data;  // of the queue
};

// Reads the files that it names as well; a protected key asks for its passphrase. Errors name the file and the key.
medchain::Result<GatewayFile> read_gateway_config(const std::filesystem::path& file);

}  // namespace program
