// Sealing of whole documents in memory.
#include "medchain/sealing.h"

#include <algorithm>

#include "content_key.h"
#include "front_reader.h"

namespace medchain {
namespace {

Sink append_to(Bytes& out) {
  return [&out](ByteView bytes) {
    append(out, bytes);
    return Result<void>();
  };
}

// Enough for the whole envelope, so that it is never copied while it grows.
std::size_t envelope_size_bound(std::size_t plaintext, std::size_t readers, std::uint32_t chunk_size) {
  std::size_t chunks = plaintext / std::max<std::size_t>(chunk_size, 1) + 1;
  return envelope::kMaxHeaderSize + readers * envelope::kMaxWrapSize + plaintext + chunks * 20 + 128;
}

}  // namespace

Result<Bytes> seal(ByteView plaintext, const std::vector<PublicKeys>& readers, const SealOptions& options) {
  Bytes out;
  out.reserve(envelope_size_bound(plaintext.size(), readers.size(), options.chunk_size));
  auto sealer = Sealer::create(readers, options, append_to(out));
  if (!sealer) return sealer.error();
  MEDCHAIN_TRY(sealer->write(plaintext));
  MEDCHAIN_TRY(sealer->finish());
  return out;
}

Result<Opened> open(ByteView envelope, const KeyPair& reader) {
  Bytes plaintext;
  plaintext.reserve(envelope.size());  // above what comes out: growing would leave copies of the document behind
  Opener opener(reader, append_to(plaintext));
  auto written = opener.write(envelope);
  auto opened = written ? opener.finish() : Result<Opened>(written.error());
  if (!opened) {
    wipe(plaintext);
    return opened.error();
  }
  opened->plaintext = std::move(plaintext);
  return opened;
}

Result<Bytes> add_reader(ByteView envelope, const KeyPair& holder, const PublicKeys& reader) {
  auto front = envelope::read_front(envelope);
  if (!front) return front.error();
  if (envelope::find_wrap(reader.address(), front->wraps(), front->added()) != nullptr) {
    return Error(ErrorCode::kConflict, "the envelope has a wrap for this reader already");
  }
  const Wrap* own = envelope::find_wrap(holder.address(), front->wraps(), front->added());
  if (own == nullptr) {
    return Error(ErrorCode::kPermissionDenied, "only a reader can add one, and the envelope is not sealed to this key");
  }
  if (front->added().size() >= kMaxWraps) {
    return Error(ErrorCode::kTooLarge, "the envelope has 1024 added readers already");
  }
  auto key = envelope::unwrap(*own, holder, front->header());
  if (!key) return key.error();
  auto wrap = envelope::wrap_to(reader, *key);
  if (!wrap) return wrap.error();

  std::vector<Wrap> added = front->added();
  added.push_back(std::move(*wrap));
  bcs::Encoder encoder;
  encoder.reserve(envelope.size() + envelope::kMaxWrapSize + envelope::kMaxCountSize);
  encoder.raw(front->header_bytes());
  bcs::write(encoder, front->wraps());
  bcs::write(encoder, added);
  encoder.raw(envelope.subspan(front->size()));
  return encoder.take();
}

Result<EnvelopeInfo> inspect(ByteView envelope) {
  auto front = envelope::read_front(envelope);
  if (!front) return front.error();
  EnvelopeInfo info{front->header().context, front->header().chunk_size, front->header().author, {}};
  for (const auto* list : {&front->wraps(), &front->added()}) {
    for (const Wrap& wrap : *list) info.readers.push_back(wrap.reader);
  }
  return info;
}

}  // namespace medchain
