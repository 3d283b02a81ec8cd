// DHKEM (RFC 9180 section 4.1): a fresh shared secret with the holder of a sealing key.
#pragma once

#include "medchain/keys.h"

namespace medchain::hpke {

std::uint16_t kem_id(KeyAlgorithm algorithm);  // RFC 9180 section 7.1: 0x0010 P-256, 0x0020 X25519

struct Encapsulated {
  Bytes enc;
  SecretBytes shared_secret;  // 32 bytes
};

// Encap, or with a sender AuthEncap. kInvalidArgument: a key that is no valid point, or keys of different algorithms.
Result<Encapsulated> encap(const SealingPublicKey& recipient, const SealingKey* sender);
// The same with the caller's ephemeral key, which must be used once only. Tests give those of the RFC.
Result<Encapsulated> encap_with_ephemeral(const SealingPublicKey& recipient, const SealingKey* sender,
                                          const SealingKey& ephemeral);
// Decap, or with a sender AuthDecap.
Result<SecretBytes> decap(const SealingKey& recipient, ByteView enc, const SealingPublicKey* sender);

}  // namespace medchain::hpke
