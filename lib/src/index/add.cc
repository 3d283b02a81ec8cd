#include <algorithm>

#include "index_keys.h"

namespace medchain::index {
namespace {

void add_record(Batch& batch, const Transaction& transaction, const Put& put, Height height) {
  const RecordPosition position{put.time_ms, record_id(transaction.chain, transaction.sender, put)};
  const Bytes value = bcs::encode(index_keys::RecordValue{put.subject, transaction.sender, put.kind, height});
  for (Bytes key : {index_keys::records_of_subject(put.subject), index_keys::records_of_author(transaction.sender),
                    index_keys::records_of_kind(put.kind), index_keys::records()}) {
    index_keys::append_position(key, position);
    batch.put(Table::kIndex, std::move(key), value);
  }
}

}  // namespace

void add(Batch& batch, const StoredBlock& stored) {
  const Block& block = stored.certified.block;
  MEDCHAIN_ASSERT(stored.receipts.size() == block.transactions.size(), "a block indexed with receipts not its own");
  const Height height = block.header.height;
  for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
    const Transaction& transaction = block.transactions[i]->transaction();
    auto list = [&](Bytes listing) {
      index_keys::append_place(listing, {height, i});
      batch.put(Table::kIndex, std::move(listing), {});
    };
    auto [concerned, record] = mentioned_in(transaction);
    concerned.push_back(transaction.sender);
    std::sort(concerned.begin(), concerned.end());
    concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
    for (const Address& address : concerned) list(index_keys::transactions_of(address));
    if (record) list(index_keys::transactions_of(*record));
    // A put that failed made no record.
    if (stored.receipts[i].status != TxStatus::kSuccess) continue;
    if (const auto* records = std::get_if<RecordsBody>(&transaction.body)) {
      add_record(batch, transaction, std::get<Put>(*records), height);
    }
  }
  batch.put(Table::kIndex, index_keys::block(block.hash()), bcs::encode(height));
  batch.put(Table::kIndex, index_keys::height(), bcs::encode(height));
}

}  // namespace medchain::index
