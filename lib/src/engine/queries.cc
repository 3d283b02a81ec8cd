// What a node shows: receipt proofs to those who verify offline, sealed parts to those who may read.
#include "engine_impl.h"

namespace medchain {

Result<std::optional<TransactionPlace>> Engine::Impl::find_transaction(const TxId& id) const {
  if (auto recently = unflushed.find(id)) return recently;
  return store.find_transaction(id);
}

Result<ReceiptProof> Engine::Impl::receipt_proof(const TxId& id) const {
  auto place = find_transaction(id);
  if (!place) return place.error();
  if (!*place) return Error(ErrorCode::kNotFound, "no final transaction has the id " + id.hex());
  const auto stored = find_block((*place)->height);
  const std::size_t index = (*place)->index;
  if (!stored || index >= stored->receipts.size()) {
    return Error(ErrorCode::kCorrupt, "the index of transactions names a block that is not stored");
  }
  const Block& block = stored->certified.block;
  std::vector<Hash> transaction_leaves;
  std::vector<Hash> receipt_leaves;
  for (std::size_t i = 0; i < block.transactions.size(); ++i) {
    transaction_leaves.push_back(block.transactions[i]->leaf);
    receipt_leaves.push_back(merkle::leaf_hash(bcs::encode(stored->receipts[i])));
  }
  ReceiptProof proof;
  proof.header = block.header;
  proof.certificate = stored->certified.certificate;
  proof.transaction = block.transactions[index]->bytes;
  proof.receipt = stored->receipts[index];
  proof.index = static_cast<std::uint32_t>(index);
  proof.count = static_cast<std::uint32_t>(block.transactions.size());
  proof.transaction_path = merkle::path(transaction_leaves, index);
  proof.receipt_path = merkle::path(receipt_leaves, index);
  auto handovers = store.handovers(block.header.height.previous());
  if (!handovers) return handovers.error();
  for (Height height : *handovers) {
    auto at = find_block(height);
    if (!at || !at->next_committee) {
      return Error(ErrorCode::kCorrupt, "the handover at height " + std::to_string(height.value) + " is not stored");
    }
    proof.handovers.push_back({at->certified.block.header, at->certified.certificate, at->next_committee->sorted()});
  }
  return proof;
}

Result<Engine::Release> Engine::Impl::release(const RecordId& id, const Address& reader) const {
  auto refused = [] {
    return Error(ErrorCode::kPermissionDenied, "no such record, or you are not one of its readers now");
  };
  auto record = chain.state().record(id);
  auto access = chain.state().access(id, reader);
  auto participant = chain.state().participant(reader);
  if (!record || !access || !access->allowed || !participant || participant->suspended) return refused();
  auto body = store.payload_part(record->payload_root, 0);
  if (!body) return body.error();
  auto wrap_bytes = store.payload_part(access->payload_root, access->part);
  if (!wrap_bytes) return wrap_bytes.error();
  if (!*body || !*wrap_bytes) {
    return Error(ErrorCode::kUnavailable, "this node is still fetching the record's sealed parts; try again shortly");
  }
  auto wrap = bcs::decode<Wrap>(**wrap_bytes);
  if (!wrap) return wrap.error().in("the record's wrap");
  return Release{std::move(*record), std::move(**body), std::move(*wrap)};
}

}  // namespace medchain
