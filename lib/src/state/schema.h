// What each table of the state may hold, so that stored bytes are checked before anything relies on them.
#pragma once

#include "medchain/state.h"

namespace medchain::state {

// kCorrupt, naming the table, unless the key belongs to a table and the value is one of its type.
Result<void> check_entry(const StateKey& key, ByteView value);

}  // namespace medchain::state
