// Writes an envelope to a sink, in bounded memory.
#pragma once

#include "chunk_cipher.h"

namespace medchain::envelope {

// All that is decided before the first byte is written.
struct Plan {
  ContentKey key;
  std::vector<Wrap> wraps;  // of the readers, in their order
  std::uint32_t chunk_size = kDefaultChunkSize;
  const SigningKey* author = nullptr;  // borrowed until finish()
  bool attached = true;                // false: the wraps stay out of the envelope, which still carries their root
};

// With a fresh content key, wrapped to each reader. kInvalidArgument: no readers, too many, the same one twice, or a
// chunk size outside of its limits.
Result<Plan> make_plan(const std::vector<PublicKeys>& readers, const SealContext& context, std::uint32_t chunk_size,
                       const SigningKey* author);

class EnvelopeWriter {
 public:
  EnvelopeWriter(Plan plan, Sink sink);
  ~EnvelopeWriter();
  EnvelopeWriter(EnvelopeWriter&&) noexcept = default;

  // After an error, or finish(), nothing more is written.
  Result<void> start();  // first, once: header and wraps
  Result<void> write(ByteView plaintext);
  Result<void> finish();

 private:
  Result<void> write_full_chunks(ByteView plaintext);
  Result<void> write_last();
  Result<void> write_chunk(ByteView plaintext, bool last);

  Plan plan_;
  Sink sink_;
  std::optional<Error> stopped_;
  Bytes header_bytes_;
  Hash header_hash_;
  ChunkCipher cipher_;
  Bytes pending_;          // plaintext that may yet become the last chunk
  Bytes sealed_;           // one chunk on its way to the sink
  Sha256 payload_digest_;  // fed only when there is an author to sign it
};

}  // namespace medchain::envelope
