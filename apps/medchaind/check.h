// `medchaind check-config`: everything that a start would find wrong, without starting.
#pragma once

#include <filesystem>

#include "material.h"

namespace medchaind {

struct Checked {
  Config config;
  Material material;
};

// Reads the configuration and all that it names, and compares them with one another. Opens and binds nothing.
medchain::Result<Checked> check_config(const std::filesystem::path& config_file);

}  // namespace medchaind
