#include "gateway_config.h"

#include <fmt/format.h>

#include "common/files.h"
#include "common/strict_toml.h"
#include "config.h"
#include "medchain/key_file.h"
#include "passphrase.h"

namespace program {
namespace {

using medchain::Address;
using medchain::Error;
using medchain::ErrorCode;
using medchain::GatewayConfig;
using medchain::GatewayDevice;
using medchain::KeyPair;
using medchain::Result;
using programs::StrictToml;

constexpr std::size_t kMaxPemBytes = 1024 * 1024;

// Reads what the file names, and refuses the key under which it was named.
class Reader {
 public:
  explicit Reader(StrictToml& toml) : toml_(toml) {}

  std::string pem(std::string_view key) {
    auto path = toml_.path(key);
    return path.empty() ? std::string{} : text_at(key, path);
  }
  std::optional<std::string> optional_pem(std::string_view key) {
    auto path = toml_.optional_path(key);
    if (!path) return std::nullopt;
    return text_at(key, *path);
  }
  std::shared_ptr<const KeyPair> key_pair(std::string_view key) {
    auto path = toml_.path(key);
    return path.empty() ? nullptr : keys_at(key, path);
  }
  std::shared_ptr<const KeyPair> optional_key_pair(std::string_view key) {
    auto path = toml_.optional_path(key);
    return path ? keys_at(key, *path) : nullptr;
  }
  std::optional<Address> optional_address(std::string_view key) {
    auto text = toml_.optional_text(key);
    return text ? address_at(key, *text) : std::nullopt;
  }
  Address address(std::string_view key) {
    const std::string text = toml_.text(key);
    return text.empty() ? Address{} : address_at(key, text).value_or(Address{});
  }
  std::optional<medchain::Genesis> genesis(std::string_view key) {
    auto path = toml_.path(key);
    if (path.empty()) return std::nullopt;
    auto genesis = read_genesis(path);
    if (genesis) return std::move(*genesis);
    toml_.refuse(key, genesis.error());
    return std::nullopt;
  }

 private:
  std::string text_at(std::string_view key, const std::filesystem::path& path) {
    auto text = programs::read_text(path, kMaxPemBytes);
    if (!text) toml_.refuse(key, text.error());
    return text ? std::move(*text) : std::string{};
  }
  std::shared_ptr<const KeyPair> keys_at(std::string_view key, const std::filesystem::path& path) {
    auto keys = read_protected_key(path);
    if (!keys) toml_.refuse(key, keys.error());
    return keys ? std::make_shared<const KeyPair>(std::move(*keys)) : nullptr;
  }
  std::optional<Address> address_at(std::string_view key, std::string_view text) {
    if (auto address = Address::parse(text)) return *address;
    toml_.refuse(key, Error(ErrorCode::kInvalidArgument, "not an address (med1...)"));
    return std::nullopt;
  }
  StrictToml& toml_;
};

GatewayDevice read_device(StrictToml& toml, Reader& reader, std::size_t index) {
  auto name = [&](const char* key) { return fmt::format("device[{}].{}", index, key); };
  GatewayDevice device;
  device.name = toml.text(name("name"));
  if (auto text = toml.optional_text(name("token_sha256"))) {
    auto hash = medchain::Hash::from_hex(*text, "64 hexadecimal digits, as medchain gateway-token prints them");
    if (!hash) toml.refuse(name("token_sha256"), hash.error());
    if (hash) device.token_sha256 = *hash;
  }
  device.certificate_name = toml.optional_text(name("certificate_name"));
  device.subject = reader.address(name("subject"));
  device.key = reader.optional_key_pair(name("key"));
  device.address = reader.optional_address(name("address"));
  device.mllp_address = toml.optional_text(name("mllp_address"));
  device.mllp_application = toml.optional_text(name("mllp_application"));
  device.mllp_facility = toml.optional_text(name("mllp_facility"));
  return device;
}

void read_limits(StrictToml& toml, GatewayConfig& config) {
  constexpr std::uint64_t kMebibyte = 1024 * 1024;
  medchain::GatewayLimits& limits = config.limits;
  limits.max_connections = toml.number("max_connections", limits.max_connections, 1, 65'536);
  limits.max_body_bytes = toml.number("max_body_bytes", limits.max_body_bytes, 1024, 16 * kMebibyte);
  limits.max_queued_readings = toml.number("max_queued_readings", limits.max_queued_readings, 1, 10'000'000);
  limits.max_queued_bytes = toml.number("max_queued_megabytes", 4096, 1, 1'048'576) * kMebibyte;
  limits.max_bytes_in_memory = toml.number("max_receiving_megabytes", 256, 32, 65'536) * kMebibyte;
  limits.requests_per_second = static_cast<double>(toml.number("requests_per_second", 100, 1, 1'000'000));
  config.proof_max_age_ms = toml.number("proof_max_age_seconds", 60, 5, 3'600) * 1000;
  config.remember_ms = toml.number("remember_hours", 7 * 24, 1, 24 * 366) * 3'600'000;
}

}  // namespace

programs::LogModules gateway_log_modules() {
  static constexpr std::array<std::string_view, 4> kNames{"gateway", "devices", "queue", "nodes"};
  return {kNames};
}

Result<GatewayFile> read_gateway_config(const std::filesystem::path& file) {
  auto toml = StrictToml::read(file);
  if (!toml) return toml.error();
  Reader reader(*toml);
  GatewayFile read;
  GatewayConfig& config = read.config;
  config.listen = toml->text("listen");
  config.mllp_listen = toml->optional_text("mllp_listen");
  config.mllp_tls = toml->flag("mllp_tls", config.mllp_tls);
  config.certificate = reader.pem("certificate");
  config.private_key = reader.pem("private_key");
  config.client_ca = reader.optional_pem("client_ca");
  config.nodes = toml->texts("nodes");
  config.ca = reader.pem("ca");
  auto genesis = reader.genesis("genesis");
  config.key = reader.key_pair("key");
  config.address = reader.optional_address("address");
  config.previous_key = reader.optional_key_pair("previous_key");
  read.data = toml->path("data");
  read_limits(*toml, config);
  read.log = programs::read_log(*toml, gateway_log_modules());
  for (std::size_t i = 0, count = toml->tables("device"); i < count; ++i) {
    config.devices.push_back(read_device(*toml, reader, i));
  }
  MEDCHAIN_TRY(toml->finish());
  config.genesis = std::move(*genesis);
  return read;
}

}  // namespace program
