// Contract records: sealed documents about a patient.
#include <set>

#include "contracts.h"

namespace medchain::state {
namespace {

TxStatus check_subject(const Context& context, const Address& address) {
  auto subject = context.state.registered(address);
  if (!subject || subject->role != Role::kPatient) return TxStatus::kUnknownSubject;
  return subject->suspended ? TxStatus::kParticipantSuspended : TxStatus::kSuccess;
}

TxStatus check_readers(const Context& context, const std::vector<Address>& readers) {
  if (readers.empty()) return TxStatus::kInvalidValue;
  if (readers.size() > limits::kMaxReaders) return TxStatus::kTooManyReaders;
  std::set<Address> seen;
  for (const Address& reader : readers) {
    if (!seen.insert(reader).second) return TxStatus::kDuplicate;
    MEDCHAIN_CHECK(check_active(context.state, reader, TxStatus::kUnknownReader));
  }
  return TxStatus::kSuccess;
}

void write_record(Context& context, const Transaction& transaction, const RecordId& id, const Put& put) {
  Record record;
  record.author = transaction.sender;
  record.subject = put.subject;
  record.kind = put.kind;
  record.time_ms = put.time_ms;
  record.payload_root = put.payload_root;
  record.payload_bytes = put.payload_bytes;
  record.payload_parts = static_cast<std::uint16_t>(1 + put.readers.size());
  record.content_commitment = put.content_commitment;
  record.transaction = context.parsed.id;
  record.height = context.height;
  context.state.write(state_key::record(id), record);
  std::uint16_t part = 0;
  for (const Address& reader : put.readers) {
    Access access{true, transaction.sender, put.payload_root, ++part, context.height};
    context.state.write(state_key::access(id, reader), access);
  }
}

TxStatus run(Context& context, const Transaction& transaction, const Put& put) {
  if (put.payload_bytes == 0) return TxStatus::kInvalidValue;
  if (put.payload_bytes > limits::kMaxPayloadBytes) return TxStatus::kPayloadTooLarge;
  MEDCHAIN_CHECK(check_subject(context, put.subject));
  MEDCHAIN_CHECK(check_readers(context, put.readers));
  RecordId id = record_id(context.chain, transaction.sender, put);
  if (context.state.has(state_key::record(id))) return TxStatus::kRecordExists;
  write_record(context, transaction, id, put);
  return TxStatus::kSuccess;
}

}  // namespace

TxStatus execute(Context& context, const Transaction& transaction, const RecordsBody& body) {
  return std::visit([&](const auto& action) { return run(context, transaction, action); }, body);
}

}  // namespace medchain::state
