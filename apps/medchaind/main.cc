// medchaind: makes a network (init), runs one of its nodes (run), renews its consensus key. All that a node does is in
// the library.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "common/exit_code.h"
#include "consensus_key.h"
#include "init.h"
#include "run.h"

namespace {

using medchain::Result;

int init(medchaind::InitOptions& options, const std::string& algorithm) {
  auto parsed = medchain::parse_key_algorithm(algorithm);
  if (!parsed) {
    return programs::fail("medchaind",
                          {parsed.error().code(), "--algorithm " + algorithm + ": " + parsed.error().message()});
  }
  options.algorithm = *parsed;
  auto genesis = medchaind::init(options);
  if (!genesis) return programs::fail("medchaind", genesis.error());
  std::string directory = options.directory.string();
  fmt::print(
      "chain {}\nin {}: {} producers and {} followers\nstart each: medchaind run --config {}/node0/medchaind.toml\n"
      "ask one:    medchain --config {}/client.toml status\n",
      genesis->chain_id().hex(), directory, options.nodes, options.followers, directory, directory);
  return programs::kOk;
}

void add_init(CLI::App& app, medchaind::InitOptions& options, std::string& algorithm) {
  auto& p = options.parameters;
  auto* init = app.add_subcommand("init", "Make a new network: genesis, keys, authority, certificates, configurations");
  init->add_option("--nodes", options.nodes, "Producers: validators that stand for election")->capture_default_str();
  init->add_option("--followers", options.followers, "Nodes that follow and serve reads")->capture_default_str();
  init->add_option("--dir", options.directory, "Directory to make; must not exist, or be empty")->required();
  init->add_option("--name", options.name, "Name of the network")->capture_default_str();
  init->add_option("--host", options.host, "Host name of all nodes, in addresses and certificates")
      ->capture_default_str();
  init->add_option("--base-port", options.base_port, "Node K listens on this + 2K (peers) and + 2K + 1 (clients)")
      ->capture_default_str();
  init->add_option("--algorithm", algorithm, "Keys of nodes and institutions: ed25519 or p256")->capture_default_str();
  init->add_option("--committee-size", p.committee_size, "Producers in a round, 3f + 1")->capture_default_str();
  init->add_option("--epoch-heights", p.epoch_heights, "Blocks in an epoch")->capture_default_str();
  init->add_option("--idle-ms", p.idle_ms, "Without work, an empty block follows after this")->capture_default_str();
  init->add_option("--view-timeout-ms", p.view_timeout_ms,
                   "Without a decision while work waits, the next producer takes over")
      ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(027);
  CLI::App app("medchaind: a MedChain node. Exit codes: docs/commands.md.", "medchaind");
  app.set_version_flag("--version", std::string(MEDCHAIN_PROGRAM_VERSION));
  app.require_subcommand(1);
  medchaind::InitOptions options;
  std::string algorithm = "ed25519";
  std::string config;
  add_init(app, options, algorithm);
  auto* run = app.add_subcommand("run", "Run a node until SIGTERM or SIGINT; logs go to stderr");
  run->add_option("--config", config, "The node's medchaind.toml")->required();
  auto* renew = app.add_subcommand("new-consensus-key",
                                   "Replace the consensus key file by a new one: after a lost vote log, or any time");
  renew->add_option("--config", config, "The node's medchaind.toml")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return programs::fail("medchaind", {medchain::ErrorCode::kInvalidArgument,
                                        fmt::format("{} (medchaind --help explains)", error.what())});
  }
  if (!run->parsed() && !renew->parsed()) return init(options, algorithm);
  auto ended = run->parsed() ? medchaind::run(config) : medchaind::new_consensus_key(config);
  return ended ? programs::kOk : programs::fail("medchaind", ended.error());
}
