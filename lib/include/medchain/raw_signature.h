// Signatures over bytes as they are: for protocols that frame by themselves what they sign, such as HTTP message
// signatures (RFC 9421). Everything of MedChain's own is signed in a domain (keys.h), so that no signature stands for
// anything else: who signs raw bytes that a stranger chose can be made to sign anything.
//
// Ed25519 (RFC 8032), or ECDSA with P-256 and SHA-256 (FIPS 186-5) as r || s.
#pragma once

#include "medchain/keys.h"

namespace medchain {

// P-256: low s.
Signature sign_raw(const SigningKey& key, ByteView message);
// P-256: low s and high s, as other programs make them. Ed25519: libsodium's rule.
bool verify_raw(const SigningPublicKey& key, ByteView message, ByteView signature);

}  // namespace medchain
