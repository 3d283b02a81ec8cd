// Opens an envelope from pieces of any size, in bounded memory: the front, then one chunk at a time.
#pragma once

#include "chunk_cipher.h"
#include "front_reader.h"

namespace medchain::envelope {

class EnvelopeReader {
 public:
  // `reader` is borrowed until finish(). With `detached_wrap`, the envelope must be the body of a record, and that wrap
  // is used; it is borrowed until the first chunk.
  EnvelopeReader(const KeyPair& reader, Sink sink, const Wrap* detached_wrap = nullptr);
  ~EnvelopeReader();
  EnvelopeReader(EnvelopeReader&&) noexcept = default;

  // The first error is given again by every later call, and nothing follows finish().
  Result<void> write(ByteView part);
  Result<Opened> finish();

  // After finish() succeeded.
  const ContentKey& content_key() const { return *key_; }

 private:
  enum class Stage { kFront, kLengthWord, kChunk, kTrailer, kEnd };

  Result<void> consume(ByteView part);
  Result<void> consume_front(ByteView& part);
  Result<void> begin_chunks();
  Result<void> read_length_word(ByteView word);
  Result<void> read_chunk(ByteView ciphertext);
  Result<void> read_trailer(ByteView bytes);
  Result<void> check_trailer();

  std::optional<ByteView> gather(ByteView& part, std::size_t size);
  std::size_t wanted() const;  // bytes of the next element

  const KeyPair* reader_;
  Sink sink_;
  const Wrap* detached_wrap_;
  std::optional<Error> failed_;
  Stage stage_ = Stage::kFront;

  FrontReader front_;  // its wraps are let go once the reader's own is found
  Header header_;
  Hash header_hash_;
  std::optional<Hash> wraps_root_;  // of the original wraps, when they are in the envelope
  std::optional<ContentKey> key_;
  std::optional<ChunkCipher> cipher_;

  Bytes gathered_;  // of an element that came in several pieces
  bool gathered_used_ = false;
  std::uint32_t chunk_bytes_ = 0;  // of the chunk that the length word announced, tag included
  bool last_chunk_ = false;
  Bytes plaintext_;  // one chunk on its way to the sink
  Sha256 payload_digest_;
  Trailer trailer_;
};

}  // namespace medchain::envelope
