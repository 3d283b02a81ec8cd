// The keys of FORMAT.md, built and read in one place.
#pragma once

#include <optional>

#include "medchain/state.h"
#include "medchain/storage.h"

namespace medchain::store_keys {

// Table::kMeta
Bytes format();
Bytes chain();
Bytes last_block();
Bytes state_point();
Bytes vote_log();
Bytes handover(Height height);
std::optional<Height> read_handover(ByteView key);  // nothing: not a handover's key

Bytes height(Height height);  // big-endian, so that byte order is numeric order
Bytes payload_part(const Hash& root, std::uint16_t part);
Bytes votes();
Bytes state(const StateKey& key);
std::optional<StateKey> read_state(ByteView key);  // nothing: no key that this build knows

}  // namespace medchain::store_keys
