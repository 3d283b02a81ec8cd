// A node's configuration file. docs/operations.md explains every key.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "log.h"
#include "medchain/http.h"
#include "medchain/rpc/node.h"

namespace medchaind {

// As many as the machine has, but one, which the node's event loop is left; 1 to 64.
std::size_t spare_cores();

struct Config {
  std::filesystem::path genesis;
  std::filesystem::path data;
  std::filesystem::path node_key;
  std::optional<medchain::Address> node_address;       // once its keys were rotated; otherwise follows from the key
  std::optional<std::filesystem::path> consensus_key;  // nothing: a follower
  std::filesystem::path ca;
  std::filesystem::path certificate;
  std::filesystem::path private_key;
  std::string peer_listen;
  std::string client_listen;
  std::vector<medchain::rpc::Peer> peers;
  std::size_t signature_threads = spare_cores();
  std::size_t max_clients = 256;
  std::size_t mempool_transactions = 50'000;
  std::size_t mempool_megabytes = 256;
  bool check_every_signature = false;
  std::optional<bool> index;  // nothing: kept by followers, not by producers
  programs::LogSettings log = programs::LogSettings::all(programs::LogLevel::kInfo);
  std::optional<medchain::HttpConfig> http;  // nothing: no HTTP interface
};

// kInvalidArgument names the file, the line and the key.
medchain::Result<Config> read_config(const std::filesystem::path& file);

// What `medchaind init` writes: the keys that a node needs, the others at their defaults. Paths are relative to the
// file's own directory.
std::string config_text(const Config& config);

}  // namespace medchaind
