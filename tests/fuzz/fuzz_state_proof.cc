// A proof of one key of the state from a stranger. One encoding; what verifies under the chain's state root is true:
// the key has this value, or none.
#include "pieces.h"
#include "world.h"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  auto proof = StateProof::decode(input);
  if (!proof) return 0;
  MEDCHAIN_ASSERT(equal(proof->encode(), input), "a state proof with two encodings");
  const State& state = fuzz::world().engine().state();
  if (!verify_state_proof(*proof, state.root())) return 0;
  MEDCHAIN_ASSERT(proof->value == state.get(proof->key), "a proof of what is not so");
  return 0;
}
