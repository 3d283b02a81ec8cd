// Blocks of any transactions, for the index: it believes what it is given.
#pragma once

#include "support/catch.h"
#include "unit/storage/samples.h"

#include "medchain/index.h"

namespace medchain::testing {

inline Address person(std::uint8_t number) { return address_of(sample_key(number).public_key()); }

inline TxPtr transaction_of(std::uint8_t sender, Body body, std::uint64_t salt = 0) {
  SigningKey key = sample_key(sender);
  Transaction transaction{sample_chain(), person(sender), Height{100}, salt, std::move(body)};
  return make_transaction(sign_transaction(std::move(transaction), key));
}

inline StoredBlock block_of(Height height, std::vector<TxPtr> transactions, TxStatus status = TxStatus::kSuccess) {
  StoredBlock stored;
  Block& block = stored.certified.block;
  for (const TxPtr& transaction : transactions) stored.receipts.push_back({transaction->id, status});
  block.transactions = std::move(transactions);
  block.header.chain = sample_chain();
  block.header.height = height;
  return stored;
}

inline Put put_of(std::uint8_t subject, RecordKind kind, std::uint64_t time_ms, std::uint8_t nonce) {
  Put put;
  put.subject = person(subject);
  put.kind = kind;
  put.time_ms = time_ms;
  put.nonce.fill(nonce);
  put.readers = {put.subject};
  return put;
}

inline IndexedRecord indexed(std::uint8_t author, const Put& put, Height height) {
  return {record_id(sample_chain(), person(author), put), put.subject, person(author), put.kind, put.time_ms, height};
}

inline void store_indexed(Storage& storage, const StoredBlock& block) {
  Batch batch;
  index::add(batch, block);
  REQUIRE(storage.write(batch, false));
}

}  // namespace medchain::testing
