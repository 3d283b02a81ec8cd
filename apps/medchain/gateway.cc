// medchain gateway: runs the gateway at the edge. medchain gateway-token: makes a device's token.
#include <atomic>
#include <csignal>

#include "commands.h"
#include "gateway_config.h"
#include "medchain/rocksdb.h"

namespace program {
namespace {

using medchain::Result;

struct GatewayCommand {
  std::string config;
};

std::atomic<medchain::Gateway*> running{nullptr};

void stop_running(int) {
  if (medchain::Gateway* gateway = running.load()) gateway->stop();
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
  programs::Logger logger(gateway_log_modules());
  logger.set(file->log);
  file->config.log = [&logger](std::string_view level, std::string_view module, std::string_view line) {
    logger.write(level, module, line);
  };
  auto gateway = medchain::Gateway::start(std::move(file->config), **storage);
  if (!gateway) return gateway.error().in(command.config);
  running = gateway->get();
  handle_signals();
  auto ended = (*gateway)->run();
  running = nullptr;
  logger.write(ended ? "info" : "error", "gateway", ended ? "stopped" : "stopped: " + ended.error().message());
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
