// Signatures that a fuzzer can make: they open the way to the code behind the checks.
#pragma once

#include "medchain/signatures.h"

namespace medchain::fuzz {

// Believes every signature but one of zeros.
class Credulous final : public SignatureVerifier {
 public:
  bool verify(const SigningPublicKey&, std::string_view, const ChainId&, ByteView,
              const Signature& signature) const override {
    return !signature.is_zero();
  }
};
inline const Credulous kCredulous;

// Signs for any key, without having it.
class Pretender final : public Signer {
 public:
  explicit Pretender(const SigningPublicKey& key) : key_(key) {}
  SigningPublicKey public_key() const override { return key_; }
  Signature sign(std::string_view, const ChainId&, ByteView) const override {
    Signature signature;
    signature.bytes.fill(1);
    return signature;
  }

 private:
  SigningPublicKey key_;
};

}  // namespace medchain::fuzz
