// medchain block, tx, record, account, committee, status.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "arguments.h"
#include "commands.h"
#include "describe.h"
#include "medchain/stages.h"
#include "session.h"

namespace program {
namespace {

using medchain::Address;
using medchain::Error;
using medchain::ErrorCode;
using medchain::Height;
using medchain::Result;

struct BlockCommand {
  std::vector<std::string> heights;
};
struct IdsCommand {
  std::vector<std::string> ids;
};
struct AccountCommand {
  std::string address;
};
struct NoOptions {};

Result<std::optional<Height>> parse_height(const std::string& text) {
  if (text == "latest") return std::optional<Height>{};
  Height height;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), height.value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return Error(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is neither a height nor \"latest\"", text));
  }
  return std::optional<Height>{height};
}

Report report_of(const medchain::rpc::BlockSummary& block) {
  Report report;
  const auto& header = block.header;
  std::vector<std::string> signers;
  for (const auto& signature : block.certificate.signatures) signers.push_back(std::to_string(signature.member));
  Report::Rows receipts;
  for (const auto& receipt : block.receipts) {
    Report row;
    row.add("transaction", receipt.id.hex()).add("status", std::string(to_string(receipt.status)));
    receipts.push_back(std::move(row));
  }
  report.add("height", header.height.value)
      .add("hash", block.hash.hex())
      .add("parent", header.parent.hex())
      .add("time", time_text(header.time_ms))
      .add("round", header.round.value)
      .add("view", block.certificate.ballot.view.value)
      .add("producer", header.producer.text())
      .add("state_root", header.state_root.hex())
      .add("transactions_root", header.transactions_root.hex())
      .add("receipts_root", header.receipts_root.hex())
      .add("committee_set", header.committee_set.hex())
      .add("next_committee_set", header.next_committee_set.hex())
      .add("signers", std::move(signers))
      .add("transactions", std::move(receipts));
  return report;
}

Result<void> run_block(Program& program, const BlockCommand& command) {
  std::vector<std::optional<Height>> heights;
  for (const std::string& text : command.heights) {
    auto height = parse_height(text);
    if (!height) return height.error();
    heights.push_back(*height);
  }
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  for (const auto& height : heights) {
    auto block = height ? session->client.block(*height) : session->client.latest_block();
    if (!block) return block.error();
    program.output.print(report_of(*block));
  }
  return {};
}

Result<void> run_tx(Program& program, const IdsCommand& command) {
  std::vector<medchain::TxId> ids;
  for (const std::string& text : command.ids) {
    auto id = id_argument<medchain::TxId>("TX_ID", text);
    if (!id) return id.error();
    ids.push_back(*id);
  }
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  for (const auto& id : ids) {
    auto info = session->client.transaction(id);
    if (!info) return info.error().in("transaction " + id.hex());
    auto parsed = medchain::parse_transaction(info->transaction);
    if (!parsed) return parsed.error().in("transaction " + id.hex());
    if ((*parsed)->id != id) return Error(ErrorCode::kAuthentication, "the node answered with another transaction");
    Report report;
    report.add("transaction", id.hex())
        .add("height", info->height.value)
        .add("index", std::uint64_t{info->index})
        .add("status", std::string(to_string(info->receipt.status)))
        .add("meaning", std::string(medchain::describe(info->receipt.status)));
    describe_transaction(report, (*parsed)->transaction());
    program.output.print(report);
  }
  return {};
}

Report report_of(const medchain::RecordId& id, const medchain::rpc::RecordInfo& info) {
  Report report;
  const auto& record = info.record;
  report.add("record", id.hex())
      .add("kind", std::string(to_string(record.kind)))
      .add("subject", record.subject.text())
      .add("author", record.author.text())
      .add("time", time_text(record.time_ms))
      .add("height", record.height.value)
      .add("transaction", record.transaction.hex())
      .add("payload_root", record.payload_root.hex())
      .add("payload_bytes", record.payload_bytes)
      .add("content_commitment", record.content_commitment.hex())
      .add("readable", info.access.has_value() && info.access->allowed);
  if (info.access) report.add("access_since", info.access->since.value);
  return report.add("as_of_height", info.height.value);
}

Result<void> run_record(Program& program, const IdsCommand& command) {
  std::vector<medchain::RecordId> ids;
  for (const std::string& text : command.ids) {
    auto id = id_argument<medchain::RecordId>("RECORD_ID", text);
    if (!id) return id.error();
    ids.push_back(*id);
  }
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  for (const auto& id : ids) {
    auto info = session->client.record(id);
    if (!info) return info.error().in("record " + id.hex());
    program.output.print(report_of(id, *info));
  }
  return {};
}

Report report_of(const Address& address, const medchain::rpc::AccountInfo& info) {
  Report report;
  report.add("address", address.text());
  if (info.participant) {
    const auto& participant = *info.participant;
    report.add("role", std::string(to_string(participant.role)))
        .add("label", participant.label)
        .add("institution", participant.institution.text())
        .add("suspended", participant.suspended)
        .add("registered_height", participant.registered.value)
        .add("signing_key", medchain::to_hex(participant.keys.signing.bytes()))
        .add("sealing_key", medchain::to_hex(participant.keys.sealing.bytes()));
  }
  Report::Rows unbonding;
  for (const auto& part : info.account.unbonding) {
    Report row;
    row.add("amount", std::to_string(part.amount.value)).add("release_epoch", part.release.value);
    unbonding.push_back(std::move(row));
  }
  report.add("balance", std::to_string(info.account.balance.value))
      .add("stake", std::to_string(info.account.stake.value))
      .add("votes", address_texts(info.account.votes))
      .add("unbonding", std::move(unbonding));
  if (info.candidate) {
    report.add("candidate_votes", std::to_string(info.candidate->votes.value))
        .add("pass_over_rounds", std::uint64_t{info.candidate->pass_over_rounds})
        .add("consensus_key", medchain::to_hex(info.candidate->consensus_key.bytes()));
  }
  if (info.barred) report.add("barred_height", info.barred->value);
  return report.add("as_of_height", info.height.value);
}

Result<void> run_account(Program& program, const AccountCommand& command) {
  std::optional<Address> asked;
  if (!command.address.empty()) {
    auto parsed = address_argument("ADDRESS", command.address);
    if (!parsed) return parsed.error();
    asked = *parsed;
  }
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  Address address = asked.value_or(session->self());
  auto info = session->client.account(address);
  if (!info) return info.error();
  program.output.print(report_of(address, *info));
  return {};
}

Result<void> run_committee(Program& program, const NoOptions&) {
  auto session = connect(program.options, Identity::kOptional);
  if (!session) return session.error();
  auto committee = session->client.committee();
  if (!committee) return committee.error();
  Report::Rows members;
  for (const auto& member : committee->order) {
    Report row;
    row.add("validator", member.validator.text()).add("consensus_key", medchain::to_hex(member.consensus_key.bytes()));
    members.push_back(std::move(row));
  }
  Report report;
  report.add("round", committee->round.value)
      .add("first_height", committee->first_height.value)
      .add("quorum", std::uint64_t{committee->quorum()})
      .add("set", committee->set_hash().hex())
      .add("members", std::move(members));
  program.output.print(report);
  return {};
}

Report::Rows cpu_of(const medchain::rpc::NodeStatus& status) {
  Report::Rows rows;
  for (std::size_t stage = 0; stage < std::min(status.cpu_us.size(), medchain::kStages); ++stage) {
    Report row;
    row.add("stage", std::string(medchain::kStageNames[stage])).add("ms", status.cpu_us[stage] / 1000);
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<void> run_status(Program& program, const NoOptions&) {
  auto session = connect(program.options, Identity::kOptional);
  if (!session) return session.error();
  auto status = session->client.status();
  if (!status) return status.error();
  Report report;
  report.add("network", status->network)
      .add("chain", status->chain.hex())
      .add("node", status->node.text())
      .add("version", status->version)
      .add("height", status->height.value)
      .add("block", status->block.hex())
      .add("state_root", status->state_root.hex())
      .add("time", time_text(status->time_ms))
      .add("round", status->round.value)
      .add("view", status->view.value)
      .add("producer", status->producer)
      .add("peers", std::uint64_t{status->peers})
      .add("mempool", std::uint64_t{status->mempool})
      .add("transactions_final", status->transactions_final)
      .add("signatures_checked", status->signatures_checked)
      .add("signatures_checked_unseated", status->signatures_checked_unseated)
      .add("replay_window", std::uint64_t{status->replay_window})
      .add("cpu", cpu_of(*status));
  program.output.print(report);
  return {};
}

}  // namespace

void add_query_commands(CLI::App& app, Program& program) {
  auto block = std::make_shared<BlockCommand>();
  auto* blocks = app.add_subcommand("block", "Show blocks: header, certificate, outcomes");
  blocks->add_option("HEIGHT", block->heights, "Heights, or \"latest\"")->required();
  program.on(blocks, block, run_block);

  auto tx = std::make_shared<IdsCommand>();
  auto* transactions = app.add_subcommand("tx", "Show transactions: where they are, what they did");
  transactions->add_option("TX_ID", tx->ids, "Transaction ids")->required();
  program.on(transactions, tx, run_tx);

  auto record = std::make_shared<IdsCommand>();
  auto* records = app.add_subcommand("record", "Show what the ledger holds of records");
  records->add_option("RECORD_ID", record->ids, "Record ids")->required();
  program.on(records, record, run_record);

  auto account = std::make_shared<AccountCommand>();
  auto* accounts = app.add_subcommand("account", "Show a participant: keys, role, balance, stake, votes");
  accounts->add_option("ADDRESS", account->address, "med1...; your own when left out");
  program.on(accounts, account, run_account);

  auto none = std::make_shared<NoOptions>();
  program.on(app.add_subcommand("committee", "Show the committee of the next height; needs no key"), none,
             run_committee);
  program.on(app.add_subcommand("status", "Show how far a node is; needs no key"), none, run_status);
}

}  // namespace program
