// The gateway's keyed digests: what tells equal readings apart from others without saying anything of them to whoever
// reads the disk. HMAC-SHA256 (RFC 2104) under a key that is derived from the gateway's own secret.
#pragma once

#include <initializer_list>

#include "medchain/hash.h"
#include "medchain/keys.h"

namespace medchain::gateway {

// Of the concatenation of `parts`. The key has at most 64 bytes.
Hash hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

class Digests {
 public:
  // Another key pair, or another chain, gives other digests.
  Digests(const KeyPair& gateway, const ChainId& chain);

  // `purpose` keeps digests of different uses apart. Every part is preceded by its length.
  Hash of(std::string_view purpose, std::initializer_list<ByteView> parts) const;

 private:
  SecretBytes key_;
};

}  // namespace medchain::gateway
