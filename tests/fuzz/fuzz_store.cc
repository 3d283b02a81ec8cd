// One value of each kind as a disk may give it back. It is read as it was written, or refused as corrupt, naming the
// table.
#include "medchain/chain_store.h"
#include "pieces.h"
#include "store_keys.h"
#include "world.h"

using namespace medchain;

namespace {

template <class T>
void examine(const Result<std::optional<T>>& read, ByteView value) {
  if (!read) return MEDCHAIN_ASSERT(read.error().code() == ErrorCode::kCorrupt, "damage that is not called so");
  MEDCHAIN_ASSERT(read->has_value() && equal(bcs::encode(**read), value), "a stored value with two encodings");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Pieces pieces({data, size});
  const std::uint8_t kind = pieces.byte();
  const Bytes value = to_bytes(pieces.rest());
  MemoryStorage storage;
  const ChainStore store(storage);
  auto put = [&](Table table, Bytes key) {
    Batch batch;
    batch.put(table, std::move(key), value);
    MEDCHAIN_ASSERT(storage.write(batch, false), "memory takes every write");
  };
  switch (kind % 9) {
    case 0: put(Table::kBlocks, store_keys::height(Height{3})); return examine(store.block(Height{3}), value), 0;
    case 1: put(Table::kVotes, store_keys::votes()); return examine(store.votes(), value), 0;
    case 2: put(Table::kMeta, store_keys::state_point()); return examine(store.state_point(), value), 0;
    case 3: put(Table::kProposals, Bytes(32, 1)); return store.proposal(Hash{}).ok(), store.proposals().ok(), 0;
    case 4: put(Table::kTransactions, Bytes(32, 0)); return examine(store.find_transaction(TxId{}), value), 0;
    case 5: put(Table::kMeta, store_keys::last_block()); return examine(store.last_block(), value), 0;
    case 6: put(Table::kMeta, store_keys::vote_log()); return store.vote_log().ok(), 0;
    case 7: put(Table::kMeta, store_keys::chain()); return store.is_initialised(fuzz::world().chain).ok(), 0;
    default: put(Table::kMeta, store_keys::format()); return store.is_initialised(fuzz::world().chain).ok(), 0;
  }
}
