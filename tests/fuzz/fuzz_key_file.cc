// Key files: the whole text from a stranger, and a body from a stranger in good armour, which the fuzzer could not find
// by itself. A file that is read is written again as it was. A passphrase is worked out only at the least cost.
#include "armour.h"
#include "key_file_format.h"
#include "pieces.h"

using namespace medchain;

namespace {

constexpr std::string_view kSecret = "MEDCHAIN SECRET KEY";
constexpr std::string_view kPublic = "MEDCHAIN PUBLIC KEY";
constexpr std::uint64_t kLeastMemory = 8192;

bool is_cheap(ByteView text) {
  auto body = crypto::remove_armour(kSecret, text);
  if (!body) return false;
  auto decoded = bcs::decode<crypto::KeyFileBody>(body->expose());
  if (!decoded) return false;
  const auto* encrypted = std::get_if<crypto::EncryptedSecrets>(&decoded->secrets);
  if (encrypted == nullptr) return false;
  const bool refused = encrypted->cost.passes > crypto::kMaxPasses || encrypted->cost.passes == 0 ||
                       encrypted->cost.memory_bytes > crypto::kMaxMemoryBytes;
  return refused || (encrypted->cost.passes == 1 && encrypted->cost.memory_bytes <= kLeastMemory);
}

void examine(ByteView file) {
  auto keys = decode_key_file(file, std::nullopt);
  if (keys) {
    MEDCHAIN_ASSERT(!key_file_needs_passphrase(file), "a passphrase is wanted that was not needed");
    MEDCHAIN_ASSERT(equal(encode_key_file(*keys, std::nullopt).expose(), file) ||
                        keys->public_keys().signing.algorithm == KeyAlgorithm::kP256,
                    "a key file with two texts");
  }
  if (is_cheap(file)) decode_key_file(file, "correct horse").ok();
  auto shown = decode_public_key_file(text(file));
  if (shown) MEDCHAIN_ASSERT(equal(view(encode_public_key_file(*shown)), file), "a public key file with two texts");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  examine(input);
  examine(crypto::armour(kSecret, input).expose());
  examine(crypto::armour(kPublic, input).expose());
  return 0;
}
