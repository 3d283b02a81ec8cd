#include "released.h"

namespace program {

using medchain::Bytes;
using medchain::Error;
using medchain::ErrorCode;
using medchain::RecordId;
using medchain::Result;
using medchain::rpc::ReleasedRecord;

medchain::SealContext context_of(const Session& session, const RecordId& id) {
  return medchain::RecordContext{session.chain(), id};
}

Error another_record() { return {ErrorCode::kAuthentication, "the node sent the sealed content of another record"}; }

Result<Origin> origin_of(Session& session, const RecordId& id, const medchain::Record& record) {
  auto proved = prove_transaction(session, record.transaction);
  if (!proved) return proved.error();
  const medchain::SignedTransaction& content = proved->transaction->content;
  const auto* records = std::get_if<medchain::RecordsBody>(&content.transaction.body);
  const auto* put = records == nullptr ? nullptr : std::get_if<medchain::Put>(records);
  bool right = put != nullptr && proved->receipt.status == medchain::TxStatus::kSuccess &&
               medchain::record_id(session.chain(), content.transaction.sender, *put) == id;
  if (!right) return Error(ErrorCode::kAuthentication, "the node named a transaction that did not put this record");
  // Without the genesis nothing but the address itself vouches for the key.
  if (!session.genesis && medchain::address_of(content.key) != content.transaction.sender) {
    return Error(ErrorCode::kAuthentication, "its author rotated keys, and no genesis is given to check them against");
  }
  return Origin{content.transaction.sender, content.key, *put};
}

Result<Bytes> open_released(Session& session, const RecordId& id, const ReleasedRecord& released,
                            const Origin& origin) {
  auto opened = medchain::open_record(released.body, released.wrap, origin.put.content_commitment, *session.identity);
  if (!opened) return opened.error();
  if (opened->context != context_of(session, id)) return another_record();
  if (!opened->author || *opened->author != origin.author_key) {
    return Error(ErrorCode::kAuthentication, "the content is not signed by the record's author");
  }
  return std::move(opened->plaintext);
}

}  // namespace program
