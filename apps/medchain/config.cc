#include "config.h"

#include <fmt/format.h>

#include <cstdlib>

#include "arguments.h"
#include "common/files.h"
#include "common/strict_toml.h"
#include "passphrase.h"

namespace program {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;
using Path = std::filesystem::path;

constexpr std::size_t kMaxGenesisBytes = 256 * 1024 * 1024;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

std::string first_given(const std::string& option, const char* variable) {
  return option.empty() ? environment(variable) : option;
}

Result<void> take_address(Settings& settings, const std::string& text) {
  if (text.empty()) return {};
  auto address = address_argument("your address", text);
  if (!address) return address.error();
  settings.address = *address;
  return {};
}

Result<Settings> read_config(const std::string& file) {
  Settings settings;
  if (file.empty()) return settings;
  auto toml = programs::StrictToml::read(file);
  if (!toml) return toml.error();
  settings.node = toml->optional_text("node").value_or("");
  settings.key = toml->optional_path("key");
  MEDCHAIN_TRY(take_address(settings, toml->optional_text("address").value_or("")));
  settings.ca = toml->optional_path("ca");
  settings.genesis = toml->optional_path("genesis");
  MEDCHAIN_TRY(toml->finish());
  return settings;
}

}  // namespace

Result<Settings> resolve(const GlobalOptions& options) {
  auto settings = read_config(first_given(options.config, "MEDCHAIN_CONFIG"));
  if (!settings) return settings.error();
  auto prefer = [](std::optional<Path>& path, const std::string& given) {
    if (!given.empty()) path = given;
  };
  if (std::string node = first_given(options.node, "MEDCHAIN_NODE"); !node.empty()) settings->node = node;
  prefer(settings->key, first_given(options.key, "MEDCHAIN_KEY"));
  prefer(settings->ca, first_given(options.ca, "MEDCHAIN_CA"));
  prefer(settings->genesis, first_given(options.genesis, "MEDCHAIN_GENESIS"));
  MEDCHAIN_TRY(take_address(*settings, first_given(options.address, "MEDCHAIN_ADDRESS")));
  settings->timeout_ms = static_cast<std::uint64_t>(options.timeout_s * 1000);
  return settings;
}

Result<medchain::KeyPair> read_identity(const Settings& settings) {
  if (settings.key) return read_protected_key(*settings.key);
  return Error(ErrorCode::kInvalidArgument,
               "this command needs a key: give --key FILE, or set MEDCHAIN_KEY, or `key` in the configuration file");
}

Result<medchain::Genesis> read_genesis(const Path& path) {
  auto json = programs::read_text(path, kMaxGenesisBytes);
  if (!json) return json.error();
  auto genesis = medchain::parse_genesis(*json);
  if (!genesis) return genesis.error().in(path.string());
  return genesis;
}

}  // namespace program
