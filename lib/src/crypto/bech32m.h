// Bech32m (BIP-350, on the format of BIP-173): bytes as text that is hard to mistype. Any four wrong characters are
// detected.
#pragma once

#include <string>
#include <string_view>

#include "medchain/bytes.h"

namespace medchain::crypto::bech32m {

struct Parts {
  std::string prefix;  // the human-readable part, in lower case
  Bytes symbols;       // the data part without its checksum: 5 bits each
};

// Strict: at most 90 characters, never mixed case, the checksum of bech32m and not of bech32. kMalformed says what.
Result<Parts> parse(std::string_view text);
// `prefix` is 1 to 83 lower-case characters from 33 to 126; symbols are below 32; at most 90 characters in all.
std::string print(std::string_view prefix, ByteView symbols);

Bytes to_symbols(ByteView bytes);
// kMalformed when the padding is longer than needed or not zero (BIP-173, segregated witness addresses).
Result<Bytes> from_symbols(ByteView symbols);

}  // namespace medchain::crypto::bech32m
