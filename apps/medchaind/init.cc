#include "init.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <vector>

#include "common/files.h"
#include "config.h"
#include "consensus_key.h"
#include "medchain/key_file.h"
#include "medchain/rpc/certificates.h"

namespace medchaind {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Genesis;
using medchain::GenesisParticipant;
using medchain::KeyPair;
using medchain::Result;
using medchain::Role;
using medchain::Tokens;
using programs::kPrivateMode;
using programs::kPublicMode;
using programs::Path;
using programs::write_file;

constexpr Tokens kInstitutionBalance{1'000'000'000};
constexpr Tokens kFollowerBalance{1'000'000};
constexpr Tokens kValidatorBalance{1'000'000};
constexpr Tokens kValidatorStake{1'000'000};
constexpr unsigned kCertificateDays = 3650;

struct NodeKeys {
  KeyPair account;
  std::optional<KeyPair> consensus;  // of producers; only its signing key is used
  std::size_t institution = 0;
};

struct Network {
  std::vector<KeyPair> institutions;
  std::vector<NodeKeys> nodes;  // producers first
  Genesis genesis;
};

Network make_keys(const InitOptions& options) {
  Network network;
  for (std::size_t i = 0; i < options.nodes; ++i) network.institutions.push_back(KeyPair::generate(options.algorithm));
  for (std::size_t i = 0; i < options.nodes + options.followers; ++i) {
    NodeKeys node{KeyPair::generate(options.algorithm), std::nullopt, i % options.nodes};
    if (i < options.nodes) node.consensus = KeyPair::generate(medchain::KeyAlgorithm::kEd25519);
    network.nodes.push_back(std::move(node));
  }
  return network;
}

void make_genesis(Network& network, const InitOptions& options) {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  Genesis& genesis = network.genesis;
  genesis.name = options.name;
  genesis.time_ms =
      static_cast<std::uint64_t>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
  genesis.parameters = options.parameters;
  for (std::size_t i = 0; i < network.institutions.size(); ++i) {
    const KeyPair& keys = network.institutions[i];
    genesis.participants.push_back({keys.public_keys(), Role::kInstitution, keys.address(),
                                    fmt::format("hospital{}", i), kInstitutionBalance, Tokens{}, std::nullopt});
  }
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    const NodeKeys& node = network.nodes[i];
    GenesisParticipant participant{node.account.public_keys(),
                                   Role::kValidator,
                                   network.institutions[node.institution].address(),
                                   fmt::format("node{}", i),
                                   node.consensus ? kValidatorBalance : kFollowerBalance,
                                   node.consensus ? kValidatorStake : Tokens{},
                                   std::nullopt};
    if (node.consensus) participant.consensus_key = node.consensus->signing.public_key();
    genesis.participants.push_back(std::move(participant));
  }
}

std::string endpoint(const InitOptions& options, std::size_t node, bool client) {
  return fmt::format("{}:{}", options.host, options.base_port + 2 * node + (client ? 1 : 0));
}

Result<void> make_directory(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error(ErrorCode::kIo, fmt::format("cannot create {}: {}", path.string(), error.message()));
  return {};
}

Result<void> write_keys(const Path& directory, const std::string& name, const KeyPair& keys) {
  MEDCHAIN_TRY(medchain::write_key_file(directory / (name + ".key"), keys, std::nullopt));
  return medchain::write_public_key_file(directory / (name + ".pub"), keys.public_keys());
}

Config node_config(const Network& network, const InitOptions& options, std::size_t index) {
  Config config;
  config.genesis = "genesis.json";
  config.data = "data";
  config.node_key = "node.key";
  if (network.nodes[index].consensus) config.consensus_key = "consensus.key";
  config.ca = "ca.crt";
  config.certificate = "tls.crt";
  config.private_key = "tls.key";
  config.peer_listen = endpoint(options, index, false);
  config.client_listen = endpoint(options, index, true);
  if (options.http) {
    config.http.emplace();
    config.http->listen = http_endpoint(options, index);
  }
  // Somebody has to answer queries where nobody follows.
  if (options.followers == 0) config.index = true;
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    if (i != index) config.peers.push_back({network.nodes[i].account.address(), endpoint(options, i, false)});
  }
  return config;
}

Result<void> write_node(const Path& directory, const Network& network, const InitOptions& options, std::size_t index,
                        const medchain::rpc::Authority& authority) {
  const NodeKeys& keys = network.nodes[index];
  MEDCHAIN_TRY(make_directory(directory / "data"));
  MEDCHAIN_TRY(write_keys(directory, "node", keys.account));
  if (keys.consensus) {
    MEDCHAIN_TRY(write_keys(directory, "consensus", *keys.consensus));
    MEDCHAIN_TRY(mark_unused(directory / "consensus.key"));
  }
  auto certificate =
      medchain::rpc::issue_node_certificate(authority, keys.account.address(), {options.host}, kCertificateDays);
  if (!certificate) return certificate.error();
  MEDCHAIN_TRY(write_file(directory / "tls.crt", medchain::view(certificate->certificate), kPublicMode));
  MEDCHAIN_TRY(write_file(directory / "tls.key", medchain::view(certificate->private_key), kPrivateMode));
  MEDCHAIN_TRY(write_file(directory / "ca.crt", medchain::view(authority.certificate), kPublicMode));
  MEDCHAIN_TRY(write_file(directory / "genesis.json", medchain::view(to_json(network.genesis)), kPublicMode));
  std::string config = config_text(node_config(network, options, index));
  return write_file(directory / "medchaind.toml", medchain::view(config), kPublicMode);
}

Result<void> write_network(const Path& directory, const Network& network, const InitOptions& options) {
  auto authority = medchain::rpc::make_authority(options.name, kCertificateDays);
  if (!authority) return authority.error();
  MEDCHAIN_TRY(make_directory(directory / "ca"));
  MEDCHAIN_TRY(make_directory(directory / "institutions"));
  MEDCHAIN_TRY(write_file(directory / "genesis.json", medchain::view(to_json(network.genesis)), kPublicMode));
  MEDCHAIN_TRY(write_file(directory / "ca" / "ca.crt", medchain::view(authority->certificate), kPublicMode));
  MEDCHAIN_TRY(write_file(directory / "ca" / "ca.key", medchain::view(authority->private_key), kPrivateMode));
  for (std::size_t i = 0; i < network.institutions.size(); ++i) {
    MEDCHAIN_TRY(write_keys(directory / "institutions", fmt::format("hospital{}", i), network.institutions[i]));
  }
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    MEDCHAIN_TRY(write_node(directory / fmt::format("node{}", i), network, options, i, *authority));
  }
  std::string client = fmt::format(
      "# For `medchain --config`: where to ask, and what to trust. Paths are relative to this file.\n"
      "node = \"{}\"\nca = \"ca/ca.crt\"\ngenesis = \"genesis.json\"\n",
      endpoint(options, 0, true));
  return write_file(directory / "client.toml", medchain::view(client), kPublicMode);
}

Result<void> check_options(const InitOptions& options) {
  auto refuse = [](std::string message) { return Error(ErrorCode::kInvalidArgument, std::move(message)); };
  std::size_t total = options.nodes + options.followers;
  if (options.nodes == 0) return refuse("--nodes must be at least 1: a chain needs a producer");
  if (total > kMaxInitNodes) return refuse(fmt::format("--nodes and --followers together may be {}", kMaxInitNodes));
  const std::size_t ports = (options.http ? 3 : 2) * total;
  if (options.base_port == 0 || options.base_port + ports > 65'536) {
    return refuse(fmt::format("--base-port {} leaves no room for {} ports", options.base_port, ports));
  }
  if (options.host.find_first_of(" \"\\\n") != std::string::npos) return refuse("--host is not a host name");
  return {};
}

Result<void> check_free(const Path& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory, error)) return {};
  if (std::filesystem::is_directory(directory, error) && std::filesystem::is_empty(directory, error)) return {};
  return Error(ErrorCode::kConflict,
               fmt::format("{} exists and is not an empty directory; choose another --dir", directory.string()));
}

}  // namespace

std::string http_endpoint(const InitOptions& options, std::size_t node) {
  return fmt::format("{}:{}", options.host, options.base_port + 2 * (options.nodes + options.followers) + node);
}

Result<Genesis> init(const InitOptions& options) {
  MEDCHAIN_TRY(check_options(options));
  // A trailing slash would make the sibling a child.
  Path directory = options.directory.has_filename() ? options.directory : options.directory.parent_path();
  MEDCHAIN_TRY(check_free(directory));
  Network network = make_keys(options);
  make_genesis(network, options);
  MEDCHAIN_TRY(network.genesis.check());
  if (directory.has_parent_path()) MEDCHAIN_TRY(make_directory(directory.parent_path()));

  std::string temporary = directory.string() + ".XXXXXX";
  if (::mkdtemp(temporary.data()) == nullptr) {
    return Error(ErrorCode::kIo, fmt::format("cannot create a directory beside {}", directory.string()));
  }
  auto written = write_network(temporary, network, options);
  std::error_code error;
  if (written) std::filesystem::rename(temporary, directory, error);
  if (!written || error) {
    std::error_code ignored;
    std::filesystem::remove_all(temporary, ignored);
    if (!written) return written.error();
    return Error(ErrorCode::kIo, fmt::format("cannot create {}: {}", directory.string(), error.message()));
  }
  return std::move(network.genesis);
}

}  // namespace medchaind
