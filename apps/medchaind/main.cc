// medchaind: makes a network (init), runs one of its nodes (run), renews its consensus key. All that a node does is in
// the library.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "certificate.h"
#include "check.h"
#include "common/exit_code.h"
#include "consensus_key.h"
#include "doctor.h"
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
  if (options.http) {
    fmt::print("over HTTP:  curl --cacert {}/ca/ca.crt https://{}/v1/status\n", directory,
               medchaind::http_endpoint(options, 0));
  }
  return programs::kOk;
}

int checked(const std::string& config) {
  auto found = medchaind::check_config(config);
  if (!found) return programs::fail("medchaind", found.error());
  fmt::print("{}: good; node {}\n", config, medchaind::address_of(found->config, found->material).text());
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
  init->add_flag("!--no-http", options.http,
                 "No HTTP interface; otherwise node K's is on the ports behind those of all nodes, + K");
  init->add_option("--algorithm", algorithm, "Keys of nodes and institutions: ed25519 or p256")->capture_default_str();
  init->add_option("--committee-size", p.committee_size, "Producers in a round, 3f + 1")->capture_default_str();
  init->add_option("--epoch-heights", p.epoch_heights, "Blocks in an epoch")->capture_default_str();
  init->add_option("--idle-ms", p.idle_ms, "Without work, an empty block follows after this")->capture_default_str();
  init->add_option("--view-timeout-ms", p.view_timeout_ms,
                   "Without a decision while work waits, the next producer takes over")
      ->capture_default_str();
}

int certified(const medchaind::CertificateOptions& options) {
  auto made = medchaind::make_certificate(options);
  if (!made) return programs::fail("medchaind", made.error());
  fmt::print("{0}/tls.crt and {0}/tls.key for {1}, good for {2} days\n", options.out.string(), options.node,
             options.days);
  return programs::kOk;
}

CLI::App* add_certificate(CLI::App& app, medchaind::CertificateOptions& options) {
  auto* command = app.add_subcommand("certificate", "Sign a TLS certificate for a node that joins, or whose own ends");
  command->add_option("--authority", options.authority, "Directory with ca.crt and ca.key")->capture_default_str();
  command->add_option("--node", options.node, "The node's address (med1...)")->required();
  command->add_option("--host", options.hosts, "Host names and IP addresses under which clients reach it over HTTPS");
  command->add_option("--days", options.days, "How long it is good")->capture_default_str();
  command->add_option("--out", options.out, "Directory for tls.crt and tls.key")->capture_default_str();
  return command;
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
  medchaind::CertificateOptions certificate;
  auto* certifying = add_certificate(app, certificate);
  auto* check =
      app.add_subcommand("check-config", "Read the configuration and all that it names, as `run` would, and end");
  check->add_option("--config", config, "The node's medchaind.toml")->required();
  auto* doctor = app.add_subcommand("doctor", "Look for what may keep the node from working: disk, clock, keys, peers");
  doctor->add_option("--config", config, "The node's medchaind.toml")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return programs::fail("medchaind", {medchain::ErrorCode::kInvalidArgument,
                                        fmt::format("{} (medchaind --help explains)", error.what())});
  }
  if (certifying->parsed()) return certified(certificate);
  if (doctor->parsed()) return medchaind::examine(config) ? programs::kOk : programs::kFailed;
  if (check->parsed()) return checked(config);
  if (!run->parsed() && !renew->parsed()) return init(options, algorithm);
  auto ended = run->parsed() ? medchaind::run(config) : medchaind::new_consensus_key(config);
  return ended ? programs::kOk : programs::fail("medchaind", ended.error());
}
