// The text form of key files: BEGIN line, base64 in lines of 64 characters, END line, each closed by one line feed. The
// base64 holds the body and then a checksum, the first 8 bytes of the body's SHA-256.
#pragma once

#include <string_view>

#include "medchain/secret.h"

namespace medchain::crypto {

bool has_armour(std::string_view label, ByteView text);
SecretBytes armour(std::string_view label, ByteView body);
// The body. Strict: armour() of it gives `text` again, byte for byte, so that no changed bit goes unnoticed.
Result<SecretBytes> remove_armour(std::string_view label, ByteView text);

}  // namespace medchain::crypto
