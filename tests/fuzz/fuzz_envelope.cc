// An envelope from a stranger, opened as a whole and in pieces as small as the first byte says, with keys of both
// kinds. Both ways give the same document or the same error; whatever opens can be inspected, and opened by a reader
// added to it.
#include "medchain/sealing.h"
#include "pieces.h"
#include "support/genesis.h"

using namespace medchain;

namespace {

struct Streamed {
  Bytes plaintext;
  Result<Opened> opened;
};

Streamed open_in_pieces(ByteView envelope, std::size_t piece, const KeyPair& reader) {
  Bytes plaintext;
  Opener opener(reader, [&](ByteView bytes) {
    append(plaintext, bytes);
    return Result<void>();
  });
  for (; !envelope.empty(); envelope = envelope.subspan(std::min(piece, envelope.size()))) {
    auto written = opener.write(envelope.first(std::min(piece, envelope.size())));
    if (!written) return {std::move(plaintext), written.error()};
  }
  auto opened = opener.finish();
  return {std::move(plaintext), std::move(opened)};
}

void add_another(ByteView envelope, const Opened& opened, const KeyPair& holder) {
  const KeyPair other = test::test_keys("fuzz other");
  auto longer = add_reader(envelope, holder, other.public_keys());
  if (!longer) return;
  auto again = open(*longer, other);
  MEDCHAIN_ASSERT(again && again->plaintext == opened.plaintext, "an added reader who reads something else");
  MEDCHAIN_ASSERT(again->author == opened.author, "an added reader who sees another author");
}

void examine(ByteView envelope, std::size_t piece, const KeyPair& reader) {
  auto whole = open(envelope, reader);
  auto streamed = open_in_pieces(envelope, piece, reader);
  MEDCHAIN_ASSERT(whole.ok() == streamed.opened.ok(), "pieces that matter");
  if (!whole) return MEDCHAIN_ASSERT(whole.error().code() == streamed.opened.error().code(), "pieces change the error");
  MEDCHAIN_ASSERT(whole->plaintext == streamed.plaintext, "pieces change the document");
  auto info = inspect(envelope);
  MEDCHAIN_ASSERT(info && info->author == whole->author && info->context == whole->context, "inspected otherwise");
  add_another(envelope, *whole, reader);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const KeyPair alice = test::test_keys("fuzz alice");
  static const KeyPair bob = test::test_keys("fuzz bob", KeyAlgorithm::kP256);
  fuzz::Pieces pieces({data, size});
  const std::size_t piece = 1 + pieces.byte();
  const ByteView envelope = pieces.rest();
  inspect(envelope).ok();
  examine(envelope, piece, alice);
  examine(envelope, piece, bob);
  return 0;
}
