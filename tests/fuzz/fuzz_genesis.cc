// A genesis as text, and, since nobody guesses a chain id, as the content that such a text is written from. A text that
// is read is the one that is written; content that checks survives its text.
#include "medchain/genesis.h"
#include "pieces.h"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  if (auto genesis = parse_genesis(text(input))) {
    MEDCHAIN_ASSERT(to_json(*genesis) == text(input), "a genesis with two texts");
  }
  auto content = fuzz::canonical<Genesis>(input);
  if (!content) return 0;
  const bool good = content->check().ok();
  auto back = parse_genesis(to_json(*content));
  MEDCHAIN_ASSERT(back.ok() || !good, "a good genesis that its own text does not give back");
  if (back) MEDCHAIN_ASSERT(good && back->chain_id() == content->chain_id(), "a text that gives another genesis");
  return 0;
}
