// What a session answers, as values: from the engine, through the rules of visibility.h.
#include "client_session.h"

namespace medchain::rpc {

Result<NodeStatus> ClientSession::read_status() const {
  const Engine& engine = host_.engine();
  const BlockHeader& header = engine.last_header();
  const State& state = engine.state();
  NodeStatus status;
  status.version = MEDCHAIN_VERSION;
  status.network = host_.config().network;
  status.chain = state.chain();
  status.node = host_.config().self;
  status.height = engine.height();
  status.block = header.hash();
  status.state_root = state.root();
  status.time_ms = header.time_ms;
  status.round = engine.committee().round;
  status.view = engine.view();
  status.producer = engine.is_producer();
  status.peers = static_cast<std::uint32_t>(host_.peers_connected());
  status.mempool = static_cast<std::uint32_t>(engine.mempool_size());
  status.transactions_final = engine.counters().transactions_final;
  status.signatures_checked = engine.counters().signatures_checked;
  status.cpu_us = host_.cpu_us();
  status.replay_window = state.parameters().replay_window;
  return status;
}

Result<BlockSummary> ClientSession::read_block(Height height, bool latest) {
  if (auto allowed = visibility(); !allowed) return allowed.error();
  if (latest) height = host_.engine().height();
  if (height.value == 0) {
    // Genesis has a header and nothing else; nodes keep it only while it is the last.
    const BlockHeader& header = host_.engine().last_header();
    if (header.height.value != 0) {
      return Error(ErrorCode::kNotFound, "height 0 is the genesis: it has no block; the first is at height 1");
    }
    return BlockSummary{header, header.hash(), {}, {}};
  }
  auto block = host_.block(height);
  if (!block) return block.error();
  const StoredBlock& stored = **block;
  return BlockSummary{stored.certified.block.header, stored.certified.block.hash(), stored.certified.certificate,
                      stored.receipts};
}

Result<TransactionInfo> ClientSession::read_transaction(ByteView id) {
  auto visible = visibility();
  if (!visible) return visible.error();
  auto tx = TxId::from(id, "transaction id");
  if (!tx) return tx.error();
  auto place = host_.find_transaction(*tx);
  if (!place) return place.error();
  const ParsedTransaction& parsed = *place->block->certified.block.transactions[place->index];
  if (!visible->transaction(parsed.transaction())) {
    return Error(ErrorCode::kPermissionDenied, "the transaction does not concern you");
  }
  return TransactionInfo{parsed.bytes, place->block->certified.block.header.height, place->index,
                         place->block->receipts[place->index]};
}

Result<ReceiptProof> ClientSession::read_receipt_proof(ByteView id) {
  if (auto info = read_transaction(id); !info) return info.error();
  auto tx = TxId::from(id, "transaction id");
  if (!tx) return tx.error();
  return host_.engine().receipt_proof(*tx);
}

Result<AccountInfo> ClientSession::read_account(ByteView bytes) const {
  auto visible = visibility();
  if (!visible) return visible.error();
  auto address = FixedBytes<32, AddressTag>::from(bytes, "address");
  if (!address) return address.error();
  const Address of{*address};
  const State& state = host_.engine().state();
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

Result<RecordInfo> ClientSession::read_record(ByteView bytes) const {
  auto visible = visibility();
  if (!visible) return visible.error();
  auto id = RecordId::from(bytes, "record id");
  if (!id) return id.error();
  if (!visible->record(*id)) return no_such_record();
  const State& state = host_.engine().state();
  return RecordInfo{*state.record(*id), state.access(*id, caller_->address), state.height()};
}

Result<ReleasedRecord> ClientSession::read_released(ByteView bytes) const {
  if (auto allowed = visibility(); !allowed) return allowed.error();
  auto id = RecordId::from(bytes, "record id");
  if (!id) return id.error();
  auto release = host_.engine().release(*id, caller_->address);
  if (!release) return release.error();
  return ReleasedRecord{std::move(release->record), std::move(release->body), std::move(release->wrap)};
}

Result<Bytes> ClientSession::read_state_proof(std::uint8_t contract, ByteView bytes) const {
  auto visible = visibility();
  if (!visible) return visible.error();
  if (contract >= kContracts || bytes.size() > 128) {
    return Error(ErrorCode::kInvalidArgument, "no state key: an unknown contract, or more than 128 bytes");
  }
  const StateKey key{static_cast<Contract>(contract), to_bytes(bytes)};
  if (!visible->state_key(key)) {
    return Error(ErrorCode::kPermissionDenied, "no such part of the state, or it is not yours to see");
  }
  return host_.engine().state().prove(key).encode();
}

}  // namespace medchain::rpc
