// medchain transfer, stake, unstake, vote, stand, resign, rotate.
#include "medchain/transaction.h"

#include <fmt/format.h>

#include "arguments.h"
#include "commands.h"
#include "medchain/key_file.h"
#include "passphrase.h"
#include "sender.h"

namespace program {
namespace {

using medchain::Address;
using medchain::Body;
using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;
using medchain::StakeBody;
using medchain::Tokens;
using medchain::TxId;

struct TransferCommand {
  SendOptions send;
  std::string to;
  std::uint64_t amount = 0;
};
struct AmountCommand {
  SendOptions send;
  std::uint64_t amount = 0;
};
struct VoteCommand {
  SendOptions send;
  std::vector<std::string> candidates;
  bool none = false;
};
struct StandCommand {
  SendOptions send;
  std::string consensus_key;
};
struct ResignCommand {
  SendOptions send;
};
struct RotateCommand {
  SendOptions send;
  std::string keys;
};

Result<void> send(Program& program, const SendOptions& options, Body body) {
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  return send_and_report(*session, program.output, options, std::move(body), {}, {});
}

Result<void> run_transfer(Program& program, const TransferCommand& command) {
  auto to = address_argument("TO", command.to);
  if (!to) return to.error();
  return send(program, command.send, medchain::TokensBody{medchain::Transfer{*to, Tokens{command.amount}}});
}

Result<void> run_stake(Program& program, const AmountCommand& command) {
  return send(program, command.send, StakeBody{medchain::Stake{Tokens{command.amount}}});
}

Result<void> run_unstake(Program& program, const AmountCommand& command) {
  return send(program, command.send, StakeBody{medchain::Unstake{Tokens{command.amount}}});
}

Result<void> run_vote(Program& program, const VoteCommand& command) {
  if (command.none != command.candidates.empty()) {
    return Error(ErrorCode::kInvalidArgument, "vote needs the addresses of candidates, or --none and no address");
  }
  medchain::Vote vote;
  for (const std::string& text : command.candidates) {
    auto address = address_argument("CANDIDATE", text);
    if (!address) return address.error();
    vote.candidates.push_back(*address);
  }
  return send(program, command.send, StakeBody{std::move(vote)});
}

// The consensus key itself signs that this validator may stand with it: nobody stands with a key that he does not hold.
Result<void> run_stand(Program& program, const StandCommand& command) {
  if (medchain::read_public_key_file(command.consensus_key)) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} is a public key file; name the consensus key file itself, which signs the request",
                             command.consensus_key));
  }
  auto keys = read_protected_key(command.consensus_key);
  if (!keys) return keys.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  const medchain::KeySigner consensus(std::move(keys->signing));
  Body body = StakeBody{medchain::make_stand(session->chain(), session->self(), consensus)};
  return send_and_report(*session, program.output, command.send, std::move(body), {}, {});
}

Result<void> run_resign(Program& program, const ResignCommand& command) {
  return send(program, command.send, StakeBody{medchain::Resign{}});
}

// The new secret key is read, though only its public half is sent: whoever rotates to a key without holding it is
// locked out for good. Once the rotation is final the node no longer answers the old key, and the outcome is asked for
// with the new one.
Result<void> run_rotate(Program& program, const RotateCommand& command) {
  auto keys = read_protected_key(command.keys);
  if (!keys) return keys.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  auto sender = Sender::create(*session, command.send);
  if (!sender) return sender.error();
  TxId id;
  std::vector<medchain::Submission> submissions;
  submissions.push_back(sender->prepare(medchain::RegistryBody{medchain::RotateKeys{keys->public_keys()}}, {}, id));
  MEDCHAIN_TRY(sender->submit(std::move(submissions), {id}));
  Result<Outcome> outcome = Outcome{id, std::nullopt, std::nullopt};
  if (!command.send.no_wait) {
    outcome = sender->wait(id);
    if (!outcome && outcome.error().code() == ErrorCode::kPermissionDenied) {
      GlobalOptions renewed = program.options;
      renewed.key = command.keys;
      renewed.address = session->self().text();
      session = connect(renewed, Identity::kRequired);
      if (!session) return session.error();
      outcome = sender->wait(id);
    }
  }
  if (!outcome) return outcome.error();
  Report report;
  report.add("address", session->self().text());
  outcome->describe(report);
  program.output.print(report);
  return outcome->check();
}

}  // namespace

void add_send_options(CLI::App* command, SendOptions& options) {
  command->add_flag("--no-wait", options.no_wait, "Do not wait until the transaction is final");
  command->add_option("--valid-until", options.valid_until, "Last height at which it may be included")
      ->check(whole_number());
}

void add_transaction_commands(CLI::App& app, Program& program) {
  auto transfer = std::make_shared<TransferCommand>();
  auto* transferring = app.add_subcommand("transfer", "Send tokens to another participant");
  transferring->add_option("TO", transfer->to, "Address (med1...)")->required();
  transferring->add_option("AMOUNT", transfer->amount, "In the smallest unit")->required()->check(whole_number());
  add_send_options(transferring, transfer->send);
  program.on(transferring, transfer, run_transfer);

  auto stake = std::make_shared<AmountCommand>();
  auto* staking = app.add_subcommand("stake", "Move tokens from your balance to your stake");
  staking->add_option("AMOUNT", stake->amount, "In the smallest unit")->required()->check(whole_number());
  add_send_options(staking, stake->send);
  program.on(staking, stake, run_stake);

  auto unstake = std::make_shared<AmountCommand>();
  auto* unstaking = app.add_subcommand("unstake", "Move stake back to your balance, after the unbonding epochs");
  unstaking->add_option("AMOUNT", unstake->amount, "In the smallest unit")->required()->check(whole_number());
  add_send_options(unstaking, unstake->send);
  program.on(unstaking, unstake, run_unstake);

  auto vote = std::make_shared<VoteCommand>();
  auto* voting = app.add_subcommand("vote", "Vote with your whole stake; replaces your previous vote");
  voting->add_option("CANDIDATE", vote->candidates, "Addresses of candidates");
  voting->add_flag("--none", vote->none, "Withdraw the vote");
  add_send_options(voting, vote->send);
  program.on(voting, vote, run_vote);

  auto stand = std::make_shared<StandCommand>();
  auto* standing = app.add_subcommand("stand", "Stand for election, or replace the consensus key");
  standing->add_option("CONSENSUS_KEY", stand->consensus_key, "The node's consensus key file, which signs the request")
      ->required();
  add_send_options(standing, stand->send);
  program.on(standing, stand, run_stand);

  auto resign = std::make_shared<ResignCommand>();
  auto* resigning = app.add_subcommand("resign", "Stop standing for election, from the next committee on");
  add_send_options(resigning, resign->send);
  program.on(resigning, resign, run_resign);

  auto rotate = std::make_shared<RotateCommand>();
  auto* rotating =
      app.add_subcommand("rotate", "Replace your keys; your address stays, and is then given by --address");
  rotating->add_option("NEW_KEY", rotate->keys, "The new secret key file")->required();
  add_send_options(rotating, rotate->send);
  program.on(rotating, rotate, run_rotate);
}

}  // namespace program
