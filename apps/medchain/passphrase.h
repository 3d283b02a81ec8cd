// Passphrases: from MEDCHAIN_PASSPHRASE, or asked for at the terminal without echo.
#pragma once

#include <filesystem>

#include "medchain/keys.h"
#include "medchain/secret.h"

namespace program {

// kInvalidArgument when the variable is not set and standard input is no terminal.
medchain::Result<medchain::SecretBytes> ask_passphrase(const std::string& prompt);
// Asks twice at a terminal; kInvalidArgument when the answers differ or are empty.
medchain::Result<medchain::SecretBytes> ask_new_passphrase();

// Reads a key file, asking for its passphrase only when it has one.
medchain::Result<medchain::KeyPair> read_protected_key(const std::filesystem::path& path);

}  // namespace program
