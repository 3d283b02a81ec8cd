// medchain: the command line for people. docs/commands.md describes every command, exit code and JSON shape.
#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>

#include "commands.h"
#include "common/exit_code.h"

namespace {

constexpr const char* kAbout =
    "medchain: sealed medical records on a shared ledger.\n"
    "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 unavailable or timed out, "
    "6 altered or not verified. docs/commands.md describes every command.";

void add_global_options(CLI::App& app, program::GlobalOptions& options) {
  app.add_option("--node", options.node, "HOST:PORT of the node to ask (MEDCHAIN_NODE)");
  app.add_option("--key", options.key, "Your key file (MEDCHAIN_KEY)");
  app.add_option("--address", options.address, "Yours, once your keys were rotated (MEDCHAIN_ADDRESS)");
  app.add_option("--ca", options.ca, "Certificate of the consortium's authority (MEDCHAIN_CA)");
  app.add_option("--genesis", options.genesis, "genesis.json: checks what a node says (MEDCHAIN_GENESIS)");
  app.add_option("--config", options.config, "A client.toml with node, key, ca, genesis (MEDCHAIN_CONFIG)");
  app.add_option("--timeout", options.timeout_s, "Seconds to wait for a node, and for a transaction to be final")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  app.add_flag("--json", options.json, "Answer in JSON, one object a line");
}

void add_commands(CLI::App& app, program::Program& program) {
  program::add_key_commands(app, program);
  program::add_seal_commands(app, program);
  program::add_put_command(app, program);
  program::add_get_command(app, program);
  program::add_record_commands(app, program);
  program::add_registry_commands(app, program);
  program::add_transaction_commands(app, program);
  program::add_query_commands(app, program);
  program::add_watch_command(app, program);
  program::add_http_command(app, program);
  program::add_receipt_commands(app, program);
  program::add_gateway_commands(app, program);
}

}  // namespace

namespace program {

CLI::Validator whole_number() {
  auto check = [](std::string& text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool right = error == std::errc{} && end == text.data() + text.size();
    return right ? std::string{} : text + " is no whole number below 2^64";
  };
  return CLI::Validator(check, "WHOLE");
}

void Failures::add(medchain::Error error) {
  if (first_) {
    programs::fail("medchain", error);
  } else {
    first_ = std::move(error);
  }
}

medchain::Result<void> Failures::result() const {
  if (first_) return *first_;
  return {};
}

}  // namespace program

int main(int argc, char** argv) {
  ::umask(022);
  CLI::App app(kAbout, "medchain");
  app.set_version_flag("--version", std::string(MEDCHAIN_PROGRAM_VERSION));
  app.require_subcommand(1);
  app.footer("--node, --key, --ca, --genesis, --config, --timeout and --json go with every command: medchain --help.");
  app.fallthrough();  // these two are inherited by the commands: global options may stand after them too
  program::Program program;
  add_global_options(app, program.options);
  add_commands(app, program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return programs::fail("medchain", {medchain::ErrorCode::kInvalidArgument,
                                       fmt::format("{} (medchain --help explains)", error.what())});
  }
  program.output.json = program.options.json;
  auto done = program.action();
  return done ? programs::kOk : programs::fail("medchain", done.error());
}
