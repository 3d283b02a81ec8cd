// Which events a reader wants, and may have.
#pragma once

#include "exchange.h"

namespace medchain::http {

struct EventPosition {
  Height height;
  std::uint64_t place = 0;  // 0: the block; i + 1: its i-th transaction
};
std::string to_text(const EventPosition& position);
std::optional<EventPosition> parse_event_position(std::string_view text);

struct EventFilter {
  bool blocks = true;
  bool transactions = true;
  bool asks_for_transactions = false;  // and would not be content with blocks
  std::optional<Contract> contract{};
  std::optional<RecordKind> kind{};
  std::optional<Address> subject{};
  std::optional<Address> device{};

  bool about_records() const { return kind || subject || device; }
};
// Reads the parameters of the query.
EventFilter read_event_filter(Arguments& arguments, bool guest);

// The events of a block behind `place`, as they go over the wire, and one that says that the block is done. An error:
// the caller may listen no longer.
Result<std::string> events_of(const StoredBlock& block, std::uint64_t from_place, const EventFilter& filter,
                              const rpc::Answers& answers);

}  // namespace medchain::http
