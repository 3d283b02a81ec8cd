// Sealing: hybrid ECIES/AES encryption of a document to its readers. ECIES in its standard form, HPKE (RFC 9180), wraps
// one random content key to each reader; AES-256-GCM in chunks (the STREAM construction of Hoang, Reyhanitabar, Rogaway
// and Vizar, CRYPTO 2015) carries the document. lib/src/crypto/FORMAT.md gives every byte.
//
//   auto sealed = seal(document, {alice_public, bob_public}, {.author = &carol.signing});
//   auto opened = open(*sealed, bob);          // opened->plaintext, opened->author
//
// What it holds: only the readers can open; a reader cannot replace the document of an author who signed it; nothing
// can be cut off, reordered, extended or moved to another record; every reader sees the same document (key commitment).
// What it cannot: a reader who opened a document may keep it.
//
// Large documents: Sealer and Opener work in bounded memory. The Opener hands out plaintext chunk by chunk as each is
// authenticated, but *truncation and authorship are known only when finish() succeeds*: keep the output aside (a
// temporary file) until then.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "medchain/keys.h"

namespace medchain {

using RecordId = FixedBytes<32, struct RecordIdTag>;

// What the envelope is bound to, as associated data of every wrap and chunk. BCS enum: 0 file, 1 record.
struct FileContext {
  FixedBytes<32, struct FileIdTag> file_id;  // random, chosen by seal()
  MEDCHAIN_FIELDS(file_id)
  friend auto operator<=>(const FileContext&, const FileContext&) = default;
};
struct RecordContext {
  ChainId chain;
  RecordId record;
  MEDCHAIN_FIELDS(chain, record)
  friend auto operator<=>(const RecordContext&, const RecordContext&) = default;
};
using SealContext = std::variant<FileContext, RecordContext>;

// A content key encrypted to one reader. BCS: a struct of the four fields in this order; decoding refuses other sizes.
struct Wrap {
  Address reader;
  KeyAlgorithm kem = KeyAlgorithm::kEd25519;  // kEd25519: DHKEM(X25519); kP256: DHKEM(P-256)
  Bytes enc;                                  // 32 or 65 bytes
  Bytes ciphertext;                           // 48 bytes: the content key and its tag
  friend auto operator<=>(const Wrap&, const Wrap&) = default;

  bool has_right_sizes() const {
    return enc.size() == (kem == KeyAlgorithm::kEd25519 ? 32 : 65) && ciphertext.size() == 48;
  }
  void bcs_encode(bcs::Encoder& encoder) const {
    bcs::write(encoder, reader);
    bcs::write(encoder, kem);
    bcs::write(encoder, enc);
    bcs::write(encoder, ciphertext);
  }
  static Wrap bcs_decode(bcs::Decoder& decoder) {
    Wrap wrap;
    wrap.reader = bcs::read<Address>(decoder);
    wrap.kem = bcs::read<KeyAlgorithm>(decoder);
    wrap.enc = bcs::read<Bytes>(decoder);
    wrap.ciphertext = bcs::read<Bytes>(decoder);
    if (!wrap.has_right_sizes()) decoder.fail(ErrorCode::kMalformed, "a wrap whose parts have the wrong size");
    return wrap;
  }
};

inline constexpr std::uint32_t kDefaultChunkSize = 64 * 1024;
inline constexpr std::uint32_t kMinChunkSize = 256;  // plaintext bytes per chunk
inline constexpr std::uint32_t kMaxChunkSize = 1024 * 1024;
inline constexpr std::size_t kMaxWraps = 1024;  // original readers; as many again may be added

struct SealOptions {
  const SigningKey* author = nullptr;  // signs the envelope; borrowed for the call (Sealer: until finish())
  std::optional<RecordContext> record = std::nullopt;  // bound to a ledger record; otherwise to a random file id
  std::uint32_t chunk_size = kDefaultChunkSize;
};

struct Opened {
  Bytes plaintext;
  std::optional<SigningPublicKey> author;  // verified; nothing when the envelope is unsigned
  SealContext context;
};

using Sink = std::function<Result<void>(ByteView)>;  // takes the next bytes of output; its error ends the operation

// Whole documents in memory. Readers: at least one, no two with the same address, bindings checked.
// kInvalidArgument or kAuthentication says which of these fails.
Result<Bytes> seal(ByteView plaintext, const std::vector<PublicKeys>& readers, const SealOptions& options = {});
// kPermissionDenied: no wrap for this key. kAuthentication: altered, or the wrong key. kMalformed: not an envelope.
Result<Opened> open(ByteView envelope, const KeyPair& reader);
// The envelope with one more wrap; the content is copied as it is and the author's signature stays valid. `holder` must
// be able to open it. kConflict when `reader` has a wrap already.
Result<Bytes> add_reader(ByteView envelope, const KeyPair& holder, const PublicKeys& reader);

// Streaming. write() as often as needed, in pieces of any size, then finish() once. Each holds about two chunks; the
// Opener also the wraps, until it has found its own. After an error every later call gives that error again.
//
//   auto sealer = Sealer::create({alice_public}, {.author = &carol.signing}, write_to_file);
//   while (more()) sealer->write(next_piece());
//   sealer->finish();
class Sealer {
 public:
  static Result<Sealer> create(const std::vector<PublicKeys>& readers, const SealOptions& options, Sink sink);
  Result<void> write(ByteView plaintext);
  Result<void> finish();
  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;
  ~Sealer();

 private:
  struct State;
  explicit Sealer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Opener {
 public:
  Opener(const KeyPair& reader, Sink sink);  // `reader` is borrowed until finish()
  Result<void> write(ByteView envelope_part);
  // Succeeds only when the whole envelope was read, its trailer and signature are right, and no byte follows.
  // Returns author and context, with an empty plaintext.
  Result<Opened> finish();
  Opener(Opener&&) noexcept;
  Opener& operator=(Opener&&) noexcept;
  ~Opener();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Records: the envelope taken apart, so that a ledger can commit to every part alone and erase it alone. `body` is the
// envelope with no wraps in it (header, chunks, trailer); attach() puts wraps back, giving an envelope that open()
// takes.
struct SealedParts {
  Bytes body;
  std::vector<Wrap> wraps;  // in the order of the readers
  Hash content_commitment;  // hash_with_domain("medchain/content/v1", salt || plaintext), the salt from the content key
};
Result<SealedParts> seal_record(ByteView plaintext, const std::vector<PublicKeys>& readers, const RecordContext& record,
                                const SigningKey& author);
// Opens `body` with this reader's wrap alone, and checks the content commitment against `expected_commitment`, which
// the caller has from the ledger: so nobody can serve another record, or another content, in its place.
Result<Opened> open_record(ByteView body, const Wrap& wrap, const Hash& expected_commitment, const KeyPair& reader);
// A wrap of the same content key for another reader.
Result<Wrap> rewrap(ByteView body, const Wrap& own, const KeyPair& holder, const PublicKeys& reader);
// No key is needed, so the wraps' sizes and readers are all that is checked; at most kMaxWraps.
Result<Bytes> attach(ByteView body, const std::vector<Wrap>& wraps);

// What can be seen without any key.
struct EnvelopeInfo {
  SealContext context;
  std::uint32_t chunk_size = 0;
  std::optional<SigningPublicKey> author;  // claimed, not verified
  std::vector<Address> readers;            // of the attached wraps, later additions last
};
Result<EnvelopeInfo> inspect(ByteView envelope);

}  // namespace medchain
