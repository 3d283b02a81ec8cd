// Where a command finds its node and its keys: the command line first, then the environment, then the configuration
// file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "medchain/genesis.h"
#include "medchain/keys.h"

namespace program {

// As given on the command line; empty when not.
struct GlobalOptions {
  std::string node;
  std::string key;
  std::string address;
  std::string ca;
  std::string genesis;
  std::string config;
  double timeout_s = 30;
  bool json = false;
};

struct Settings {
  std::string node;
  std::optional<std::filesystem::path> key;
  std::optional<medchain::Address> address;  // of the key, when it is not the participant's first one
  std::optional<std::filesystem::path> ca;
  std::optional<std::filesystem::path> genesis;
  std::uint64_t timeout_ms = 30'000;
};

// MEDCHAIN_NODE, MEDCHAIN_KEY, MEDCHAIN_ADDRESS, MEDCHAIN_CA, MEDCHAIN_GENESIS and MEDCHAIN_CONFIG stand for the
// options of those names.
medchain::Result<Settings> resolve(const GlobalOptions& options);

// kInvalidArgument, saying how to give it, when no key is set.
medchain::Result<medchain::KeyPair> read_identity(const Settings& settings);
medchain::Result<medchain::Genesis> read_genesis(const std::filesystem::path& path);

}  // namespace program
