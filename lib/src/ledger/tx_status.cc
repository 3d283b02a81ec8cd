#include "medchain/block.h"

namespace medchain {
namespace {

struct Words {
  std::string_view name;
  std::string_view sentence;
};

// In the order of TxStatus. Names are stable; programs compare them. docs/errors.md says what to do about each.
constexpr Words kWords[] = {
    {"success", "The transaction took effect."},
    {"not_allowed", "The sender's role, or its relation to what it acts on, does not permit this."},
    {"insufficient_balance", "The sender's balance is smaller than the amount."},
    {"insufficient_stake", "The sender's stake is smaller than the amount."},
    {"amount_zero", "The amount is zero."},
    {"unknown_participant", "An address in the transaction is not registered."},
    {"participant_exists", "A participant with this address or signing key is registered already."},
    {"participant_suspended", "A participant that the transaction names is suspended."},
    {"not_suspended", "The participant to reinstate is not suspended."},
    {"unknown_candidate", "An address in the vote does not stand for election."},
    {"not_candidate", "The sender does not stand for election."},
    {"too_many_candidates", "More candidates than the ledger allows, in one vote or standing for election."},
    {"too_many_unbondings", "The sender already waits for as many unbondings as the ledger allows at once."},
    {"duplicate", "A list in the transaction names the same entry twice."},
    {"invalid_keys", "The public keys are not valid, or the signing key does not vouch for the sealing key."},
    {"consensus_key_in_use", "Another validator stands, or once stood, with this consensus key."},
    {"label_too_long", "The label is longer than the ledger allows."},
    {"record_exists", "A record with this id exists already."},
    {"unknown_record", "No record has this id."},
    {"unknown_subject", "The record's subject is not a registered patient."},
    {"unknown_reader", "A reader in the transaction is not registered."},
    {"too_many_readers", "The record would have more readers than the ledger allows."},
    {"already_reader", "The reader may read this record already."},
    {"not_reader", "The address may not read this record, so nothing can be revoked."},
    {"payload_too_large", "The payload that the transaction announces is larger than the ledger allows."},
    {"invalid_value", "A value in the transaction is not valid where it stands."},
    {"overflow", "An amount or a sum would exceed what the ledger can count."},
    {"possession_not_proved", "The consensus key did not sign that this validator may stand with it."},
    {"consensus_key_retired",
     "The validator replaced this consensus key by another; a key that was replaced stays so."},
    {"barred", "The validator was proved to have broken the protocol, and never stands for election again."},
    {"unknown_consensus_key", "No validator ever stood with the consensus key that the report names."},
    {"invalid_evidence", "The evidence does not show what it is reported for: an honest validator may have signed it."},
    {"evidence_not_signed", "A signature in the evidence is not one by the consensus key that the report names."},
};
static_assert(std::size(kWords) == static_cast<std::size_t>(TxStatus::kEvidenceNotSigned) + 1);

}  // namespace

std::string_view to_string(TxStatus status) { return kWords[static_cast<std::size_t>(status)].name; }
std::string_view describe(TxStatus status) { return kWords[static_cast<std::size_t>(status)].sentence; }

}  // namespace medchain
