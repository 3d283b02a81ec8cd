#include "config.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "common/strict_toml.h"

namespace medchaind {

using medchain::Address;
using medchain::Result;

namespace {

constexpr std::size_t kMostSignatureThreads = 64;

// Without http_listen there is none, and the other keys are refused.
std::optional<medchain::HttpConfig> read_http(programs::StrictToml& toml) {
  auto listen = toml.optional_text("http_listen");
  if (!listen || listen->empty()) return std::nullopt;
  medchain::HttpConfig http;
  http.listen = *listen;
  http.tls = toml.flag("http_tls", http.tls);
  http.cors_origins = toml.texts("http_cors_origins");
  http.max_connections = toml.number("http_max_connections", http.max_connections, 1, 65'536);
  http.max_connections_per_client =
      toml.number("http_max_connections_per_client", http.max_connections_per_client, 1, 65'536);
  http.max_streams = toml.number("http_max_streams", http.max_streams, 1, 65'536);
  http.requests_per_second = static_cast<double>(toml.number("http_requests_per_second", 200, 1, 1'000'000));
  http.slow_request_ms = toml.number("http_slow_request_ms", http.slow_request_ms, 1, 3'600'000);
  return http;
}

}  // namespace

std::size_t spare_cores() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 1 + kMostSignatureThreads) - 1;
}

Result<Config> read_config(const std::filesystem::path& file) {
  auto toml = programs::StrictToml::read(file, "MEDCHAIND_");
  if (!toml) return toml.error();
  Config config;
  config.genesis = toml->path("genesis");
  config.data = toml->path("data");
  config.node_key = toml->path("node_key");
  if (auto text = toml->optional_text("node_address"); text && !text->empty()) {
    auto address = Address::parse(*text);
    if (!address) toml->refuse("node_address", address.error());
    if (address) config.node_address = *address;
  }
  config.consensus_key = toml->optional_path("consensus_key");
  config.ca = toml->path("ca");
  config.certificate = toml->path("certificate");
  config.private_key = toml->path("private_key");
  config.peer_listen = toml->text("peer_listen");
  config.client_listen = toml->text("client_listen");
  config.signature_threads = toml->number("signature_threads", config.signature_threads, 1, kMostSignatureThreads);
  config.max_clients = toml->number("max_clients", config.max_clients, 1, 65'536);
  config.mempool_transactions = toml->number("mempool_transactions", config.mempool_transactions, 1, 10'000'000);
  config.mempool_megabytes = toml->number("mempool_megabytes", config.mempool_megabytes, 32, 1'048'576);
  config.check_every_signature = toml->flag("check_every_signature", config.check_every_signature);
  config.index = toml->flag("index", !config.consensus_key.has_value());
  config.http = read_http(*toml);
  config.log = programs::read_log(*toml, log_modules());
  for (std::size_t i = 0, count = toml->tables("peer"); i < count; ++i) {
    std::string node_name = fmt::format("peer[{}].node", i);
    std::string node = toml->text(node_name);
    std::string address = toml->text(fmt::format("peer[{}].address", i));
    auto parsed = Address::parse(node);
    if (!parsed && !node.empty()) toml->refuse(node_name, parsed.error());
    if (parsed) config.peers.push_back({*parsed, address});
  }
  MEDCHAIN_TRY(toml->finish());
  return config;
}

std::string config_text(const Config& config) {
  std::string text =
      "# A MedChain node. Paths are relative to this file; docs/operations.md explains every key.\n"
      "# The directory of this file holds all that the node needs: it may be moved to the node's own host.\n";
  auto add = [&text](std::string_view key, std::string_view value) {
    text += fmt::format("{} = \"{}\"\n", key, value);
  };
  add("genesis", config.genesis.string());
  add("data", config.data.string());
  add("node_key", config.node_key.string());
  if (config.consensus_key) {
    add("consensus_key", config.consensus_key->string());
  } else {
    text += "# No consensus_key: this node follows, and never votes.\n";
  }
  add("ca", config.ca.string());
  add("certificate", config.certificate.string());
  add("private_key", config.private_key.string());
  add("peer_listen", config.peer_listen);
  add("client_listen", config.client_listen);
  if (config.http) add("http_listen", config.http->listen);
  if (config.index) text += fmt::format("index = {}\n", *config.index ? "true" : "false");
  for (const auto& peer : config.peers) {
    text += "\n[[peer]]\n";
    add("node", peer.node.text());
    add("address", peer.address);
  }
  return text;
}

}  // namespace medchaind
