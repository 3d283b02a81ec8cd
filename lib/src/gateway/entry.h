// What the queue keeps of each reading, and under which keys. FORMAT.md gives the bytes.
#pragma once

#include <optional>
#include <string>

#include "medchain/block.h"
#include "medchain/storage.h"

namespace medchain::gateway {

using EntryId = FixedBytes<16, struct EntryIdTag>;  // "gateway id": a keyed digest, so equal readings have the same one
using RecordNonce = std::array<std::uint8_t, 16>;   // Put::nonce

// A reading as it came in. Stored sealed to the gateway's own key.
struct Reading {
  Address subject;
  RecordKind kind = RecordKind::kOther;
  std::uint64_t time_ms = 0;
  Bytes content;  // as received, to the byte
};

// Persisted: values never change meaning.
enum class EntryState : std::uint8_t {
  kQueued = 0,   // its record is not made yet, or must be made again
  kMade = 1,     // sealed and signed: this very transaction is submitted, however often
  kFinal = 2,    // on the ledger
  kRefused = 3,  // the ledger refused it, again and again
};
MEDCHAIN_ENUM_RANGE(EntryState, kQueued, kRefused)

struct Entry {
  std::string device;
  std::uint64_t sequence = 0;  // of acceptance, over all devices
  std::uint64_t accepted_ms = 0;
  Hash content_digest;      // keyed
  std::uint64_t bytes = 0;  // of the content
  Address author;
  RecordNonce nonce{};
  RecordId record;  // follows from the nonce: known from the beginning, and the same however often the record is made
  EntryState state = EntryState::kQueued;
  std::uint32_t attempts = 0;  // transactions of it that the ledger refused
  std::optional<TxId> transaction{};
  Height valid_until{};
  std::optional<TxStatus> status{};  // of the transaction's receipt, once it has ended
  Height height{};                   // and the block that holds it
  std::uint64_t ended_ms = 0;
  MEDCHAIN_VERSIONED(1, device, sequence, accepted_ms, content_digest, bytes, author, nonce, record, state, attempts,
                     transaction, valid_until, status, height, ended_ms)

  bool ended() const { return state == EntryState::kFinal || state == EntryState::kRefused; }
};

// The plaintext of a stored reading.
struct StoredReading {
  EntryId id;  // whose it is: a reading put in another's place is noticed
  Address subject;
  RecordKind kind = RecordKind::kOther;
  std::uint64_t time_ms = 0;
  Bytes content;
  MEDCHAIN_VERSIONED(1, id, subject, kind, time_ms, content)
};

// Whose queue this is.
struct QueueOwner {
  ChainId chain;
  Address gateway;
  MEDCHAIN_VERSIONED(1, chain, gateway)
  friend bool operator==(const QueueOwner&, const QueueOwner&) = default;
};

namespace queue_key {
Bytes owner();                        // Table::kMeta
Bytes own_transaction();              // Table::kMeta: the id of the gateway's own latest final transaction
Bytes entry(const EntryId& id);       // Table::kTransactions: Entry
Bytes reading(const EntryId& id);     // Table::kPayloads: an envelope around StoredReading
Bytes submission(const EntryId& id);  // Table::kPayloads: Submission
}  // namespace queue_key

}  // namespace medchain::gateway
