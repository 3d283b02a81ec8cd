// A page of transactions, found at places that the index names. A block is decoded for each, which takes a while:
// between two of them the event loop has its turn, and a page ends after so many.
#pragma once

#include <functional>

#include "paging.h"

namespace medchain::http {

// What the index has to say, before any block is read.
class Places {
 public:
  // For IndexReader::transactions.
  bool take(const TransactionPlace& place);

  std::vector<TransactionPlace> found;
  bool more = false;  // there may be others behind these
};

// What is told of the transaction at a place; nothing: it is left out.
using ItemOf = std::function<std::optional<OrderedJson>(const StoredBlock& block, const TransactionPlace& place)>;
// With receipt and transaction.
OrderedJson transaction_item(const StoredBlock& block, const TransactionPlace& place);

// `listed`: how looking into the index ended. `call` is borrowed until the promise resolves.
Outcome answer_places(Call& call, const Result<void>& listed, Places places, std::uint64_t limit,
                      std::string_view listing, ItemOf item_of);

// The loop's other work comes first, what waits at its sockets too.
kj::Promise<void> let_others(kj::Timer& timer);

}  // namespace medchain::http
