// Signatures that cost one hash and prove nothing to anyone who can compute it: for tests in which the test itself
// decides who signs what. They cover domain, chain and message exactly as real ones do.
#pragma once

#include <string>

#include "medchain/signatures.h"

namespace medchain::test {

inline SigningPublicKey simulated_key(std::size_t number) {
  SigningPublicKey key;
  Hash seed = hash_with_domain("test/key/v1", {view(std::to_string(number))});
  std::memcpy(key.storage.data(), seed.bytes.data(), seed.bytes.size());
  return key;
}

inline Signature simulated_signature(const SigningPublicKey& key, std::string_view domain, const ChainId& chain,
                                     ByteView message) {
  const std::uint8_t separator = 0;
  Hash half = hash_with_domain("test/signature/v1",
                               {key.bytes(), view(domain), ByteView(&separator, 1), chain.view(), message});
  Signature signature;
  std::memcpy(signature.bytes.data(), half.bytes.data(), 32);
  std::memcpy(signature.bytes.data() + 32, half.bytes.data(), 32);
  return signature;
}

class SimulatedSigner final : public Signer {
 public:
  explicit SimulatedSigner(std::size_t number) : key_(simulated_key(number)) {}
  explicit SimulatedSigner(const SigningPublicKey& key) : key_(key) {}  // a real key, which need not be at hand
  SigningPublicKey public_key() const override { return key_; }
  Signature sign(std::string_view domain, const ChainId& chain, ByteView message) const override {
    return simulated_signature(key_, domain, chain, message);
  }

 private:
  SigningPublicKey key_;
};

class SimulatedVerifier final : public SignatureVerifier {
 public:
  bool verify(const SigningPublicKey& key, std::string_view domain, const ChainId& chain, ByteView message,
              const Signature& signature) const override {
    return simulated_signature(key, domain, chain, message) == signature;
  }
};

}  // namespace medchain::test
