#include "digest.h"

#include <algorithm>

#include "medchain/assert.h"

namespace medchain::gateway {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::string_view kDomain = "medchain/gateway-digest/v1";

class Hmac {
 public:
  explicit Hmac(ByteView key) : padded_(kBlockBytes) {
    MEDCHAIN_ASSERT(key.size() <= kBlockBytes, "an HMAC key of more than a block");
    auto bytes = padded_.expose_mutable();
    std::copy(key.begin(), key.end(), bytes.begin());
    flip(0x36);
    inner_.update(padded_.expose());
  }
  void update(ByteView data) { inner_.update(data); }
  Hash finish() {
    const Hash inner = inner_.finish();
    flip(0x36 ^ 0x5c);
    Sha256 outer;
    outer.update(padded_.expose());
    outer.update(inner.view());
    return outer.finish();
  }

 private:
  void flip(std::uint8_t with) {
    for (std::uint8_t& byte : padded_.expose_mutable()) byte ^= with;
  }
  SecretBytes padded_;
  Sha256 inner_;
};

std::array<std::uint8_t, 8> length_of(ByteView part) {
  std::array<std::uint8_t, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::uint8_t>(part.size() >> (8 * i));
  return length;
}

}  // namespace

Hash hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  Hmac hmac(key);
  for (ByteView part : parts) hmac.update(part);
  return hmac.finish();
}

Digests::Digests(const KeyPair& gateway, const ChainId& chain) {
  Hash key = hmac_sha256(gateway.sealing.secret().expose(), {view(kDomain), chain.view()});
  key_ = SecretBytes::copy_of(key.view());
  wipe(key.bytes);
}

Hash Digests::of(std::string_view purpose, std::initializer_list<ByteView> parts) const {
  Hmac hmac(key_.expose());
  hmac.update(length_of(view(purpose)));
  hmac.update(view(purpose));
  for (ByteView part : parts) {
    hmac.update(length_of(part));
    hmac.update(part);
  }
  return hmac.finish();
}

}  // namespace medchain::gateway
