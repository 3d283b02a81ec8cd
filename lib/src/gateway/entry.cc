#include "entry.h"

namespace medchain::gateway::queue_key {
namespace {

Bytes with_suffix(const EntryId& id, std::uint8_t suffix) {
  Bytes key = to_bytes(id.view());
  key.push_back(suffix);
  return key;
}

}  // namespace

Bytes owner() { return to_bytes(view("gateway")); }
Bytes own_transaction() { return to_bytes(view("gateway_own_transaction")); }
Bytes entry(const EntryId& id) { return to_bytes(id.view()); }
Bytes reading(const EntryId& id) { return with_suffix(id, 0); }
Bytes submission(const EntryId& id) { return with_suffix(id, 1); }

}  // namespace medchain::gateway::queue_key
