// Cursors: where the next page of a listing begins. Opaque to clients; neither secret nor signed, so that whatever a
// position holds is checked like any other parameter.
//
//   std::string next = make_cursor("blocks", bcs::encode(Height{41}));
//   auto position = read_cursor(given, "blocks");      // kInvalidArgument: of another listing, or damaged
//
// A cursor is base64url without padding (RFC 4648 section 5) of BCS {string listing, bytes position, [4] check},
// `check` the first bytes of hash_with_domain("medchain/http-cursor/v1", listing 00 position): a cut or mistyped one is
// told from a good one.
#pragma once

#include <string>
#include <string_view>

#include "medchain/bytes.h"

namespace medchain::http {

inline constexpr std::size_t kMaxCursorText = 512;

std::string make_cursor(std::string_view listing, ByteView position);
Result<Bytes> read_cursor(std::string_view cursor, std::string_view listing);

// base64url without padding, strict.
std::string to_base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);

}  // namespace medchain::http
