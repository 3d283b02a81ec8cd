// Records: envelopes taken apart, so that a ledger can commit to each part and erase each alone.
#include "envelope_reader.h"
#include "envelope_writer.h"

namespace medchain {
namespace {

Hash content_commitment(const envelope::ContentKey& key, ByteView plaintext) {
  return hash_with_domain("medchain/content/v1", {key.content_salt().expose(), plaintext});
}

Result<envelope::FrontReader> read_detached_front(ByteView body) {
  auto front = envelope::read_front(body);
  if (!front) return front.error();
  if (!front->wraps().empty() || !front->added().empty()) {
    return Error(ErrorCode::kInvalidArgument, "the body of a record has wraps in it, expected none");
  }
  return front;
}

Sink append_to(Bytes& out) {
  return [&out](ByteView bytes) {
    append(out, bytes);
    return Result<void>();
  };
}

}  // namespace

Result<SealedParts> seal_record(ByteView plaintext, const std::vector<PublicKeys>& readers, const RecordContext& record,
                                const SigningKey& author) {
  auto plan = envelope::make_plan(readers, record, kDefaultChunkSize, &author);
  if (!plan) return plan.error();
  plan->attached = false;
  SealedParts parts{{}, plan->wraps, content_commitment(plan->key, plaintext)};
  std::size_t chunks = plaintext.size() / kDefaultChunkSize + 1;
  parts.body.reserve(envelope::kMaxHeaderSize + 2 + plaintext.size() + chunks * 20 + envelope::trailer_size(true));
  envelope::EnvelopeWriter writer(std::move(*plan), append_to(parts.body));
  MEDCHAIN_TRY(writer.start());
  MEDCHAIN_TRY(writer.write(plaintext));
  MEDCHAIN_TRY(writer.finish());
  return parts;
}

Result<Opened> open_record(ByteView body, const Wrap& wrap, const Hash& expected_commitment, const KeyPair& reader) {
  Bytes plaintext;
  plaintext.reserve(body.size());  // above what comes out: growing would leave copies of the document behind
  envelope::EnvelopeReader envelope_reader(reader, append_to(plaintext), &wrap);
  auto written = envelope_reader.write(body);
  auto opened = written ? envelope_reader.finish() : Result<Opened>(written.error());
  if (opened && (!opened->author || !std::holds_alternative<RecordContext>(opened->context))) {
    opened =
        Error(ErrorCode::kMalformed, "the envelope is not the body of a record: those are signed and name a record");
  }
  if (opened && content_commitment(envelope_reader.content_key(), plaintext) != expected_commitment) {
    opened = Error(ErrorCode::kAuthentication, "the content of the record is not what its commitment says");
  }
  if (!opened) {
    wipe(plaintext);
    return opened.error();
  }
  opened->plaintext = std::move(plaintext);
  return opened;
}

Result<Wrap> rewrap(ByteView body, const Wrap& own, const KeyPair& holder, const PublicKeys& reader) {
  auto front = read_detached_front(body);
  if (!front) return front.error();
  auto key = envelope::unwrap(own, holder, front->header());
  if (!key) return key.error();
  return envelope::wrap_to(reader, *key);
}

Result<Bytes> attach(ByteView body, const std::vector<Wrap>& wraps) {
  auto front = read_detached_front(body);
  if (!front) return front.error();
  if (wraps.size() > kMaxWraps) return Error(ErrorCode::kTooLarge, "an envelope has at most 1024 wraps in a list");
  bcs::Encoder encoder;
  encoder.reserve(body.size() + envelope::kMaxCountSize + wraps.size() * envelope::kMaxWrapSize);
  encoder.raw(front->header_bytes());
  bcs::write(encoder, std::vector<Wrap>{});
  bcs::write(encoder, wraps);  // as added ones: the trailer's root, which the author signed, is of the original list
  encoder.raw(body.subspan(front->size()));
  Bytes envelope = encoder.take();
  auto read_back = envelope::read_front(envelope);  // two wraps for one reader, or wrong sizes
  if (!read_back) return read_back.error();
  return envelope;
}

}  // namespace medchain
