#include "material.h"

#include <cstdlib>

#include "common/files.h"
#include "consensus_key.h"
#include "medchain/key_file.h"

namespace medchaind {

using medchain::Error;
using medchain::ErrorCode;
using medchain::KeyPair;
using medchain::Result;

namespace {

constexpr std::size_t kMaxGenesisBytes = 256 * 1024 * 1024;
constexpr std::size_t kMaxPemBytes = 1024 * 1024;

Result<KeyPair> read_key(const std::filesystem::path& path) {
  const char* passphrase = std::getenv("MEDCHAIN_PASSPHRASE");
  return medchain::read_key_file(path, passphrase ? std::optional<std::string_view>(passphrase) : std::nullopt);
}

Result<KeyPair> read_consensus_key(const std::filesystem::path& path) {
  auto key = read_key(path);
  if (key && key->signing.public_key().algorithm != medchain::KeyAlgorithm::kEd25519) {
    return Error(ErrorCode::kInvalidArgument, path.string() + " is no ed25519 key");
  }
  return key;
}

Result<void> read_consensus_keys(const std::filesystem::path& path, Material& material) {
  auto key = read_consensus_key(path);
  if (!key) return key.error();
  material.consensus_key = std::move(*key);
  std::error_code ignored;
  material.consensus_key_unused = std::filesystem::exists(unused_mark(path), ignored);
  if (!std::filesystem::exists(retiring_key(path), ignored)) return {};
  auto retiring = read_consensus_key(retiring_key(path));
  if (!retiring) return retiring.error();
  // The same key twice: new-consensus-key was interrupted.
  if (retiring->signing.public_key() == material.consensus_key->signing.public_key()) return {};
  material.retiring_key = std::move(*retiring);
  return {};
}

Result<void> read_pem(const std::filesystem::path& path, std::string& to) {
  auto text = programs::read_text(path, kMaxPemBytes);
  if (!text) return text.error();
  to = std::move(*text);
  return {};
}

}  // namespace

Result<void> read_certificate(const Config& config, std::string& certificate, std::string& private_key) {
  MEDCHAIN_TRY(read_pem(config.certificate, certificate));
  return read_pem(config.private_key, private_key);
}

medchain::Address address_of(const Config& config, const Material& material) {
  return config.node_address.value_or(material.node_key.address());
}

Result<Material> read_material(const Config& config) {
  auto json = programs::read_text(config.genesis, kMaxGenesisBytes);
  if (!json) return json.error();
  auto genesis = medchain::parse_genesis(*json);
  if (!genesis) return genesis.error().in(config.genesis.string());
  auto node_key = read_key(config.node_key);
  if (!node_key) return node_key.error();
  Material material{std::move(*genesis), std::move(*node_key), std::nullopt, false, std::nullopt, {}, {}, {}};
  if (config.consensus_key) MEDCHAIN_TRY(read_consensus_keys(*config.consensus_key, material));
  MEDCHAIN_TRY(read_pem(config.ca, material.ca));
  MEDCHAIN_TRY(read_certificate(config, material.certificate, material.private_key));
  return material;
}

}  // namespace medchaind
