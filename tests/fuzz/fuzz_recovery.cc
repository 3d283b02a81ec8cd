// A node that starts from a damaged disk: keys and values of a good store replaced or removed as the input says. It
// starts, or says what is damaged; it never asserts, and what it takes for final is what a quorum signed, where blocks
// were not themselves replaced.
#include "pieces.h"
#include "stand_ins.h"
#include "world.h"

using namespace medchain;

namespace {

struct Entry {
  Table table;
  Bytes key;
  Bytes value;
};

std::vector<Entry> entries_of(const Storage& storage) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < kTables; ++i) {
    const auto table = static_cast<Table>(i);
    auto read = storage.scan(table, {}, [&](ByteView key, ByteView value) {
      entries.push_back({table, to_bytes(key), to_bytes(value)});
      return true;
    });
    MEDCHAIN_ASSERT(read, "memory is always readable");
  }
  return entries;
}

void damage(Batch& batch, const std::vector<Entry>& entries, fuzz::Pieces& pieces) {
  const std::uint8_t how = pieces.byte();
  const Entry& entry = entries[(std::size_t{pieces.byte()} << 8 | pieces.byte()) % entries.size()];
  const ByteView piece = pieces.piece();
  Bytes value = entry.value;
  switch (how % 4) {
    case 0: return batch.erase(entry.table, entry.key);
    case 1: return batch.put(entry.table, entry.key, to_bytes(piece));
    case 2: return batch.put(entry.table, to_bytes(piece), entry.value);
    default:
      for (std::size_t i = 0; i < piece.size() && i < value.size(); ++i) value[i] ^= piece[i];
      return batch.put(entry.table, entry.key, std::move(value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::World& world = fuzz::world();
  static const std::vector<Entry> entries = entries_of(world.cluster.storage(0));
  fuzz::Pieces pieces({data, size});
  MemoryStorage storage;
  world.copy_storage(storage);
  Batch batch;
  for (std::size_t times = 0; times < 8 && !pieces.empty(); ++times) damage(batch, entries, pieces);
  MEDCHAIN_ASSERT(storage.write(batch, true), "memory takes every write");
  const fuzz::Pretender signer(world.made.validators[0].consensus.public_key());
  EngineConfig config{.genesis = world.made.genesis, .self = world.node(0), .consensus_key = &signer};
  auto engine = Engine::start(std::move(config), storage, world.cluster.now());
  if (!engine) return MEDCHAIN_ASSERT(!engine.error().message().empty(), "refused without a word"), 0;
  engine->begin(world.cluster.now());
  engine->tick({world.cluster.now().monotonic_ms + 1000, world.cluster.now().unix_ms + 1000});
  for (const SignedTransaction& transaction : world.transactions)
    engine->receipt_proof(transaction.transaction.id()).ok();
  engine->release(world.record, world.patient.address()).ok();
  return 0;
}
