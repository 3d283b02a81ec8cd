// Which events a reader wants, and how it gets them.
#pragma once

#include "exchange.h"
#include "medchain/rpc/events.h"

namespace medchain::http {

// Reads the parameters of the query. Guests who do not say what they want get blocks.
rpc::EventFilter read_event_filter(Arguments& arguments, bool guest);

// The events of a block from `from_place` on, as they go over the wire, and one that says that the block is done. An
// error: the caller may listen no longer.
Result<std::string> events_of(const StoredBlock& block, std::uint64_t from_place, const rpc::EventFilter& filter,
                              const rpc::Answers& answers);

}  // namespace medchain::http
