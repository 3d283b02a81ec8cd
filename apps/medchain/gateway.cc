// medchain gateway: runs the gateway at the edge. medchain gateway-token: makes a device's token.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>

#include "commands.h"
#include "common/files.h"
#include "common/strict_toml.h"
#include "medchain/gateway.h"
#include "medchain/key_file.h"
#include "medchain/rocksdb.h"
#include "passphrase.h"

namespace program {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::GatewayConfig;
using medchain::GatewayDevice;
using medchain::KeyPair;
using medchain::Result;
using programs::StrictToml;

constexpr std::size_t kMaxPemBytes = 1024 * 1024;

struct GatewayCommand {
  std::string config;
};

std::atomic<medchain::Gateway*> running{nullptr};

void stop_running(int) {
  if (medchain::Gateway* gateway = running.load()) gateway->stop();
}

void log_line(std::string_view level, std::string_view line) {
  auto now = std::chrono::system_clock::now();
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {} {}\n",
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms % 1000, level, line);
  std::fwrite(text.data(), 1, text.size(), stderr);  // one call: lines of different threads do not mix
}

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
  std::shared_ptr<const KeyPair> key_pair(std::string_view key, const std::filesystem::path& path) {
    auto keys = read_protected_key(path);
    if (!keys) toml_.refuse(key, keys.error());
    return keys ? std::make_shared<const KeyPair>(std::move(*keys)) : nullptr;
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
  const std::string subject = toml.text(name("subject"));
  if (auto address = medchain::Address::parse(subject)) {
    device.subject = *address;
  } else if (!subject.empty()) {
    toml.refuse(name("subject"), Error(ErrorCode::kInvalidArgument, "not an address (med1...)"));
  }
  if (auto path = toml.optional_path(name("key"))) device.key = reader.key_pair(name("key"), *path);
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

struct GatewayFile {
  GatewayConfig config;
  std::filesystem::path data;
};

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
  if (auto key = toml->path("key"); !key.empty()) config.key = reader.key_pair("key", key);
  read.data = toml->path("data");
  read_limits(*toml, config);
  for (std::size_t i = 0, count = toml->tables("device"); i < count; ++i) {
    config.devices.push_back(read_device(*toml, reader, i));
  }
  MEDCHAIN_TRY(toml->finish());
  config.genesis = std::move(*genesis);
  config.log = log_line;
  return read;
}

void handle_signals() {
  struct sigaction action {};
  action.sa_handler = stop_running;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<void> run_gateway(Program&, const GatewayCommand& command) {
  auto file = read_gateway_config(command.config);
  if (!file) return file.error();
  auto storage = medchain::open_rocksdb(file->data);
  if (!storage) return storage.error();
  auto gateway = medchain::Gateway::start(std::move(file->config), **storage);
  if (!gateway) return gateway.error().in(command.config);
  running = gateway->get();
  handle_signals();
  auto ended = (*gateway)->run();
  running = nullptr;
  log_line(ended ? "info" : "error", ended ? "stopped" : "stopped: " + ended.error().message());
  return ended;
}

struct TokenCommand {};

Result<void> run_token(Program& program, const TokenCommand&) {
  auto made = medchain::make_gateway_token();
  Report report;
  report.add("token", made.token).add("token_sha256", made.sha256.hex());
  program.output.print(report);
  return {};
}

}  // namespace

void add_gateway_commands(CLI::App& app, Program& program) {
  auto gateway = std::make_shared<GatewayCommand>();
  auto* command =
      app.add_subcommand("gateway", "Take readings from devices, until SIGTERM or SIGINT; logs go to stderr");
  command->add_option("--config", gateway->config, "The gateway.toml; docs/gateway.md explains every key")->required();
  program.on(command, gateway, run_gateway);

  auto token = std::make_shared<TokenCommand>();
  auto* making = app.add_subcommand("gateway-token", "Make a device's token, and the hash for the gateway.toml");
  program.on(making, token, run_token);
}

}  // namespace program
