// From a reading to a record: sealed to its readers, signed as a transaction, ready to be submitted.
#pragma once

#include "queue.h"
#include "readers.h"

namespace medchain::gateway {

// `nonce` makes the record's id: the same one however often the record is made. kTooLarge: above what one record holds.
Result<Made> make_record(const EntryId& id, const Reading& reading, const RecordNonce& nonce, const Identity& author,
                         const std::vector<Reader>& readers, const ChainId& chain, Height valid_until);

// A transaction that changes nothing and is final with a receipt: for the committees that its proof names.
Submission make_probe(const Identity& gateway, const ChainId& chain, Height valid_until, TxId& id);

// What a reading may measure, so that its record holds it with the most readers.
inline constexpr std::size_t kMaxReadingBytes = limits::kMaxPayloadBytes - 128 * 1024;

}  // namespace medchain::gateway
