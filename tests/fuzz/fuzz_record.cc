// A record's body, wraps and commitment from a stranger. What opens is signed, is bound to a record, and a wrap made
// for another reader opens the same; wraps that attach can be read back in their order.
#include "medchain/sealing.h"
#include "pieces.h"
#include "support/genesis.h"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const KeyPair alice = test::test_keys("fuzz alice");
  static const KeyPair other = test::test_keys("fuzz other");
  static const PublicKeys other_shown = other.public_keys();
  fuzz::Pieces pieces({data, size});
  Hash commitment;
  const ByteView given = pieces.piece();
  std::copy_n(given.begin(), std::min(given.size(), Hash::kSize), commitment.bytes.begin());
  auto wraps = fuzz::canonical<std::vector<Wrap>>(pieces.piece());
  const ByteView body = pieces.rest();
  if (!wraps) return 0;
  for (const Wrap& wrap : *wraps) {
    auto opened = open_record(body, wrap, commitment, alice);
    if (!opened) continue;
    MEDCHAIN_ASSERT(opened->author && std::holds_alternative<RecordContext>(opened->context), "not a record's body");
    auto another = rewrap(body, wrap, alice, other_shown);
    MEDCHAIN_ASSERT(another, "a reader who cannot pass on what it opens");
    auto again = open_record(body, *another, commitment, other);
    MEDCHAIN_ASSERT(again && again->plaintext == opened->plaintext, "another reader who reads something else");
  }
  auto attached = attach(body, *wraps);
  if (!attached) return 0;
  auto info = inspect(*attached);
  MEDCHAIN_ASSERT(info && info->readers.size() == wraps->size(), "attached wraps that are not there");
  open(*attached, alice).ok();
  return 0;
}
