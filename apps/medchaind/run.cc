#include "run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "common/files.h"
#include "config.h"
#include "consensus_key.h"
#include "medchain/genesis.h"
#include "medchain/key_file.h"
#include "medchain/rocksdb.h"
#include "medchain/rpc/node.h"

namespace medchaind {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::KeyPair;
using medchain::Result;

constexpr std::size_t kMaxGenesisBytes = 256 * 1024 * 1024;
constexpr std::size_t kMaxPemBytes = 1024 * 1024;

std::atomic<medchain::rpc::Node*> running{nullptr};

void stop_running(int) {
  if (medchain::rpc::Node* node = running.load()) node->stop();
}

void log_line(std::string_view level, std::string_view line) {
  auto now = std::chrono::system_clock::now();
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {} {}\n",
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms % 1000, level, line);
  std::fwrite(text.data(), 1, text.size(), stderr);  // one call: lines of different threads do not mix
}

// Keys and texts that the configuration names, read before anything is opened or bound.
struct Material {
  medchain::Genesis genesis;
  KeyPair node_key;
  std::optional<KeyPair> consensus_key;
  bool consensus_key_unused = false;
  std::optional<KeyPair> retiring_key;
  std::string ca, certificate, private_key;
};

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

Result<Material> read_material(const Config& config) {
  auto json = programs::read_text(config.genesis, kMaxGenesisBytes);
  if (!json) return json.error();
  auto genesis = medchain::parse_genesis(*json);
  if (!genesis) return genesis.error().in(config.genesis.string());
  auto node_key = read_key(config.node_key);
  if (!node_key) return node_key.error();
  Material material{std::move(*genesis), std::move(*node_key), std::nullopt, false, std::nullopt, {}, {}, {}};
  if (config.consensus_key) MEDCHAIN_TRY(read_consensus_keys(*config.consensus_key, material));
  for (auto [path, to] : {std::pair(&config.ca, &material.ca), std::pair(&config.certificate, &material.certificate),
                          std::pair(&config.private_key, &material.private_key)}) {
    auto text = programs::read_text(*path, kMaxPemBytes);
    if (!text) return text.error();
    *to = std::move(*text);
  }
  return material;
}

medchain::rpc::NodeConfig node_config(const Config& config, const Material& material) {
  medchain::rpc::NodeConfig node;
  node.peer_listen = config.peer_listen;
  node.client_listen = config.client_listen;
  node.ca = material.ca;
  node.certificate = material.certificate;
  node.private_key = material.private_key;
  node.node_key = &material.node_key.signing;
  node.peers = config.peers;
  node.pool_threads = config.signature_threads;
  node.max_clients = config.max_clients;
  node.log = log_line;
  return node;
}

// Between start and run: the vote log has begun, durably, and nothing was signed yet.
Result<void> settle_consensus_key(const Config& config, const medchain::rpc::Node& node) {
  if (!config.consensus_key) return {};
  if (node.vote_log_missing()) {
    log_line("error", fmt::format("the vote log of {} is not in {}: this node follows, and never votes with this key; "
                                  "make another one with: medchaind new-consensus-key",
                                  config.consensus_key->string(), config.data.string()));
  } else {
    MEDCHAIN_TRY(remove_unused_mark(*config.consensus_key));
  }
  std::error_code ignored;
  if (node.retiring_key_needed() || !std::filesystem::exists(retiring_key(*config.consensus_key), ignored)) return {};
  MEDCHAIN_TRY(remove_retiring_key(*config.consensus_key));
  log_line("info", fmt::format("{} is needed no more: removed", retiring_key(*config.consensus_key).string()));
  return {};
}

void handle_signals() {
  struct sigaction action {};
  action.sa_handler = stop_running;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Result<void> run(const std::filesystem::path& config_file) {
  auto config = read_config(config_file);
  if (!config) return config.error();
  auto material = read_material(*config);
  if (!material) return material.error();
  std::optional<medchain::KeySigner> consensus, retiring;
  if (material->consensus_key) consensus.emplace(material->consensus_key->signing.clone());
  if (material->retiring_key) retiring.emplace(material->retiring_key->signing.clone());

  medchain::EngineConfig engine;
  engine.genesis = material->genesis;
  engine.self = config->node_address.value_or(material->node_key.address());
  engine.consensus_key = consensus ? &*consensus : nullptr;
  engine.begin_vote_log = material->consensus_key_unused;
  engine.retiring_key = retiring ? &*retiring : nullptr;
  engine.mempool_transactions = config->mempool_transactions;
  engine.mempool_bytes = config->mempool_megabytes * 1024 * 1024;
  engine.check_every_signature = config->check_every_signature;

  auto storage = medchain::open_rocksdb(config->data);
  if (!storage) return storage.error();
  auto node = medchain::rpc::Node::start(node_config(*config, *material), **storage, std::move(engine));
  if (!node) return node.error();
  MEDCHAIN_TRY(settle_consensus_key(*config, **node));
  running = node->get();
  handle_signals();
  log_line("info", fmt::format("this is \"{}\", chain {}", material->genesis.name, material->genesis.chain_id().hex()));
  auto ended = (*node)->run();
  running = nullptr;
  log_line(ended ? "info" : "error", ended ? "stopped" : "stopped: " + ended.error().message());
  return ended;
}

}  // namespace medchaind
