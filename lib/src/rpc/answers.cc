// What a caller is answered, as values: from the engine, through the rules of visibility.h.
#include "channel.h"
#include "medchain/rpc/service.h"

namespace medchain::rpc {

Result<Visibility> Answers::visibility() const {
  if (!caller_) {
    return Error(ErrorCode::kPermissionDenied,
                 "guests may ask for status, committee and blocks only; show who you are");
  }
  const State& state = node_->engine().state();
  auto registered = state.participant(caller_->address);
  MEDCHAIN_TRY(check_standing(caller_->address, caller_->key, registered, ChannelPurpose::kClient));
  return Visibility(lookup_in(state), caller_->address, registered->role);
}

Result<BlockSummary> Answers::block(Height height) const {
  if (height.value == 0) {
    // Genesis has a header and nothing else; nodes keep it only while it is the last.
    const BlockHeader& header = node_->engine().last_header();
    if (header.height.value != 0) {
      return Error(ErrorCode::kNotFound, "height 0 is the genesis: it has no block; the first is at height 1");
    }
    return BlockSummary{header, header.hash(), {}, {}};
  }
  auto block = node_->block(height);
  if (!block) return block.error();
  const StoredBlock& stored = **block;
  return BlockSummary{stored.certified.block.header, stored.certified.block.hash(), stored.certified.certificate,
                      stored.receipts};
}

Result<TransactionInfo> Answers::transaction(const TxId& id) const {
  auto visible = visibility();
  if (!visible) return visible.error();
  auto place = node_->find_transaction(id);
  if (!place) return place.error();
  const ParsedTransaction& parsed = *place->block->certified.block.transactions[place->index];
  if (!visible->transaction(parsed.transaction())) {
    return Error(ErrorCode::kPermissionDenied, "the transaction does not concern you");
  }
  return TransactionInfo{parsed.bytes, place->block->certified.block.header.height, place->index,
                         place->block->receipts[place->index]};
}

Result<ReceiptProof> Answers::receipt_proof(const TxId& id) const {
  if (auto info = transaction(id); !info) return info.error();
  return node_->engine().receipt_proof(id);
}

Result<AccountInfo> Answers::account(const Address& of) const {
  auto visible = visibility();
  if (!visible) return visible.error();
  const State& state = node_->engine().state();
  AccountInfo info;
  info.participant = state.participant(of);
  info.candidate = state.candidate(of);
  info.barred = state.barred(of);
  info.height = state.height();
  const bool details = visible->account_details(of);
  auto account = details ? state.account(of) : std::nullopt;
  if (account) info.account = *account;
  if (!info.participant && !account) {
    return Error(ErrorCode::kNotFound, of.text() + " is not registered on this chain");
  }
  return info;
}

Result<RecordInfo> Answers::record(const RecordId& id) const {
  auto visible = visibility();
  if (!visible) return visible.error();
  if (!visible->record(id)) return no_such_record();
  const State& state = node_->engine().state();
  return RecordInfo{*state.record(id), state.access(id, caller_->address), state.height()};
}

Result<ReleasedRecord> Answers::fetch(const RecordId& id) const {
  if (auto allowed = visibility(); !allowed) return allowed.error();
  auto release = node_->engine().release(id, caller_->address);
  if (!release) return release.error();
  return ReleasedRecord{std::move(release->record), std::move(release->body), std::move(release->wrap)};
}

Result<StateProof> Answers::state_proof(std::size_t contract, ByteView key) const {
  auto bytes = KeyBytes::from(key);
  if (contract >= kContracts || !bytes) {
    return Error(ErrorCode::kInvalidArgument,
                 "no state key: an unknown contract, or more than " + std::to_string(KeyBytes::kMax) + " bytes");
  }
  return state_proof({static_cast<Contract>(contract), *bytes});
}

Result<StateProof> Answers::state_proof(const StateKey& key) const {
  auto visible = visibility();
  if (!visible) return visible.error();
  if (!visible->state_key(key)) {
    return Error(ErrorCode::kPermissionDenied, "no such part of the state, or it is not yours to see");
  }
  return node_->engine().state().prove(key);
}

}  // namespace medchain::rpc
