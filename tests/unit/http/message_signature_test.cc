// What RFC 9421 says: its test vectors, what is signed, what is refused. Our profile: signature_profile_test.cc.
#include "medchain/message_signature.h"

#include "cursor.h"
#include "medchain/raw_signature.h"
#include "medchain/signatures.h"
#include "support/catch.h"
#include "support/genesis.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::http;

namespace {

SigningKey key_from(KeyAlgorithm algorithm, std::string_view base64url) {
  auto secret = from_base64url(base64url);
  REQUIRE(secret);
  auto key = SigningKey::from_secret(algorithm, *secret);
  REQUIRE(key);
  return std::move(*key);
}

// RFC 9421 appendix B.2: test-request.
Request rfc_request() {
  return {"POST",
          "example.com",
          "/foo",
          "?param=Value&Pet=dog",
          {{"host", "example.com"},
           {"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
           {"content-type", "application/json"},
           {"content-digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"},
           {"content-length", "18"}}};
}

Request with_input(Request request, std::string input, std::string signature = "sig=:AA==:") {
  request.headers.push_back({"signature-input", std::move(input)});
  request.headers.push_back({"signature", std::move(signature)});
  return request;
}

// The lines of the base before the last, or why there is none.
std::string lines(const Request& request, const std::string& components) {
  auto read = read_signature(with_input(request, "sig=(" + components + ")"));
  if (!read) return std::string(error_name(read.error().code())) + ": " + read.error().message();
  return read->base.substr(0, read->base.rfind('\n') + 1);
}

std::string why(const Request& request) {
  auto read = read_signature(request);
  return read ? "good" : std::string(error_name(read.error().code())) + ": " + read.error().message();
}

}  // namespace

TEST_CASE("RFC 9421 appendix B.2.6: signing a request using ed25519") {
  // Appendix B.1.4, test-key-ed25519.
  const SigningKey key = key_from(KeyAlgorithm::kEd25519, "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU");
  CHECK(to_base64url(key.public_key().bytes()) == "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs");
  const Request request =
      with_input(rfc_request(),
                 "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")"
                 ";created=1618884473;keyid=\"test-key-ed25519\"",
                 "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:");
  auto read = read_signature(request);
  REQUIRE(read);
  CHECK(read->base ==
        "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
        "\"@method\": POST\n"
        "\"@path\": /foo\n"
        "\"@authority\": example.com\n"
        "\"content-type\": application/json\n"
        "\"content-length\": 18\n"
        "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")"
        ";created=1618884473;keyid=\"test-key-ed25519\"");
  CHECK(verify_signature(*read, key.public_key()));
  CHECK(sign_raw(key, view(read->base)).view().size() == read->signature.size());
  CHECK(equal(sign_raw(key, view(read->base)).bytes, read->signature));
  CHECK(read->label == "sig-b26");
  CHECK(read->keyid == "test-key-ed25519");
  CHECK(read->created == 1618884473);
  CHECK(read->covered ==
        std::vector<std::string>{"date", "@method", "@path", "@authority", "content-type", "content-length"});
  CHECK((!read->expires && !read->nonce && !read->alg && !read->tag));
  CHECK(read->covers("@path"));
  CHECK_FALSE(read->covers("@query"));

  for (std::size_t i = 0; i < read->signature.size(); ++i) {
    SignedBy changed = *read;
    changed.signature[i] ^= 1;
    CHECK_FALSE(verify_signature(changed, key.public_key()));
  }
  for (std::size_t i = 0; i < read->base.size(); ++i) {
    SignedBy changed = *read;
    changed.base[i] = static_cast<char>(changed.base[i] ^ 1);
    CHECK_FALSE(verify_signature(changed, key.public_key()));
  }
}

// Its base is of a response, of which this reads none; its s is in the upper half of the order.
TEST_CASE("RFC 9421 appendix B.2.4: signing a response using ecdsa-p256-sha256") {
  // Appendix B.1.3, test-key-ecc-p256.
  const SigningKey key = key_from(KeyAlgorithm::kP256, "UpuF81l-kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDs");
  CHECK(to_base64url(key.public_key().bytes().subspan(1)) == "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA");
  const std::string base =
      "\"@status\": 200\n"
      "\"content-type\": application/json\n"
      "\"content-digest\": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aG"
      "gfLQ==:\n"
      "\"content-length\": 23\n"
      "\"@signature-params\": (\"@status\" \"content-type\" \"content-digest\" \"content-length\");created=1618884473"
      ";keyid=\"test-key-ecc-p256\"";
  auto signature =
      from_base64("wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==");
  REQUIRE(signature);
  CHECK((*signature)[32] > 0x7f);
  CHECK(verify_raw(key.public_key(), view(base), *signature));
  CHECK_FALSE(verify_raw(key.public_key(), view(base + " "), *signature));
  CHECK_FALSE(verify_raw(key.public_key(), view(base), ByteView(*signature).first(63)));
  CHECK_FALSE(verify_raw(key.public_key(), view(base), Bytes(64)));
  const Signature own = sign_raw(key, view(base));
  CHECK(own.bytes[32] <= 0x7f);
  CHECK(verify_raw(key.public_key(), view(base), own.bytes));
}

TEST_CASE("A signature over a base is none in a domain, and the other way round") {
  for (auto algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kP256}) {
    const SigningKey key = test::test_signing_key("raw", algorithm);
    const Bytes message{1, 2, 3};
    CHECK_FALSE(verify(key.public_key(), "medchain/x/v1", ChainId{}, message, sign_raw(key, message)));
    CHECK_FALSE(verify_raw(key.public_key(), message, key.sign("medchain/x/v1", ChainId{}, message).bytes));
  }
}

TEST_CASE("Derived components are those of RFC 9421 section 2.2") {
  Request request{"POST", "www.Example.com:443", "/path", "?param=value", {}};
  CHECK(lines(request, "\"@method\"") == "\"@method\": POST\n");
  CHECK(lines(request, "\"@authority\"") == "\"@authority\": www.example.com\n");
  CHECK(lines(request, "\"@scheme\"") == "\"@scheme\": https\n");
  CHECK(lines(request, "\"@path\"") == "\"@path\": /path\n");
  CHECK(lines(request, "\"@query\"") == "\"@query\": ?param=value\n");
  CHECK(lines(request, "\"@request-target\"") == "\"@request-target\": /path?param=value\n");
  request.authority = "www.example.com";
  CHECK(lines(request, "\"@target-uri\"") == "\"@target-uri\": https://www.example.com/path?param=value\n");
  request.query = "param=value";  // without its question mark
  CHECK(lines(request, "\"@query\"") == "\"@query\": ?param=value\n");
  CHECK(lines(request, "\"@request-target\"") == "\"@request-target\": /path?param=value\n");
  request.query = "";
  request.path = "";
  CHECK(lines(request, "\"@query\" \"@path\" \"@request-target\"") ==
        "\"@query\": ?\n\"@path\": /\n\"@request-target\": /\n");
  request.authority = "node:8443";
  CHECK(lines(request, "\"@authority\"") == "\"@authority\": node:8443\n");
  request.scheme = "http";
  request.authority = "node:80";
  CHECK(lines(request, "\"@authority\"") == "\"@authority\": node\n");
}

TEST_CASE("Headers are combined and trimmed as in RFC 9421 section 2.1") {
  const Request request{"GET",
                        "a",
                        "/",
                        "",
                        {{"x-owsheader", "  Leading and trailing whitespace. \t"},
                         {"cache-control", "max-age=60"},
                         {"other", "no"},
                         {"cache-control", "    must-revalidate"},
                         {"empty-header", ""}}};
  CHECK(lines(request, "\"x-owsheader\" \"cache-control\" \"empty-header\"") ==
        "\"x-owsheader\": Leading and trailing whitespace.\n\"cache-control\": max-age=60, must-revalidate\n"
        "\"empty-header\": \n");
  auto value = header(request, "none");
  REQUIRE(value);
  CHECK_FALSE(*value);
}

TEST_CASE("Components that this does not know, or that the request lacks, are refused") {
  const Request request = rfc_request();
  for (const char* name : {"@status", "@query-param", "@signature-params", "@", "@Method"}) {
    CHECK(lines(request, "\"" + std::string(name) + "\"")
              .starts_with("unsupported_version: the component \"" + std::string(name)));
  }
  for (const char* parameter : {";sf", ";bs", ";key=\"a\"", ";req", ";tr", ";name=\"x\"", ";x=?0"}) {
    CHECK(lines(request, "\"date\"" + std::string(parameter)).starts_with("unsupported_version: signature-input: "));
  }
  CHECK(lines(request, "\"x-none\"") == "invalid_argument: the request has no header x-none, which is signed");
  CHECK(lines(request, "\"Date\"") == "invalid_argument: \"Date\" is no name of a header");
  CHECK(lines(request, "\"\"") == "invalid_argument: \"\" is no name of a header");
  CHECK(lines(request, "\"a\\\"b\"") == "invalid_argument: \"a\"b\" is no name of a header");
  CHECK(lines(request, "\"date\" \"@path\" \"date\"") ==
        "invalid_argument: signature-input: the component \"date\" is named twice");
  CHECK(lines(request, "date") == "malformed: signature-input: a component that is not a string");
}

TEST_CASE("What would end a line, or is not ASCII, is never signed") {
  for (const char* bad : {"a\nb", "a\rb", "\xc3\xa4", "\x7f"}) {
    Request request = rfc_request();
    request.headers.push_back({"x-bad", bad});
    CHECK(lines(request, "\"x-bad\"").starts_with("malformed: x-bad: "));
    request.path = bad;
    CHECK(lines(request, "\"@path\"").starts_with("malformed: @path: "));
  }
  Request zero = rfc_request();
  zero.method = std::string("PO\0ST", 5);
  CHECK(lines(zero, "\"@method\"").starts_with("malformed: @method: "));
}

TEST_CASE("There is exactly one signature, and one input for it") {
  const Request request = rfc_request();
  CHECK(why(request) == "not_found: the request has no header signature-input");
  Request input_alone = request;
  input_alone.headers.push_back({"signature-input", "sig=()"});
  CHECK(why(input_alone) == "not_found: the request has no header signature");
  CHECK(why(with_input(request, "sig=()")) == "good");
  CHECK(why(with_input(request, "a=(), b=()")) == "authentication: signature-input: 2 signatures, expected one");
  CHECK(why(with_input(request, "")) == "authentication: signature-input: 0 signatures, expected one");
  CHECK(why(with_input(with_input(request, "a=()", "a=:AA==:"), "b=()", "b=:AA==:")) ==
        "authentication: signature-input: 2 signatures, expected one");
  CHECK(why(with_input(request, "sig=()", "sig=:AA==:, b=:AA==:")) ==
        "authentication: signature: 2 signatures, expected one");
  CHECK(why(with_input(request, "a=()")) ==
        "authentication: the signature \"sig\" has no input, there is one for \"a\"");
  CHECK(why(with_input(request, "sig=1")) == "malformed: signature-input: expected a list of components");
  CHECK(why(with_input(request, "sig=()", "sig=\"x\"")) == "malformed: signature: expected a byte sequence");
  CHECK(why(with_input(request, "sig=()", "sig=:AA==:;x")) == "malformed: signature: expected a byte sequence");
  CHECK(why(with_input(request, "sig=(")).starts_with("malformed: signature-input: column "));
  CHECK(why(with_input(request, "sig=()", "sig=:")).starts_with("malformed: signature: column "));
}

TEST_CASE("Parameters of the signature are read, by their types") {
  auto read = read_signature(
      with_input(rfc_request(), "sig=();created=1;expires=2;nonce=\"n\";alg=\"a\";keyid=\"k\";tag=\"t\""));
  REQUIRE(read);
  CHECK(read->created == 1);
  CHECK(read->expires == 2);
  CHECK(read->nonce == "n");
  CHECK(read->alg == "a");
  CHECK(read->keyid == "k");
  CHECK(read->tag == "t");
  CHECK(read->base == "\"@signature-params\": ();created=1;expires=2;nonce=\"n\";alg=\"a\";keyid=\"k\";tag=\"t\"");
  for (const char* parameter : {"created=\"1\"", "expires=?1", "nonce=n", "alg=ed25519", "keyid=:AA==:", "tag"}) {
    CHECK(
        why(with_input(rfc_request(), "sig=();" + std::string(parameter))).starts_with("malformed: signature-input: "));
  }
  CHECK(why(with_input(rfc_request(), "sig=();x=1")) ==
        "unsupported_version: signature-input: the parameter \"x\" of the signature is unknown");
}

TEST_CASE("What is signed is written canonically, however it was sent") {
  auto read = read_signature(with_input(rfc_request(), "sig=(  \"@method\"   \"date\" ); created=0001;  tag=\"t\""));
  REQUIRE(read);
  CHECK(read->base.ends_with("\"@signature-params\": (\"@method\" \"date\");created=1;tag=\"t\""));
}

TEST_CASE("The size of what is signed is bounded") {
  Request request = rfc_request();
  request.headers.push_back({"x-large", std::string(kMaxSignatureBaseBytes, 'x')});
  CHECK(lines(request, "\"x-large\"").starts_with("too_large: "));
  request.headers.push_back({"signature-input", std::string(20'000, 'x')});
  request.headers.push_back({"signature", "sig=:AA==:"});
  CHECK(why(request).starts_with("too_large: signature-input: "));
}

TEST_CASE("Damaged headers are refused or read, and never throw") {
  test::Rng rng(11);
  const std::string input = "sig=(\"@method\" \"date\";sf);created=1618884473;keyid=\"k\\\"\";tag=\"medchain\"";
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = input;
    for (std::size_t left = 1 + rng.below(3); left > 0; --left) {
      changed[rng.below(changed.size())] = static_cast<char>(rng.below(256));
    }
    auto read = read_signature(with_input(rfc_request(), changed.substr(0, rng.below(changed.size() + 1))));
    if (read) CHECK(read->base.find('\0') == std::string::npos);
  }
}
