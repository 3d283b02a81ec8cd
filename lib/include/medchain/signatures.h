// Two seams through which the ledger and consensus reach signatures: production uses keys.h behind them, a host with a
// hardware module its own Signer, and the simulation stand-ins that cost nothing.
#pragma once

#include "medchain/keys.h"

namespace medchain {

// Judges like medchain::verify (keys.h): false for whatever does not verify. Must be safe to call from several threads.
class SignatureVerifier {
 public:
  virtual ~SignatureVerifier() = default;
  virtual bool verify(const SigningPublicKey& key, std::string_view domain, const ChainId& chain, ByteView message,
                      const Signature& signature) const = 0;
};
const SignatureVerifier& real_signatures();  // medchain::verify; thread-safe

// Signs like SigningKey::sign. Borrowed by whoever it is given to: it outlives the node that signs with it.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual SigningPublicKey public_key() const = 0;
  virtual Signature sign(std::string_view domain, const ChainId& chain, ByteView message) const = 0;
};

// Signs with a key in memory.
class KeySigner final : public Signer {
 public:
  explicit KeySigner(SigningKey key) : key_(std::move(key)) {}
  SigningPublicKey public_key() const override { return key_.public_key(); }
  Signature sign(std::string_view domain, const ChainId& chain, ByteView message) const override {
    return key_.sign(domain, chain, message);
  }

 private:
  SigningKey key_;
};

}  // namespace medchain
