// The keys of FORMAT.md. Heights and times are stored as their complement, big-endian: ascending bytes are descending
// numbers, and a scan meets the newest first.
#pragma once

#include "medchain/index.h"

namespace medchain::index_keys {

enum class Kind : std::uint8_t {
  kHeight = 0,
  kBlock = 1,
  kParticipant = 2,
  kSubject = 3,
  kAuthor = 4,
  kKind = 5,
  kTime = 6,
  kRecord = 7
};

// The beginning that the keys of one listing share.
Bytes height();
Bytes block(const Hash& hash);
Bytes transactions_of(const Address& address);
Bytes transactions_of(const RecordId& record);
Bytes records_of_subject(const Address& subject);
Bytes records_of_author(const Address& author);
Bytes records_of_kind(RecordKind kind);
Bytes records();

void append_place(Bytes& key, const TransactionPlace& place);
void append_position(Bytes& key, const RecordPosition& position);
// What was appended behind `prefix`; nothing when the key does not have that shape.
std::optional<TransactionPlace> read_place(ByteView key, std::size_t prefix);
std::optional<RecordPosition> read_position(ByteView key, std::size_t prefix);

// Of a record, beside what its key says.
struct RecordValue {
  Address subject;
  Address author;
  RecordKind kind = RecordKind::kOther;
  Height height;
  MEDCHAIN_FIELDS(subject, author, kind, height)
};

}  // namespace medchain::index_keys
