// medchain receipt, verify-receipt.
#include "medchain/receipt.h"

#include <fmt/format.h>

#include "arguments.h"
#include "commands.h"
#include "common/files.h"
#include "describe.h"
#include "session.h"

namespace program {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

struct ReceiptCommand {
  std::string id;
  std::string out;
};
struct VerifyCommand {
  std::string file;
};

Report report_of(const medchain::VerifiedReceipt& verified) {
  Report report;
  report.add("transaction", verified.receipt.id.hex())
      .add("height", verified.header.height.value)
      .add("block", verified.block.hex())
      .add("time", time_text(verified.header.time_ms))
      .add("status", std::string(to_string(verified.receipt.status)))
      .add("meaning", std::string(medchain::describe(verified.receipt.status)));
  describe_transaction(report, verified.transaction->transaction());
  return report;
}

Result<void> run_receipt(Program& program, const ReceiptCommand& command) {
  auto id = id_argument<medchain::TxId>("TX_ID", command.id);
  if (!id) return id.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  auto proof = session->client.receipt_proof(*id);
  if (!proof) return proof.error();
  if (session->genesis) {
    // A receipt that will not verify is of no use to anyone: better to hear of it now.
    auto verified = medchain::verify_receipt(*proof, medchain::genesis_anchor(*session->genesis));
    if (!verified) return verified.error().in("the node's receipt");
  }
  if (proof->receipt.id != *id) return Error(ErrorCode::kAuthentication, "the node gave another receipt");
  auto bytes = medchain::encode_receipt_proof(*proof);
  MEDCHAIN_TRY(programs::write_file(command.out, bytes, programs::kPublicMode));
  Report report;
  report.add("transaction", id->hex())
      .add("height", proof->header.height.value)
      .add("status", std::string(to_string(proof->receipt.status)))
      .add("handovers", std::uint64_t{proof->handovers.size()})
      .add("file", command.out)
      .add("bytes", std::uint64_t{bytes.size()});
  program.output.print(report);
  return {};
}

Result<void> run_verify(Program& program, const VerifyCommand& command) {
  auto settings = resolve(program.options);
  if (!settings) return settings.error();
  if (!settings->genesis) return Error(ErrorCode::kInvalidArgument, "give the chain's --genesis genesis.json");
  auto genesis = read_genesis(*settings->genesis);
  if (!genesis) return genesis.error();
  auto bytes = programs::read_file(command.file, medchain::limits::kMaxReceiptProofBytes);
  if (!bytes) return bytes.error();
  auto proof = medchain::decode_receipt_proof(*bytes);
  if (!proof) return proof.error().in(command.file);
  auto verified = medchain::verify_receipt(*proof, medchain::genesis_anchor(*genesis));
  if (!verified) {
    // Whatever the reason, to the caller it is one verdict: this file proves nothing on this chain.
    return Error(ErrorCode::kAuthentication, fmt::format("{}: {}", command.file, verified.error().message()));
  }
  program.output.print(report_of(*verified).add("verified", true));
  return {};
}

}  // namespace

void add_receipt_commands(CLI::App& app, Program& program) {
  auto receipt = std::make_shared<ReceiptCommand>();
  auto* fetch = app.add_subcommand("receipt", "Save a proof that a transaction is final, and of what it did");
  fetch->add_option("TX_ID", receipt->id, "Transaction id")->required();
  fetch->add_option("--out", receipt->out, "File to write")->required();
  program.on(fetch, receipt, run_receipt);

  auto verify = std::make_shared<VerifyCommand>();
  auto* check = app.add_subcommand(
      "verify-receipt", "Verify a saved receipt from the --genesis alone, offline; \"status\" says what it did");
  check->add_option("FILE", verify->file, "Receipt file")->required();
  program.on(check, verify, run_verify);
}

}  // namespace program
