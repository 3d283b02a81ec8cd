// Contract registry: who takes part, in which role, with which keys.
#include "candidates.h"
#include "contracts.h"
#include "participants.h"
#include "state_keys.h"

namespace medchain::state {
namespace {

// Cc of Unicode: U+0000 to U+001F, U+007F, and U+0080 to U+009F, which UTF-8 writes as 0xC2 and the number.
bool has_control_character(std::string_view label) {
  for (std::size_t i = 0; i < label.size(); ++i) {
    auto byte = static_cast<std::uint8_t>(label[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < label.size() && static_cast<std::uint8_t>(label[i + 1]) < 0xa0) return true;
  }
  return false;
}

bool is_person(Role role) {
  return role == Role::kPatient || role == Role::kFamily || role == Role::kGuardian || role == Role::kClinician;
}

TxStatus run(Context& context, const Transaction& transaction, const Register& body) {
  if (!may_register(context.sender.role, body.role)) return TxStatus::kNotAllowed;
  MEDCHAIN_CHECK(check_label(body.role, body.label));
  // An address is that of a participant's first signing key, so this covers both the address and the key.
  if (context.state.has(state_key::signing_key(body.keys.signing))) return TxStatus::kParticipantExists;
  if (!context.keys_good()) return TxStatus::kInvalidKeys;
  Participant participant{body.role, false, transaction.sender, body.keys, body.label, context.height};
  enter_participant(context.state, body.keys.address(), participant, Tokens{0});
  return TxStatus::kSuccess;
}

TxStatus run(Context& context, const Transaction& transaction, const Update& update) {
  auto participant = context.state.read<Participant>(state_key::participant(update.participant));
  if (!participant) return TxStatus::kUnknownParticipant;
  if (participant->institution != transaction.sender) return TxStatus::kNotAllowed;
  MEDCHAIN_CHECK(check_label(participant->role, update.label));
  participant->label = update.label;
  context.state.write(state_key::participant(update.participant), *participant);
  return TxStatus::kSuccess;
}

TxStatus run(Context& context, const Transaction& transaction, const RotateKeys& rotate) {
  auto owner = context.state.read<Address>(state_key::signing_key(rotate.keys.signing));
  if (owner && *owner != transaction.sender) return TxStatus::kParticipantExists;
  if (!context.keys_good()) return TxStatus::kInvalidKeys;
  auto participant = context.state.expect<Participant>(state_key::participant(transaction.sender));
  participant.keys = rotate.keys;
  context.state.write(state_key::participant(transaction.sender), participant);
  context.state.write(state_key::signing_key(rotate.keys.signing), transaction.sender);
  return TxStatus::kSuccess;
}

TxStatus run(Context& context, const Transaction& transaction, const Suspend& suspend) {
  auto participant = context.state.read<Participant>(state_key::participant(suspend.participant));
  if (!participant) return TxStatus::kUnknownParticipant;
  if (participant->institution != transaction.sender) return TxStatus::kNotAllowed;
  if (suspend.participant == transaction.sender) return TxStatus::kNotAllowed;
  if (participant->suspended) return TxStatus::kParticipantSuspended;
  participant->suspended = true;
  context.state.write(state_key::participant(suspend.participant), *participant);
  end_candidacy(context.state, suspend.participant);
  return TxStatus::kSuccess;
}

TxStatus run(Context& context, const Transaction& transaction, const Reinstate& reinstate) {
  auto participant = context.state.read<Participant>(state_key::participant(reinstate.participant));
  if (!participant) return TxStatus::kUnknownParticipant;
  if (participant->institution != transaction.sender) return TxStatus::kNotAllowed;
  if (!participant->suspended) return TxStatus::kNotSuspended;
  participant->suspended = false;
  context.state.write(state_key::participant(reinstate.participant), *participant);
  return TxStatus::kSuccess;
}

}  // namespace

TxStatus check_label(Role role, std::string_view label) {
  if (is_person(role) && !label.empty()) return TxStatus::kInvalidValue;
  if (label.size() > limits::kMaxLabelBytes) return TxStatus::kLabelTooLong;
  if (!bcs::is_utf8(label) || has_control_character(label)) return TxStatus::kInvalidValue;
  return TxStatus::kSuccess;
}

void enter_participant(Overlay& state, const Address& address, const Participant& participant, Tokens balance) {
  state.write(state_key::participant(address), participant);
  state.write(state_key::signing_key(participant.keys.signing), address);
  Account account;
  account.balance = balance;
  state.write(state_key::account(address), account);
}

TxStatus check_active(const Overlay& state, const Address& address, TxStatus unknown) {
  auto participant = state.registered(address);
  if (!participant) return unknown;
  return participant->suspended ? TxStatus::kParticipantSuspended : TxStatus::kSuccess;
}

TxStatus execute(Context& context, const Transaction& transaction, const RegistryBody& body) {
  return std::visit([&](const auto& action) { return run(context, transaction, action); }, body);
}

}  // namespace medchain::state
