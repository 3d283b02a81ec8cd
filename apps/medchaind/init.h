// `medchaind init`: a new network, ready to run. docs/operations.md lists every file that it makes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "medchain/genesis.h"

namespace medchaind {

struct InitOptions {
  std::size_t nodes = 4;  // validators that stand for election
  std::size_t followers = 0;
  std::filesystem::path directory;
  std::string name = "medchain";
  std::string host = "127.0.0.1";
  std::uint16_t base_port = 7100;  // node K: peers on base + 2K, clients on base + 2K + 1
  bool http = true;                // node K: on base + 2 * all nodes + K
  medchain::KeyAlgorithm algorithm = medchain::KeyAlgorithm::kEd25519;  // of nodes and institutions
  medchain::Parameters parameters;
};

inline constexpr std::size_t kMaxInitNodes = 100;  // nodes and followers together

// HOST:PORT of a node's HTTP interface.
std::string http_endpoint(const InitOptions& options, std::size_t node);

// kConflict when the directory exists and is not empty. The directory appears complete or not at all.
medchain::Result<medchain::Genesis> init(const InitOptions& options);

}  // namespace medchaind
