#include "content_digest.h"

#include "structured_fields.h"

namespace medchain::http {
namespace {

constexpr std::string_view kAlgorithm = "sha-256";

Error in_header(const Error& error) { return error.in("content-digest"); }

}  // namespace

std::string content_digest(const Hash& sha256_of_body) {
  return std::string(kAlgorithm) + "=:" + to_base64(sha256_of_body.bytes) + ":";
}

std::string content_digest(ByteView body) { return content_digest(sha256(body)); }

Result<Hash> read_content_digest(std::string_view field) {
  auto digests = fields::parse_dictionary(field);
  if (!digests) return in_header(digests.error());
  const fields::Member* member = fields::find(*digests, kAlgorithm);
  if (member == nullptr) {
    return in_header(Error(ErrorCode::kUnsupportedVersion, "expected a digest by sha-256: sha-256=:<base64>:"));
  }
  const auto* item = std::get_if<fields::Item>(&member->value);
  const auto* bytes = item != nullptr ? std::get_if<Bytes>(&item->value) : nullptr;
  if (bytes == nullptr) return in_header(Error(ErrorCode::kMalformed, "sha-256 is not a byte sequence"));
  auto hash = Hash::from(*bytes, "sha-256");
  return hash ? hash : Result<Hash>(in_header(hash.error()));
}

Result<void> check_content_digest(std::string_view field, const Hash& sha256_of_body) {
  auto hash = read_content_digest(field);
  if (!hash) return hash.error();
  if (*hash == sha256_of_body) return {};
  return in_header(Error(ErrorCode::kAuthentication, "the body's SHA-256 is " + content_digest(sha256_of_body) +
                                                         ", another one than the header says"));
}

Result<void> check_content_digest(std::string_view field, ByteView body) {
  return check_content_digest(field, sha256(body));
}

}  // namespace medchain::http
