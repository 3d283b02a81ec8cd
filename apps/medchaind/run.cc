#include "run.h"

#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "consensus_key.h"
#include "log.h"
#include "material.h"
#include "medchain/rocksdb.h"
#include "reload.h"
#include "supervisor.h"

namespace medchaind {
namespace {

using medchain::Result;

std::atomic<medchain::rpc::Node*> running{nullptr};

void stop_running(int) {
  if (medchain::rpc::Node* node = running.load()) node->stop();
}

void log_line(std::string_view level, std::string_view module, std::string_view line) {
  logger().write(level, module, line);
}

medchain::rpc::NodeConfig node_config(const Config& config, const Material& material,
                                      const std::shared_ptr<medchain::HttpService>& http) {
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
  node.index = config.index.value_or(true);
  if (http) node.services.push_back(http);
  node.serving = [] { notify_supervisor("READY=1"); };
  node.log = log_line;
  node.log_debug = [](std::string_view module) { return logger().enabled(programs::LogLevel::kDebug, module); };
  return node;
}

// Between start and run: the vote log has begun, durably, and nothing was signed yet.
Result<void> settle_consensus_key(const Config& config, const medchain::rpc::Node& node) {
  if (!config.consensus_key) return {};
  if (node.vote_log_missing()) {
    log_line("error", "consensus",
             fmt::format("the vote log of {} is not in {}: this node follows, and never votes with this key; "
                         "make another one with: medchaind new-consensus-key",
                         config.consensus_key->string(), config.data.string()));
  } else {
    MEDCHAIN_TRY(remove_unused_mark(*config.consensus_key));
  }
  std::error_code ignored;
  if (node.retiring_key_needed() || !std::filesystem::exists(retiring_key(*config.consensus_key), ignored)) return {};
  MEDCHAIN_TRY(remove_retiring_key(*config.consensus_key));
  log_line("info", "consensus",
           fmt::format("{} is needed no more: removed", retiring_key(*config.consensus_key).string()));
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
  logger().set(config->log);
  keep_hangup_for_reloader();
  auto material = read_material(*config);
  if (!material) return material.error();
  std::optional<medchain::KeySigner> consensus, retiring;
  if (material->consensus_key) consensus.emplace(material->consensus_key->signing.clone());
  if (material->retiring_key) retiring.emplace(material->retiring_key->signing.clone());

  medchain::EngineConfig engine;
  engine.genesis = material->genesis;
  engine.self = address_of(*config, *material);
  engine.consensus_key = consensus ? &*consensus : nullptr;
  engine.begin_vote_log = material->consensus_key_unused;
  engine.retiring_key = retiring ? &*retiring : nullptr;
  engine.mempool_transactions = config->mempool_transactions;
  engine.mempool_bytes = config->mempool_megabytes * 1024 * 1024;
  engine.check_every_signature = config->check_every_signature;

  log_line("debug", "storage", fmt::format("opening {}", config->data.string()));
  auto storage = medchain::open_rocksdb(config->data);
  if (!storage) return storage.error();
  const auto http = config->http ? medchain::make_http_service(*config->http) : nullptr;
  auto node = medchain::rpc::Node::start(node_config(*config, *material, http), **storage, std::move(engine));
  if (!node) return node.error();
  MEDCHAIN_TRY(settle_consensus_key(*config, **node));
  running = node->get();
  handle_signals();
  log_line("info", "node",
           fmt::format("this is \"{}\", chain {}", material->genesis.name, material->genesis.chain_id().hex()));
  warn_of_expiry(material->certificate);
  auto ended = [&] {
    Reloader reloader(config_file, **node, http);
    return (*node)->run();
  }();
  running = nullptr;
  notify_supervisor("STOPPING=1");
  log_line(ended ? "info" : "error", "node", ended ? "stopped" : "stopped: " + ended.error().message());
  return ended;
}

}  // namespace medchaind
