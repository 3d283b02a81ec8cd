// `medchaind doctor`: what may keep a node from working, and what to do about it.
#pragma once

#include <filesystem>

namespace medchaind {

// Prints a line for each thing looked at: ok, warn or FAIL. True: nothing failed.
bool examine(const std::filesystem::path& config_file);

}  // namespace medchaind
