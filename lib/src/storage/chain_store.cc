#include "medchain/chain_store.h"

#include "store_keys.h"

namespace medchain {

namespace {

Error corrupt(Table table, ByteView key, std::string_view what) {
  return {ErrorCode::kCorrupt,
          "stored table " + std::string(to_string(table)) + ", key " + to_hex(key) + ": " + std::string(what)};
}

template <class T>
Result<std::optional<T>> read(const Storage& storage, Table table, ByteView key) {
  auto bytes = storage.get(table, key);
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<T>();
  auto value = bcs::decode<T>(**bytes);
  if (!value) return corrupt(table, key, value.error().message());
  return std::optional<T>(std::move(*value));
}

// A scan whose visitor may fail: the first error ends it and is the result.
Result<void> scan(const Storage& storage, Table table, ByteView from,
                  const std::function<Result<bool>(ByteView key, ByteView value)>& visit) {
  std::optional<Error> failed;
  MEDCHAIN_TRY(storage.scan(table, from, [&](ByteView key, ByteView value) {
    auto go_on = visit(key, value);
    if (!go_on) failed = go_on.error();
    return go_on && *go_on;
  }));
  if (failed) return *failed;
  return {};
}

}  // namespace

Result<bool> ChainStore::is_initialised(const ChainId& chain) const {
  auto format = read<std::uint32_t>(*storage_, Table::kMeta, store_keys::format());
  if (!format) return format.error();
  auto stored = read<ChainId>(*storage_, Table::kMeta, store_keys::chain());
  if (!stored) return stored.error();
  if (*format && **format != store::kFormatVersion) {
    return Error(ErrorCode::kUnsupportedVersion, "the store has format " + std::to_string(**format) +
                                                     ", this program reads format " +
                                                     std::to_string(store::kFormatVersion));
  }
  if (format->has_value() != stored->has_value()) {
    return corrupt(Table::kMeta, *format ? store_keys::chain() : store_keys::format(), "missing");
  }
  if (*stored && **stored != chain) {
    return Error(ErrorCode::kConflict, "the store belongs to chain " + (*stored)->hex() + ", expected chain " +
                                           chain.hex() + ": use this chain's own data directory, or an empty one");
  }
  return stored->has_value();
}

Result<std::optional<StoredBlock>> ChainStore::block(Height height) const {
  Bytes key = store_keys::height(height);
  auto stored = read<StoredBlock>(*storage_, Table::kBlocks, key);
  if (!stored || !*stored) return stored;
  const Block& block = (*stored)->certified.block;
  if (block.header.height != height) return corrupt(Table::kBlocks, key, "holds a block of another height");
  if ((*stored)->receipts.size() != block.transactions.size()) {
    return corrupt(Table::kBlocks, key, "the block has not one receipt for each transaction");
  }
  return stored;
}

Result<std::optional<Height>> ChainStore::last_block() const {
  return read<Height>(*storage_, Table::kMeta, store_keys::last_block());
}

Result<std::optional<TransactionPlace>> ChainStore::find_transaction(const TxId& id) const {
  return read<TransactionPlace>(*storage_, Table::kTransactions, id.view());
}

Result<std::optional<Bytes>> ChainStore::payload_part(const Hash& root, std::uint16_t part) const {
  return storage_->get(Table::kPayloads, store_keys::payload_part(root, part));
}

Result<std::optional<Payload>> ChainStore::payload(const Hash& root, std::uint16_t parts) const {
  Payload payload;
  for (std::uint16_t part = 0; part < parts; ++part) {
    auto bytes = payload_part(root, part);
    if (!bytes) return bytes.error();
    if (!*bytes) return std::optional<Payload>();
    payload.parts.push_back(std::move(**bytes));
  }
  if (payload.root() != root) return std::optional<Payload>();
  return std::optional<Payload>(std::move(payload));
}

Result<std::optional<consensus::DurableVotes>> ChainStore::votes() const {
  return read<consensus::DurableVotes>(*storage_, Table::kVotes, store_keys::votes());
}

Result<std::vector<SigningPublicKey>> ChainStore::vote_log() const {
  auto keys = read<std::vector<SigningPublicKey>>(*storage_, Table::kMeta, store_keys::vote_log());
  if (!keys) return keys.error();
  return std::move(*keys).value_or(std::vector<SigningPublicKey>{});
}

Result<std::optional<Block>> ChainStore::proposal(const Hash& block) const {
  auto stored = read<Block>(*storage_, Table::kProposals, block.view());
  if (stored && *stored && (*stored)->hash() != block) {
    return corrupt(Table::kProposals, block.view(), "holds a block with another hash");
  }
  return stored;
}

Result<std::set<Hash>> ChainStore::proposals() const {
  std::set<Hash> hashes;
  MEDCHAIN_TRY(scan(*storage_, Table::kProposals, {}, [&](ByteView key, ByteView) -> Result<bool> {
    auto hash = Hash::from(key, "a block hash");
    if (!hash) return corrupt(Table::kProposals, key, hash.error().message());
    hashes.insert(*hash);
    return true;
  }));
  return hashes;
}

Result<std::optional<StatePoint>> ChainStore::state_point() const {
  return read<StatePoint>(*storage_, Table::kMeta, store_keys::state_point());
}

Result<void> ChainStore::for_each_state_key(const std::function<void(const StateKey&, ByteView value)>& visit) const {
  return scan(*storage_, Table::kState, {}, [&](ByteView key, ByteView value) -> Result<bool> {
    auto state_key = store_keys::read_state(key);
    if (!state_key) return corrupt(Table::kState, key, "belongs to no contract that this program knows");
    visit(*state_key, value);
    return true;
  });
}

Result<std::vector<Height>> ChainStore::handovers(Height until) const {
  std::vector<Height> heights;
  MEDCHAIN_TRY(scan(*storage_, Table::kMeta, store_keys::handover({}), [&](ByteView key, ByteView) -> Result<bool> {
    auto height = store_keys::read_handover(key);
    if (!height || *height > until) return false;
    heights.push_back(*height);
    return true;
  }));
  return heights;
}

}  // namespace medchain
