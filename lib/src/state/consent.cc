// Contract consent: the subject of a record says who may read it from now on.
#include <set>

#include "contracts.h"

namespace medchain::state {
namespace {

TxStatus check_subject(const Context& context, const Transaction& transaction, const RecordId& id) {
  auto record = context.state.read<Record>(state_key::record(id));
  if (!record) return TxStatus::kUnknownRecord;
  return record->subject == transaction.sender ? TxStatus::kSuccess : TxStatus::kNotAllowed;
}

TxStatus run(Context& context, const Transaction& transaction, const Grant& grant) {
  if (grant.payload_bytes == 0) return TxStatus::kInvalidValue;
  if (grant.payload_bytes > limits::kMaxPayloadBytes) return TxStatus::kPayloadTooLarge;
  MEDCHAIN_CHECK(check_subject(context, transaction, grant.record));
  MEDCHAIN_CHECK(check_active(context.state, grant.reader, TxStatus::kUnknownReader));
  StateKey key = state_key::access(grant.record, grant.reader);
  auto access = context.state.read<Access>(key);
  if (access && access->allowed) return TxStatus::kAlreadyReader;
  context.state.write(key, Access{true, transaction.sender, grant.payload_root, 0, context.height});
  return TxStatus::kSuccess;
}

TxStatus run(Context& context, const Transaction& transaction, const Revoke& revoke) {
  MEDCHAIN_CHECK(check_subject(context, transaction, revoke.record));
  // Its own way to the record stays open: a patient cannot lock herself out by a slip.
  if (revoke.reader == transaction.sender) return TxStatus::kNotAllowed;
  StateKey key = state_key::access(revoke.record, revoke.reader);
  auto access = context.state.read<Access>(key);
  if (!access || !access->allowed) return TxStatus::kNotReader;
  access->allowed = false;
  access->since = context.height;
  context.state.write(key, *access);
  return TxStatus::kSuccess;
}

TxStatus run(Context& context, const Transaction& transaction, const SetReaders& list) {
  // Beside her own there is one wrap for each.
  if (list.readers.size() >= limits::kMaxReaders) return TxStatus::kTooManyReaders;
  std::set<Address> seen{transaction.sender};
  for (const Address& reader : list.readers) {
    if (!seen.insert(reader).second) return TxStatus::kDuplicate;
    MEDCHAIN_CHECK(check_active(context.state, reader, TxStatus::kUnknownReader));
  }
  context.state.write(state_key::standing_readers(transaction.sender), StandingReaders{list.readers, context.height});
  return TxStatus::kSuccess;
}

}  // namespace

TxStatus execute(Context& context, const Transaction& transaction, const ConsentBody& body) {
  return std::visit([&](const auto& action) { return run(context, transaction, action); }, body);
}

}  // namespace medchain::state
