// How main() and the commands meet: each group adds its commands to the parser; the one that was typed leaves its
// action.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "config.h"
#include "medchain/result.h"
#include "output.h"

namespace program {

struct Program {
  GlobalOptions options;
  Output output;
  std::function<medchain::Result<void>()> action;

  // Options live as long as the program: parsing writes into them, the action reads them.
  template <class Options>
  void on(CLI::App* command, std::shared_ptr<Options> options_of_command,
          medchain::Result<void> (*run)(Program&, const Options&)) {
    command->callback([this, options_of_command, run] {
      action = [this, options_of_command, run] { return run(*this, *options_of_command); };
    });
  }
};

void add_key_commands(CLI::App& app, Program& program);   // keys new, keys show
void add_seal_commands(CLI::App& app, Program& program);  // seal, open
void add_transaction_commands(CLI::App& app,
                              Program& program);              // transfer, stake, unstake, vote, stand, resign, rotate
void add_registry_commands(CLI::App& app, Program& program);  // register, update, suspend, reinstate
void add_put_command(CLI::App& app, Program& program);
void add_get_command(CLI::App& app, Program& program);
void add_record_commands(CLI::App& app, Program& program);  // grant, revoke, set-readers
void add_query_commands(CLI::App& app, Program& program);   // block, tx, record, account, committee, status
void add_watch_command(CLI::App& app, Program& program);
void add_http_command(CLI::App& app, Program& program);      // http-headers
void add_receipt_commands(CLI::App& app, Program& program);  // receipt, verify-receipt
void add_gateway_commands(CLI::App& app, Program& program);  // gateway, gateway-token

// Of a command that goes on after a failure: each one is a line on stderr, and the first decides the exit code.
class Failures {
 public:
  void add(medchain::Error error);
  medchain::Result<void> result() const;

 private:
  std::optional<medchain::Error> first_;
};

// For options of 64 bits: the parser alone takes a larger number for the largest one.
CLI::Validator whole_number();

struct SendOptions;
void add_send_options(CLI::App* command, SendOptions& options);

}  // namespace program
