#include "content_digest.h"

#include "support/catch.h"

using namespace medchain;
using namespace medchain::http;

namespace {

std::string why(std::string_view field, std::string_view body) {
  auto checked = check_content_digest(field, view(body));
  return checked ? "good" : std::string(error_name(checked.error().code())) + ": " + checked.error().message();
}

constexpr std::string_view kBody = "{\"hello\": \"world\"}";
constexpr std::string_view kDigest = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";

}  // namespace

TEST_CASE("The digest is that of RFC 9530, appendix D") {
  CHECK(content_digest(view(kBody)) == kDigest);
  CHECK(content_digest(sha256(view(kBody))) == kDigest);
  CHECK(content_digest(ByteView{}) == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
}

TEST_CASE("A digest is compared with the body") {
  CHECK(why(kDigest, kBody) == "good");
  CHECK(why("sha-512=:AA==:, " + std::string(kDigest), kBody) == "good");
  CHECK(why(kDigest, "{\"hello\": \"World\"}").starts_with("authentication: content-digest: "));
  CHECK(why(kDigest, "").starts_with("authentication: content-digest: "));
}

TEST_CASE("What is no digest by SHA-256 is refused") {
  CHECK(why("", kBody).starts_with("unsupported_version: content-digest: expected a digest by sha-256"));
  CHECK(why("sha-512=:AA==:", kBody).starts_with("unsupported_version: content-digest: "));
  CHECK(why("sha-256=:AAA=:", kBody) == "malformed: content-digest: sha-256 has 2 bytes, expected 32");
  CHECK(why("sha-256=\"x\"", kBody) == "malformed: content-digest: sha-256 is not a byte sequence");
  CHECK(why("sha-256", kBody).starts_with("malformed: content-digest: "));
  CHECK(why("sha-256=(:AAA=:)", kBody).starts_with("malformed: content-digest: "));
  CHECK(why("sha-256=:x", kBody).starts_with("malformed: content-digest: column "));
  CHECK(why(std::string(kDigest) + ", " + std::string(kDigest), kBody).starts_with("malformed: content-digest: "));
}
