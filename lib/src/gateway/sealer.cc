#include "sealer.h"

namespace medchain::gateway {
namespace {

std::uint64_t random_salt() {
  std::array<std::uint8_t, 8> bytes{};
  random_bytes(bytes);
  std::uint64_t salt = 0;
  for (std::uint8_t byte : bytes) salt = salt << 8 | byte;
  return salt;
}

Submission sign(const Identity& author, const ChainId& chain, Height valid_until, Body body, Payload payload,
                TxId& id) {
  auto made = sign_transaction(Transaction{chain, author.address, valid_until, random_salt(), std::move(body)},
                               author.keys->signing);
  id = made.transaction.id();
  return {bcs::encode(made), std::move(payload)};
}

}  // namespace

Result<Made> make_record(const EntryId& id, const Reading& reading, const RecordNonce& nonce, const Identity& author,
                         const std::vector<Reader>& readers, const ChainId& chain, Height valid_until) {
  Put put;
  put.subject = reading.subject;
  put.kind = reading.kind;
  put.time_ms = reading.time_ms;
  put.nonce = nonce;
  std::vector<PublicKeys> keys;
  for (const Reader& reader : readers) {
    put.readers.push_back(reader.address);
    keys.push_back(reader.keys);
  }
  const RecordId record = record_id(chain, author.address, put);
  auto sealed = seal_record(reading.content, keys, {chain, record}, author.keys->signing);
  if (!sealed) return sealed.error();
  Payload payload;
  payload.parts.push_back(std::move(sealed->body));
  for (const Wrap& wrap : sealed->wraps) payload.parts.push_back(bcs::encode(wrap));
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = sealed->content_commitment;
  if (put.payload_bytes > limits::kMaxPayloadBytes) return Error(ErrorCode::kTooLarge, "above what one record holds");
  Made made{id, {}, valid_until, {}};
  made.submission = sign(author, chain, valid_until, RecordsBody{std::move(put)}, std::move(payload), made.transaction);
  return made;
}

// Nobody has a record with the id of zeros, so the ledger refuses it, which is final and has a receipt.
Submission make_probe(const Identity& gateway, const ChainId& chain, Height valid_until, TxId& id) {
  return sign(gateway, chain, valid_until, ConsentBody{Revoke{RecordId{}, gateway.address}}, {}, id);
}

}  // namespace medchain::gateway
