#include "medchain/storage.h"

#include <algorithm>
#include <tuple>

namespace medchain {
namespace {

// The beginning of a key as a number that compares as it does. Most keys of a table differ there, and are compared
// without going to where they are.
std::uint64_t beginning_of(const Bytes& key) {
  std::uint64_t beginning = 0;
  for (std::size_t i = 0; i < sizeof beginning; ++i) beginning = beginning << 8 | (i < key.size() ? key[i] : 0);
  return beginning;
}

struct Place {
  Table table{};
  std::uint64_t beginning = 0;
  std::uint32_t index = 0;
};

}  // namespace

void Batch::sort() {
  MEDCHAIN_ASSERT(operations.size() <= UINT32_MAX, "more operations than a batch can hold");
  auto same_key = [&](const Place& a, const Place& b) {
    return a.table == b.table && a.beginning == b.beginning && operations[a.index].key == operations[b.index].key;
  };
  std::vector<Place> places(operations.size());
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    places[i] = {operations[i].table, beginning_of(operations[i].key), i};
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    if (a.table != b.table) return a.table < b.table;
    if (a.beginning != b.beginning) return a.beginning < b.beginning;
    return std::tie(operations[a.index].key, a.index) < std::tie(operations[b.index].key, b.index);
  });
  std::vector<Operation> sorted;
  sorted.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool last = i + 1 == places.size() || !same_key(places[i], places[i + 1]);
    if (last) sorted.push_back(std::move(operations[places[i].index]));
  }
  operations = std::move(sorted);
}

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
