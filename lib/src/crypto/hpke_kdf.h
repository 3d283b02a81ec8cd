// The labelled key derivation of HPKE (RFC 9180 section 4), for HKDF-SHA256.
#pragma once

#include "medchain/secret.h"

namespace medchain::hpke {

// The big-endian two-byte integers that suite ids are made of; I2OSP(value, 2).
void append_u16(Bytes& to, std::uint16_t value);

SecretBytes labeled_extract(ByteView suite_id, ByteView salt, std::string_view label, ByteView ikm);
// size: at most 255 * 32 bytes.
SecretBytes labeled_expand(ByteView suite_id, ByteView prk, std::string_view label, ByteView info, std::size_t size);

}  // namespace medchain::hpke
