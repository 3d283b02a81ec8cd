// The body of a secret key file and how its secrets are protected; FORMAT.md gives the bytes.
#pragma once

#include <array>
#include <variant>

#include "medchain/key_file.h"

namespace medchain::crypto {

// A secret of exactly kSize bytes on the wire, which stays in secret memory on its way in and out.
template <std::size_t kSize>
struct SecretField {
  SecretBytes bytes;

  void bcs_encode(bcs::Encoder& encoder) const {
    MEDCHAIN_ASSERT(bytes.size() == kSize, "a secret of the wrong size");
    encoder.raw(bytes.expose());
  }
  static SecretField bcs_decode(bcs::Decoder& decoder) { return {SecretBytes::copy_of(decoder.raw(kSize))}; }
};

struct PlainSecrets {
  SecretField<32> signing;
  SecretField<32> sealing;
  MEDCHAIN_FIELDS(signing, sealing)
};

// What Argon2id may cost. Reading bounds it, so that a prepared file cannot take the machine's memory or hours.
struct PassphraseCost {
  std::uint64_t passes = 0;
  std::uint64_t memory_bytes = 0;
  MEDCHAIN_FIELDS(passes, memory_bytes)
};
PassphraseCost moderate_cost();  // libsodium's: 3 passes over 256 MiB
inline constexpr std::uint64_t kMaxPasses = 16;
inline constexpr std::uint64_t kMaxMemoryBytes = std::uint64_t{1} << 30;

struct EncryptedSecrets {
  std::array<std::uint8_t, 16> salt{};
  PassphraseCost cost;
  std::array<std::uint8_t, 24> nonce{};
  std::array<std::uint8_t, 80> ciphertext{};  // the two secrets and the tag
  MEDCHAIN_FIELDS(salt, cost, nonce, ciphertext)
};

struct KeyFileBody {
  std::variant<PlainSecrets, EncryptedSecrets> secrets;
  PublicKeys public_keys;
  MEDCHAIN_VERSIONED(1, secrets, public_keys)
};

// encode_key_file() with a cost of the caller's choice; tests choose a low one.
SecretBytes encode_key_file_with_cost(const KeyPair& keys, std::optional<std::string_view> passphrase,
                                      const PassphraseCost& cost);

}  // namespace medchain::crypto
