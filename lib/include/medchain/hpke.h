// HPKE, RFC 9180: a short message encrypted to the holder of a sealing key. Base and auth mode, single-shot
// (section 6.1), with DHKEM(X25519, HKDF-SHA256) or DHKEM(P-256, HKDF-SHA256) by the recipient's key, HKDF-SHA256 and
// AES-256-GCM.
//
//   auto sealed = hpke::seal(bob.sealing.public_key(), view("example/v1"), aad, message);
//   auto opened = hpke::open(bob.sealing, sealed->enc, view("example/v1"), aad, sealed->ciphertext);
//
// `info` says what the message is for, `aad` what it belongs to; both must be the same on either side, and neither is
// sent. The caller never sees a nonce: each call makes a fresh encapsulated key. For documents, and for several
// readers, use sealing.h, which is built on this.
#pragma once

#include "medchain/keys.h"

namespace medchain::hpke {

struct Sealed {
  Bytes enc;         // the encapsulated key: 32 bytes for X25519, 65 for P-256
  Bytes ciphertext;  // plaintext.size() + 16
};

// kInvalidArgument when the recipient's key is not a valid point, or the shared secret would be all zeros.
Result<Sealed> seal(const SealingPublicKey& recipient, ByteView info, ByteView aad, ByteView plaintext);
// kAuthentication for whatever does not open; nothing more is said, by RFC 9180 section 9.1.
Result<SecretBytes> open(const SealingKey& recipient, ByteView enc, ByteView info, ByteView aad, ByteView ciphertext);

// Auth mode (RFC 9180 section 5.1.3): shows the recipient that the holder of `sender` sealed it, and convinces nobody
// else: the recipient could have made it. For authorship, sign (sealing.h).
Result<Sealed> seal_auth(const SealingPublicKey& recipient, const SealingKey& sender, ByteView info, ByteView aad,
                         ByteView plaintext);
Result<SecretBytes> open_auth(const SealingKey& recipient, const SealingPublicKey& sender, ByteView enc, ByteView info,
                              ByteView aad, ByteView ciphertext);

}  // namespace medchain::hpke
