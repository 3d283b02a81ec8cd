// What becomes final, as a node tells it: over Cap'n Proto (Client::subscribe()) and as server-sent events
// (`GET /v1/events`, http.h), with the same positions, filters and visibility.
//
// Every event has a position, and every node gives it the same one. Who was cut off goes on behind the last event that
// it dealt with, at any node: no gap, and no event twice.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "medchain/committee.h"
#include "medchain/state.h"

namespace medchain::rpc {

// Written HEIGHT-PLACE, as in an event's id.
struct EventPosition {
  Height height;
  std::uint64_t place = 0;  // 0: the block; i + 1: its i-th transaction
  auto operator<=>(const EventPosition&) const = default;
  EventPosition next() const { return {height, place + 1}; }
  MEDCHAIN_FIELDS(height, place)
};
std::string to_string(const EventPosition& position);
Result<EventPosition> parse_event_position(std::string_view text);

// Which events; every condition that is set must hold. Those on records tell the transactions that are about one.
struct EventFilter {
  bool blocks = true;
  bool transactions = true;
  std::optional<Contract> contract{};
  std::optional<RecordKind> kind{};
  std::optional<Address> subject{};
  std::optional<Address> device{};  // the record's author
  bool about_records() const { return kind || subject || device; }
  MEDCHAIN_FIELDS(blocks, transactions, contract, kind, subject, device)
};

struct BlockSummary {
  BlockHeader header;
  Hash hash;
  medchain::Certificate certificate;  // of the block; not a node's TLS certificate (certificates.h)
  std::vector<Receipt> receipts;      // ids and outcomes, in order
  MEDCHAIN_FIELDS(header, hash, certificate, receipts)
};

// The record that a transaction made or is about.
struct EventRecord {
  RecordId id;
  Record record;
  MEDCHAIN_FIELDS(id, record)
};

struct TransactionEvent {
  Bytes transaction;          // BCS of the SignedTransaction
  std::uint64_t time_ms = 0;  // of its block
  Receipt receipt;
  std::optional<EventRecord> record{};
  MEDCHAIN_FIELDS(transaction, time_ms, receipt, record)
};

struct Event {
  EventPosition at;
  std::variant<BlockSummary, TransactionEvent> what;
  MEDCHAIN_FIELDS(at, what)
};

struct EventBatch {
  std::vector<Event> events;  // in order; may be none
  EventPosition next;         // where to go on
  MEDCHAIN_FIELDS(events, next)
};

}  // namespace medchain::rpc
