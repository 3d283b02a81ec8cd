// gateway.toml: how `medchain gateway` runs. docs/gateway.md explains every key.
#pragma once

#include <filesystem>

#include "common/log.h"
#include "medchain/gateway.h"

namespace program {

struct GatewayFile {
  medchain::GatewayConfig config;
  std::filesystem::path data;  // of the queue
  programs::LogSettings log;
};

// Who speaks in its log.
programs::LogModules gateway_log_modules();

// Reads the files that it names as well; a protected key asks for its passphrase. Errors name the file and the key.
medchain::Result<GatewayFile> read_gateway_config(const std::filesystem::path& file);

}  // namespace program
