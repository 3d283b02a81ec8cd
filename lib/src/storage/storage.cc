#include "medchain/storage.h"

namespace medchain {

std::string_view to_string(Table table) {
  switch (table) {
    case Table::kMeta: return "meta";
    case Table::kBlocks: return "blocks";
    case Table::kTransactions: return "transactions";
    case Table::kPayloads: return "payloads";
    case Table::kState: return "state";
    case Table::kVotes: return "votes";
    case Table::kProposals: return "proposals";
    case Table::kIndex: return "index";
  }
  MEDCHAIN_ASSERT(false, "a table that storage.h does not name");
}

}  // namespace medchain
