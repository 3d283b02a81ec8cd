// The input as a public key, a signature and a message: whether it is accepted does not depend on the library that the
// build checks signatures with, so libsodium, asked itself, says the same.
#include "ed25519.h"

#include <sodium.h>

#include "pieces.h"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 96) return 0;
  const ByteView input(data, size);
  const ByteView key = input.first(32);
  const ByteView signature = input.subspan(32, 64);
  const ByteView message = input.subspan(96);
  const bool theirs = crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
  MEDCHAIN_ASSERT(crypto::ed25519_verify(key, message, signature) == theirs, "a verdict that libsodium does not share");
  return 0;
}
