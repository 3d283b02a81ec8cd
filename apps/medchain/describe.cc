#include "describe.h"

namespace program {
namespace {

std::string amount_text(medchain::Tokens amount) { return std::to_string(amount.value); }

struct BodyFields {
  Report& report;

  void operator()(const medchain::Transfer& body) const {
    report.add("to", body.to.text()).add("amount", amount_text(body.amount));
  }
  void operator()(const medchain::Stake& body) const { report.add("amount", amount_text(body.amount)); }
  void operator()(const medchain::Unstake& body) const { report.add("amount", amount_text(body.amount)); }
  void operator()(const medchain::Vote& body) const { report.add("candidates", address_texts(body.candidates)); }
  void operator()(const medchain::Stand& body) const {
    report.add("consensus_key", medchain::to_hex(body.consensus_key.bytes()));
  }
  void operator()(const medchain::Resign&) const {}
  void operator()(const medchain::ReportDoubleVote& body) const {
    const medchain::Ballot& ballot = body.first.ballot;
    report.add("consensus_key", medchain::to_hex(body.consensus_key.bytes()))
        .add("vote_height", ballot.height.value)
        .add("vote_view", ballot.view.value)
        .add("first", ballot.digest.hex())
        .add("second", body.second.ballot.digest.hex());
  }
  void operator()(const medchain::ReportInvalidProposal& body) const {
    const medchain::Ballot& ballot = body.proposal.ballot;
    report.add("consensus_key", medchain::to_hex(body.consensus_key.bytes()))
        .add("vote_height", ballot.height.value)
        .add("vote_view", ballot.view.value)
        .add("proposed", ballot.digest.hex());
  }
  void operator()(const medchain::Register& body) const {
    report.add("participant", body.keys.address().text())
        .add("role", std::string(to_string(body.role)))
        .add("label", body.label);
  }
  void operator()(const medchain::Update& body) const {
    report.add("participant", body.participant.text()).add("label", body.label);
  }
  void operator()(const medchain::RotateKeys& body) const {
    report.add("signing_key", medchain::to_hex(body.keys.signing.bytes()))
        .add("sealing_key", medchain::to_hex(body.keys.sealing.bytes()));
  }
  void operator()(const medchain::Suspend& body) const { report.add("participant", body.participant.text()); }
  void operator()(const medchain::Reinstate& body) const { report.add("participant", body.participant.text()); }
  void operator()(const medchain::Put& body) const {
    report.add("subject", body.subject.text())
        .add("record_kind", std::string(to_string(body.kind)))
        .add("time", time_text(body.time_ms))
        .add("readers", address_texts(body.readers))
        .add("payload_root", body.payload_root.hex())
        .add("payload_bytes", body.payload_bytes)
        .add("content_commitment", body.content_commitment.hex());
  }
  void operator()(const medchain::Grant& body) const {
    report.add("record", body.record.hex())
        .add("reader", body.reader.text())
        .add("payload_root", body.payload_root.hex())
        .add("payload_bytes", body.payload_bytes);
  }
  void operator()(const medchain::SetReaders& body) const { report.add("readers", address_texts(body.readers)); }
  void operator()(const medchain::Revoke& body) const {
    report.add("record", body.record.hex()).add("reader", body.reader.text());
  }
};

}  // namespace

std::vector<std::string> address_texts(const std::vector<medchain::Address>& addresses) {
  std::vector<std::string> texts;
  for (const medchain::Address& address : addresses) texts.push_back(address.text());
  return texts;
}

void describe_transaction(Report& report, const medchain::Transaction& transaction) {
  report.add("kind", medchain::body_name(transaction.body))
      .add("sender", transaction.sender.text())
      .add("valid_until", transaction.valid_until.value);
  std::visit([&report](const auto& contract) { std::visit(BodyFields{report}, contract); }, transaction.body);
}

}  // namespace program
