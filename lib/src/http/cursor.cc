#include "cursor.h"

#include <sodium.h>

#include "medchain/bcs.h"
#include "medchain/hash.h"

namespace medchain::http {
namespace {

constexpr std::string_view kDomain = "medchain/http-cursor/v1";
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::array<std::uint8_t, 1> kSeparator{0};

using Check = FixedBytes<4, struct CursorCheckTag>;

struct Cursor {
  std::string listing;
  Bytes position;
  Check check;
  MEDCHAIN_FIELDS(listing, position, check)
};

Check check_of(std::string_view listing, ByteView position) {
  const Hash hash = hash_with_domain(kDomain, {view(listing), kSeparator, position});
  Check check;
  std::memcpy(check.bytes.data(), hash.bytes.data(), check.bytes.size());
  return check;
}

Error unusable(std::string why) { return {ErrorCode::kInvalidArgument, "the cursor " + std::move(why)}; }

}  // namespace

std::string make_cursor(std::string_view listing, ByteView position) {
  return to_base64url(bcs::encode(Cursor{std::string(listing), to_bytes(position), check_of(listing, position)}));
}

Result<Bytes> read_cursor(std::string_view cursor, std::string_view listing) {
  if (cursor.size() > kMaxCursorText) return unusable("is longer than any that this node gives");
  auto bytes = from_base64url(cursor);
  auto read = bytes ? bcs::decode<Cursor>(*bytes) : Result<Cursor>(bytes.error());
  if (!read || read->check != check_of(read->listing, read->position)) {
    return unusable("is damaged; pass it on as it was given");
  }
  if (read->listing != listing) return unusable("belongs to another listing");
  return std::move(read->position);
}

std::string to_base64url(ByteView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  text.pop_back();  // the zero that it ends with
  return text;
}

Result<Bytes> from_base64url(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end, kVariant) != 0 ||
      end != text.data() + text.size()) {
    return Error(ErrorCode::kMalformed, "not base64url without padding");
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace medchain::http
