#include "medchain/signatures.h"

namespace medchain {
namespace {

class RealSignatures final : public SignatureVerifier {
 public:
  bool verify(const SigningPublicKey& key, std::string_view domain, const ChainId& chain, ByteView message,
              const Signature& signature) const override {
    return medchain::verify(key, domain, chain, message, signature);
  }
};

}  // namespace

const SignatureVerifier& real_signatures() {
  static const RealSignatures instance;
  return instance;
}

}  // namespace medchain
