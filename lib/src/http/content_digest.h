// Content-Digest (RFC 9530), with SHA-256: binds the body of a message to its signed headers.
#pragma once

#include <string>
#include <string_view>

#include "medchain/hash.h"

namespace medchain::http {

// The header's value: sha-256=:<base64>:
std::string content_digest(ByteView body);
std::string content_digest(const Hash& sha256_of_body);
// The SHA-256 in it; digests of other algorithms beside it are ignored. kMalformed, kUnsupportedVersion (none of them
// is sha-256).
Result<Hash> read_content_digest(std::string_view field);
// kAuthentication: the body is another one.
Result<void> check_content_digest(std::string_view field, ByteView body);
Result<void> check_content_digest(std::string_view field, const Hash& sha256_of_body);

}  // namespace medchain::http
