#include "ledger_json.h"

#include <nlohmann/json.hpp>

#include "medchain/stages.h"

namespace medchain::http {
namespace {

std::string amount(Tokens tokens) { return std::to_string(tokens.value); }

template <class Values, class Write>
OrderedJson list_of(const Values& values, Write write) {
  OrderedJson json = OrderedJson::array();
  for (const auto& value : values) json.push_back(write(value));
  return json;
}
template <class Values>
OrderedJson list_of(const Values& values) {
  return list_of(values, [](const auto& value) { return json_of(value); });
}
OrderedJson list_of(const std::vector<Hash>& hashes) {
  return list_of(hashes, [](const Hash& hash) { return hash.hex(); });
}
OrderedJson list_of(const std::vector<Address>& addresses) {
  return list_of(addresses, [](const Address& address) { return address.text(); });
}

template <class T>
OrderedJson or_null(const std::optional<T>& value) {
  return value ? json_of(*value) : OrderedJson(nullptr);
}
OrderedJson or_null(const std::optional<Height>& height) {
  return height ? OrderedJson(height->value) : OrderedJson(nullptr);
}

OrderedJson write_unbonding(const Account::Unbonding& unbonding) {
  OrderedJson json;
  json["release"] = unbonding.release.value;
  json["amount"] = amount(unbonding.amount);
  return json;
}

OrderedJson write_signature(const CertificateSignature& signature) {
  OrderedJson json;
  json["member"] = signature.member;
  json["signature"] = signature.signature.hex();
  return json;
}

OrderedJson write_handover(const Handover& handover) {
  OrderedJson json;
  json["header"] = json_of(handover.header);
  json["certificate"] = json_of(handover.certificate);
  json["next_members"] = list_of(handover.next_members);
  return json;
}

OrderedJson write_transaction(const TxPtr& transaction) {
  OrderedJson json;
  json["id"] = transaction->id.hex();
  const OrderedJson content = json_of(transaction->content);
  for (const auto& [name, value] : content.items()) json[name] = value;
  return json;
}

// By the names of stages.h; a node of another version may know more of them or fewer.
OrderedJson stages(const std::vector<std::uint64_t>& cpu_us) {
  OrderedJson json = OrderedJson::object();
  for (std::size_t i = 0; i < cpu_us.size() && i < kStages; ++i) json[std::string(kStageNames[i])] = cpu_us[i];
  return json;
}

// Beside its bytes, for people: nothing when they are no transaction.
OrderedJson readable(const Bytes& transaction) {
  auto parsed = parse_transaction(transaction);
  return parsed ? write_transaction(*parsed) : OrderedJson(nullptr);
}

}  // namespace

OrderedJson json_of(const Certificate& certificate) {
  OrderedJson json;
  json["ballot"] = json_of(certificate.ballot);
  json["signatures"] = list_of(certificate.signatures, write_signature);
  return json;
}

OrderedJson json_of(const BlockHeader& header) {
  OrderedJson json;
  json["hash"] = header.hash().hex();
  json["protocol_version"] = header.protocol_version;
  json["chain"] = header.chain.hex();
  json["height"] = header.height.value;
  json["round"] = header.round.value;
  json["parent"] = header.parent.hex();
  json["time_ms"] = header.time_ms;
  json["producer"] = header.producer.text();
  json["transaction_count"] = header.transaction_count;
  json["transactions_root"] = header.transactions_root.hex();
  json["receipts_root"] = header.receipts_root.hex();
  json["state_root"] = header.state_root.hex();
  json["committee_set"] = header.committee_set.hex();
  json["committee_order"] = header.committee_order.hex();
  json["next_committee_set"] = header.next_committee_set.hex();
  json["next_committee_order"] = header.next_committee_order.hex();
  json["parent_certificate"] = or_null(header.parent_certificate);
  return json;
}

OrderedJson json_of(const Block& block) {
  OrderedJson json;
  json["header"] = json_of(block.header);
  json["transactions"] = list_of(block.transactions, write_transaction);
  return json;
}

OrderedJson json_of(const CertifiedBlock& block) {
  OrderedJson json = json_of(block.block);
  json["certificate"] = json_of(block.certificate);
  return json;
}

OrderedJson summary_of(const BlockHeader& header, const Certificate& certificate) {
  OrderedJson json;
  json["height"] = header.height.value;
  json["hash"] = header.hash().hex();
  json["time_ms"] = header.time_ms;
  json["round"] = header.round.value;
  json["view"] = certificate.ballot.view.value;  // in which it was decided
  json["producer"] = header.producer.text();
  json["transaction_count"] = header.transaction_count;
  json["signatures"] = certificate.signatures.size();
  return json;
}

OrderedJson summary_of(const CertifiedBlock& block) { return summary_of(block.block.header, block.certificate); }

OrderedJson json_of(const Receipt& receipt) {
  OrderedJson json;
  json["id"] = receipt.id.hex();
  json["status"] = to_string(receipt.status);
  json["description"] = describe(receipt.status);
  return json;
}

OrderedJson json_of(const ReceiptProof& proof) {
  OrderedJson json;
  json["receipt"] = json_of(proof.receipt);
  json["index"] = proof.index;
  json["count"] = proof.count;
  json["header"] = json_of(proof.header);
  json["certificate"] = json_of(proof.certificate);
  json["transaction"] = readable(proof.transaction);
  json["transaction_path"] = list_of(proof.transaction_path);
  json["receipt_path"] = list_of(proof.receipt_path);
  json["handovers"] = list_of(proof.handovers, write_handover);
  json["bcs"] = to_base64(encode_receipt_proof(proof));
  return json;
}

OrderedJson json_of(const StateKey& key) {
  OrderedJson json;
  json["contract"] = to_string(key.contract);
  json["bytes"] = to_hex(key.bytes);
  return json;
}

OrderedJson json_of(const StateProof& proof) {
  OrderedJson json;
  json["key"] = json_of(proof.key);
  json["value"] = proof.value ? OrderedJson(to_hex(*proof.value)) : OrderedJson(nullptr);
  json["contract_roots"] = list_of(proof.contract_roots);
  json["siblings"] = list_of(proof.siblings);
  json["other_leaf"] = nullptr;
  if (proof.other_leaf) {
    json["other_leaf"] = {{"key_hash", proof.other_leaf->first.hex()}, {"value_hash", proof.other_leaf->second.hex()}};
  }
  json["bcs"] = to_base64(proof.encode());
  return json;
}

OrderedJson json_of(const Account& account) {
  OrderedJson json;
  json["balance"] = amount(account.balance);
  json["stake"] = amount(account.stake);
  json["votes"] = list_of(account.votes);
  json["unbonding"] = list_of(account.unbonding, write_unbonding);
  return json;
}

OrderedJson json_of(const Participant& participant) {
  OrderedJson json;
  json["role"] = to_string(participant.role);
  json["suspended"] = participant.suspended;
  json["institution"] = participant.institution.text();
  json["label"] = participant.label;
  json["registered"] = participant.registered.value;
  json["keys"] = json_of(participant.keys);
  return json;
}

OrderedJson json_of(const Candidate& candidate) {
  OrderedJson json;
  json["institution"] = candidate.institution.text();
  json["votes"] = amount(candidate.votes);
  json["pass_over_rounds"] = candidate.pass_over_rounds;
  json["consensus_key"] = json_of(candidate.consensus_key);
  return json;
}

OrderedJson json_of(const Record& record) {
  OrderedJson json;
  json["author"] = record.author.text();
  json["subject"] = record.subject.text();
  json["kind"] = to_string(record.kind);
  json["time_ms"] = record.time_ms;
  json["payload_root"] = record.payload_root.hex();
  json["payload_bytes"] = record.payload_bytes;
  json["payload_parts"] = record.payload_parts;
  json["content_commitment"] = record.content_commitment.hex();
  json["transaction"] = record.transaction.hex();
  json["height"] = record.height.value;
  return json;
}

OrderedJson json_of(const Access& access) {
  OrderedJson json;
  json["allowed"] = access.allowed;
  json["granted_by"] = access.granted_by.text();
  json["payload_root"] = access.payload_root.hex();
  json["part"] = access.part;
  json["since"] = access.since.value;
  return json;
}

OrderedJson json_of(const Member& member) {
  OrderedJson json;
  json["validator"] = member.validator.text();
  json["consensus_key"] = json_of(member.consensus_key);
  return json;
}

OrderedJson json_of(const Committee& committee) {
  OrderedJson json;
  json["round"] = committee.round.value;
  json["first_height"] = committee.first_height.value;
  json["quorum"] = committee.quorum();
  json["order"] = list_of(committee.order);
  return json;
}

OrderedJson json_of(const Parameters& parameters) {
  OrderedJson json;
  json["committee_size"] = parameters.committee_size;
  json["epoch_heights"] = parameters.epoch_heights;
  json["unbonding_epochs"] = parameters.unbonding_epochs;
  json["replay_window"] = parameters.replay_window;
  json["idle_ms"] = parameters.idle_ms;
  json["view_timeout_ms"] = parameters.view_timeout_ms;
  json["max_view_timeout_ms"] = parameters.max_view_timeout_ms;
  json["max_clock_drift_ms"] = parameters.max_clock_drift_ms;
  json["max_block_transactions"] = parameters.max_block_transactions;
  json["max_block_bytes"] = parameters.max_block_bytes;
  json["max_block_payload_bytes"] = parameters.max_block_payload_bytes;
  return json;
}

OrderedJson json_of(const rpc::NodeStatus& status) {
  OrderedJson json;
  json["version"] = status.version;
  json["network"] = status.network;
  json["chain"] = status.chain.hex();
  json["node"] = status.node.text();
  json["height"] = status.height.value;
  json["block"] = status.block.hex();
  json["state_root"] = status.state_root.hex();
  json["time_ms"] = status.time_ms;
  json["round"] = status.round.value;
  json["view"] = status.view.value;
  json["producer"] = status.producer;
  json["peers"] = status.peers;
  json["mempool"] = status.mempool;
  json["transactions_final"] = status.transactions_final;
  json["signatures_checked"] = status.signatures_checked;
  json["signatures_checked_unseated"] = status.signatures_checked_unseated;
  json["replay_window"] = status.replay_window;
  json["cpu_us"] = stages(status.cpu_us);
  return json;
}

OrderedJson json_of(const rpc::BlockSummary& block) {
  OrderedJson json;
  json["header"] = json_of(block.header);
  json["certificate"] = json_of(block.certificate);
  json["receipts"] = list_of(block.receipts);
  return json;
}

OrderedJson json_of(const rpc::TransactionInfo& info) {
  OrderedJson json;
  json["height"] = info.height.value;
  json["index"] = info.index;
  json["receipt"] = json_of(info.receipt);
  json["transaction"] = readable(info.transaction);
  json["bcs"] = to_base64(info.transaction);
  return json;
}

OrderedJson json_of(const rpc::AccountInfo& info) {
  OrderedJson json;
  json["height"] = info.height.value;
  json["account"] = json_of(info.account);
  json["participant"] = or_null(info.participant);
  json["candidate"] = or_null(info.candidate);
  json["barred"] = or_null(info.barred);
  return json;
}

OrderedJson json_of(const rpc::RecordInfo& info) {
  OrderedJson json;
  json["height"] = info.height.value;
  json["record"] = json_of(info.record);
  json["access"] = or_null(info.access);
  return json;
}

OrderedJson json_of(const rpc::ReleasedRecord& released) {
  OrderedJson json;
  json["record"] = json_of(released.record);
  json["body"] = to_base64(released.body);
  json["wrap"] = to_base64(bcs::encode(released.wrap));
  return json;
}

}  // namespace medchain::http
