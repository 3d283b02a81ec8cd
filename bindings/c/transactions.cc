// Transactions signed, with their payloads.
#include <set>

#include "handles.h"
#include "medchain/limits.h"

namespace medchain::c {
namespace {

constexpr std::size_t kMaxSubmission = limits::kMaxTransactionBytes + limits::kMaxPayloadBytes + 16 * 1024;
constexpr std::size_t kMaxWrapBytes = 1024;

std::uint64_t random_salt() {
  std::uint64_t salt = 0;
  random_bytes({reinterpret_cast<std::uint8_t*>(&salt), sizeof salt});
  return salt;
}

// What every transaction says, checked.
struct Terms {
  ChainId chain;
  const KeyPair* keys = nullptr;
  Address sender;
  Height valid_until;
};

Result<Terms> terms_in(const medchain_terms* given) {
  auto terms = options_in(given, "terms");
  if (!terms) return terms.error();
  MEDCHAIN_TRY(present(terms->chain, "terms: chain"));
  MEDCHAIN_TRY(present(terms->sender, "terms: sender"));
  const KeyPair& keys = terms->sender->pair;
  Address sender = terms->sender_address == nullptr ? keys.address() : convert<Address>(*terms->sender_address);
  return Terms{convert<ChainId>(*terms->chain), &keys, sender, Height{terms->valid_until}};
}

Result<void> sign_out(const Terms& terms, Body body, Payload payload, medchain_submission** out) {
  MEDCHAIN_TRY(check_payload(body, payload));
  Transaction transaction{terms.chain, terms.sender, terms.valid_until, random_salt(), std::move(body)};
  SignedTransaction content = sign_transaction(std::move(transaction), terms.keys->signing);
  TxId id = content.transaction.id();
  Bytes bytes = bcs::encode(content);
  if (bytes.size() > limits::kMaxTransactionBytes) {
    return Error(ErrorCode::kTooLarge, "the transaction has " + std::to_string(bytes.size()) + " bytes, at most " +
                                           std::to_string(limits::kMaxTransactionBytes));
  }
  *out = new medchain_submission{{std::move(bytes), std::move(payload)}, id};
  return {};
}

Result<Put> put_in(const medchain_put_options* given, const std::vector<PublicKeys>& readers) {
  auto options = options_in(given, "options");
  if (!options) return options.error();
  MEDCHAIN_TRY(present(options->subject, "options: subject"));
  if (options->kind < MEDCHAIN_VITALS || options->kind > MEDCHAIN_OTHER) return unusable("options: kind", "is none");
  if (options->reserved != 0) return unusable("options", "have a reserved field that is not 0");
  Put put;
  put.subject = convert<Address>(*options->subject);
  put.kind = static_cast<RecordKind>(options->kind);
  put.time_ms = options->time_ms;
  random_bytes(put.nonce);
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const medchain_address* address = nullptr;
    if (options->reader_addresses != nullptr) address = options->reader_addresses[i];
    put.readers.push_back(address == nullptr ? readers[i].address() : convert<Address>(*address));
  }
  if (std::set<Address>(put.readers.begin(), put.readers.end()).size() != put.readers.size()) {
    return unusable("readers", "name one twice");
  }
  return put;
}

}  // namespace

Result<Wrap> wrap_in(const void* wrap, std::size_t size) {
  auto bytes = bytes_in(wrap, size, kMaxWrapBytes, "wrap");
  if (!bytes) return bytes.error();
  return bcs::decode<Wrap>(*bytes);
}

}  // namespace medchain::c

using namespace medchain;
using c::call;
using c::convert;
using c::present;

medchain_status medchain_submission_id(const medchain_submission* submission, medchain_transaction_id* id) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(id, "id"));
    *id = {};
    MEDCHAIN_TRY(present(submission, "submission"));
    *id = convert<medchain_transaction_id>(submission->id);
    return {};
  });
}

medchain_status medchain_submission_encode(const medchain_submission* submission, medchain_buffer* bytes) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(bytes, "bytes"));
    MEDCHAIN_TRY(present(submission, "submission"));
    c::bytes_out(bcs::encode(submission->content), *bytes);
    return {};
  });
}

medchain_status medchain_submission_decode(const void* bytes, size_t size, medchain_submission** submission) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(submission, "submission"));
    auto given = c::bytes_in(bytes, size, c::kMaxSubmission, "bytes");
    if (!given) return given.error();
    auto content = bcs::decode<Submission>(*given);
    if (!content) return content.error();
    auto parsed = parse_transaction(content->transaction);
    if (!parsed) return parsed.error();
    MEDCHAIN_TRY(check_payload((*parsed)->transaction().body, content->payload));
    *submission = new medchain_submission{std::move(*content), (*parsed)->id};
    return {};
  });
}

medchain_status medchain_submission_part(const medchain_submission* submission, size_t index, medchain_buffer* part) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(part, "part"));
    MEDCHAIN_TRY(present(submission, "submission"));
    const auto& parts = submission->content.payload.parts;
    if (index >= parts.size()) {
      return Error(ErrorCode::kNotFound, "the payload has " + std::to_string(parts.size()) + " parts");
    }
    c::bytes_out(parts[index], *part);
    return {};
  });
}

void medchain_submission_free(medchain_submission* submission) { delete submission; }

medchain_status medchain_transfer(const medchain_terms* terms, const medchain_address* to, uint64_t amount,
                                  medchain_submission** submission) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(submission, "submission"));
    auto checked = c::terms_in(terms);
    if (!checked) return checked.error();
    MEDCHAIN_TRY(present(to, "to"));
    return c::sign_out(*checked, TokensBody{Transfer{convert<Address>(*to), Tokens{amount}}}, {}, submission);
  });
}

medchain_status medchain_put(const medchain_terms* terms, const medchain_put_options* options, const void* document,
                             size_t size, const medchain_public_keys* const* readers, size_t count,
                             medchain_record_place* place, medchain_submission** submission) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(submission, "submission"));
    MEDCHAIN_TRY(present(place, "place"));
    *place = {};
    auto checked = c::terms_in(terms);
    if (!checked) return checked.error();
    auto plaintext = c::bytes_in(document, size, limits::kMaxPayloadBytes, "document");
    if (!plaintext) return plaintext.error();
    auto to = c::readers_in(readers, count, limits::kMaxReaders);
    if (!to) return to.error();
    auto put = c::put_in(options, *to);
    if (!put) return put.error();
    RecordId record = record_id(checked->chain, checked->sender, *put);
    auto sealed = seal_record(*plaintext, *to, {checked->chain, record}, checked->keys->signing);
    if (!sealed) return sealed.error();
    Payload payload;
    payload.parts.push_back(std::move(sealed->body));
    for (const Wrap& wrap : sealed->wraps) payload.parts.push_back(bcs::encode(wrap));
    put->payload_root = payload.root();
    put->payload_bytes = payload.bytes();
    put->content_commitment = sealed->content_commitment;
    MEDCHAIN_TRY(c::sign_out(*checked, RecordsBody{std::move(*put)}, std::move(payload), submission));
    *place = {convert<medchain_record_id>(record), convert<medchain_hash>(sealed->content_commitment)};
    return {};
  });
}

medchain_status medchain_grant(const medchain_terms* terms, const medchain_record_id* record, const void* body,
                               size_t body_size, const void* wrap, size_t wrap_size, const medchain_public_keys* reader,
                               const medchain_address* reader_address, medchain_submission** submission) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(submission, "submission"));
    auto checked = c::terms_in(terms);
    if (!checked) return checked.error();
    MEDCHAIN_TRY(present(record, "record"));
    MEDCHAIN_TRY(present(reader, "reader"));
    auto sealed = c::bytes_in(body, body_size, limits::kMaxPayloadBytes, "body");
    if (!sealed) return sealed.error();
    auto own = c::wrap_in(wrap, wrap_size);
    if (!own) return own.error();
    auto made = rewrap(*sealed, *own, *checked->keys, reader->keys);
    if (!made) return made.error();
    Payload payload{{bcs::encode(*made)}};
    Address to = reader_address == nullptr ? reader->keys.address() : convert<Address>(*reader_address);
    Grant grant{convert<RecordId>(*record), to, payload.root(), payload.bytes()};
    return c::sign_out(*checked, ConsentBody{grant}, std::move(payload), submission);
  });
}

medchain_status medchain_revoke(const medchain_terms* terms, const medchain_record_id* record,
                                const medchain_address* reader, medchain_submission** submission) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(submission, "submission"));
    auto checked = c::terms_in(terms);
    if (!checked) return checked.error();
    MEDCHAIN_TRY(present(record, "record"));
    MEDCHAIN_TRY(present(reader, "reader"));
    Revoke revoke{convert<RecordId>(*record), convert<Address>(*reader)};
    return c::sign_out(*checked, ConsentBody{revoke}, {}, submission);
  });
}

medchain_status medchain_set_readers(const medchain_terms* terms, const medchain_address* readers, size_t count,
                                     medchain_submission** submission) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(submission, "submission"));
    auto checked = c::terms_in(terms);
    if (!checked) return checked.error();
    if (count > limits::kMaxReaders) {
      return Error(ErrorCode::kTooLarge,
                   std::to_string(count) + " readers, at most " + std::to_string(limits::kMaxReaders));
    }
    if (count > 0) MEDCHAIN_TRY(present(readers, "readers"));
    SetReaders list;
    for (std::size_t i = 0; i < count; ++i) list.readers.push_back(convert<Address>(readers[i]));
    if (std::set<Address>(list.readers.begin(), list.readers.end()).size() != count) {
      return c::unusable("readers", "name one twice");
    }
    return c::sign_out(*checked, ConsentBody{std::move(list)}, {}, submission);
  });
}

medchain_status medchain_record_open(const void* body, size_t body_size, const void* wrap, size_t wrap_size,
                                     const medchain_hash* content_commitment, const medchain_keys* reader,
                                     medchain_buffer* document, medchain_opened* about) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(document, "document"));
    MEDCHAIN_TRY(c::clear_opened(about));
    auto sealed = c::bytes_in(body, body_size, limits::kMaxPayloadBytes, "body");
    if (!sealed) return sealed.error();
    auto own = c::wrap_in(wrap, wrap_size);
    if (!own) return own.error();
    MEDCHAIN_TRY(present(content_commitment, "content_commitment"));
    MEDCHAIN_TRY(present(reader, "reader"));
    auto opened = open_record(*sealed, *own, convert<Hash>(*content_commitment), reader->pair);
    if (!opened) return opened.error();
    c::secret_out(opened->plaintext, *document);
    c::opened_out(*opened, about);
    return {};
  });
}
