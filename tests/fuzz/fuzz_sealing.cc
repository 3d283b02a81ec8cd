// A document sealed in pieces, then damaged as the input says. Undamaged it opens to the same document, for each
// reader; damaged it is refused, or still gives that very document by the same author (what was altered was then added,
// or nothing).
#include "medchain/sealing.h"
#include "pieces.h"
#include "support/genesis.h"

using namespace medchain;

namespace {

struct People {
  KeyPair alice = test::test_keys("fuzz alice");
  KeyPair bob = test::test_keys("fuzz bob", KeyAlgorithm::kP256);
  PublicKeys alice_shown = alice.public_keys();
  PublicKeys bob_shown = bob.public_keys();
  SigningKey author = test::test_signing_key("fuzz author");
};

Bytes seal_in_pieces(fuzz::Pieces& pieces, const People& people, Bytes& document) {
  const std::uint8_t how = pieces.byte();
  Bytes envelope;
  SealOptions options{.author = how % 2 != 0 ? &people.author : nullptr, .chunk_size = kMinChunkSize + how / 2};
  auto sealer = Sealer::create({people.alice_shown, people.bob_shown}, options, [&](ByteView bytes) {
    append(envelope, bytes);
    return Result<void>();
  });
  MEDCHAIN_ASSERT(sealer, "readers and options that are good");
  for (std::size_t left = how / 16; left > 0; --left) {
    const ByteView piece = pieces.piece();
    append(document, piece);
    MEDCHAIN_ASSERT(sealer->write(piece), "memory takes everything");
  }
  MEDCHAIN_ASSERT(sealer->finish(), "memory takes everything");
  return envelope;
}

void damage(Bytes& envelope, fuzz::Pieces& pieces) {
  const std::uint8_t how = pieces.byte();
  const std::size_t at = (std::size_t{pieces.byte()} << 8 | pieces.byte()) % (envelope.size() + 1);
  const auto place = envelope.begin() + static_cast<std::ptrdiff_t>(at);
  const ByteView piece = pieces.piece();
  switch (how % 4) {
    case 0:
      if (at < envelope.size()) envelope[at] ^= static_cast<std::uint8_t>(1 << how / 4 % 8);
      break;
    case 1: envelope.resize(at); break;
    case 2: envelope.insert(place, piece.begin(), piece.end()); break;
    default: std::copy_n(piece.begin(), std::min(piece.size(), envelope.size() - at), place);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const People people;
  fuzz::Pieces pieces({data, size});
  Bytes document;
  Bytes envelope = seal_in_pieces(pieces, people, document);
  const auto author = inspect(envelope)->author;
  for (const KeyPair* reader : {&people.alice, &people.bob}) {
    auto opened = open(envelope, *reader);
    MEDCHAIN_ASSERT(opened && opened->plaintext == document && opened->author == author, "sealed, and not opened");
  }
  for (std::size_t times = 0; times < 4 && !pieces.empty(); ++times) damage(envelope, pieces);
  for (const KeyPair* reader : {&people.alice, &people.bob}) {
    auto opened = open(envelope, *reader);
    if (!opened) continue;
    MEDCHAIN_ASSERT(opened->plaintext == document, "a damaged envelope that opens to another document");
    MEDCHAIN_ASSERT(opened->author == author, "a damaged envelope by another author");
  }
  return 0;
}
