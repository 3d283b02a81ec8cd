// What we ask of a signed request beyond RFC 9421, and that what our clients sign has it.
#include <algorithm>

#include "content_digest.h"
#include "medchain/message_signature.h"
#include "support/catch.h"
#include "support/genesis.h"

using namespace medchain;
using namespace medchain::http;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::string_view kBody = "{\"transaction\":\"AA==\"}";

const Address kNode = test::test_keys("node").address();

Request unsigned_request() { return {"POST", "node.example:7443", "/v1/transactions", "?wait=1", {}}; }

Signing signing_of(const SigningKey& key) {
  Signing signing;
  signing.caller = address_of(key.public_key());
  signing.node = kNode;
  signing.created_s = kNow;
  return signing;
}

Request signed_request(const SigningKey& key) {
  Request request = unsigned_request();
  REQUIRE(sign_request(request, view(kBody), signing_of(key), key));
  return request;
}

// The whole path of a request into a node.
Result<Address> judge(const Request& request, const SigningPublicKey& key, std::string_view body = kBody,
                      Profile profile = {kNow, true, kNode}) {
  auto read = read_signature(request);
  if (!read) return read.error();
  auto caller = check_signature(*read, request, profile);
  if (!caller) return caller;
  MEDCHAIN_TRY(verify_signature(*read, key));
  auto digest = header(request, "content-digest");
  if (!digest) return digest.error();
  if (profile.has_body) MEDCHAIN_TRY(check_content_digest(**digest, view(body)));
  return caller;
}

std::string why(const Result<Address>& judged) {
  return judged ? "good" : std::string(error_name(judged.error().code())) + ": " + judged.error().message();
}

std::string& value_of(Request& request, std::string_view name) {
  auto found = std::ranges::find(request.headers, name, &Header::name);
  REQUIRE(found != request.headers.end());
  return found->value;
}

// A request whose signature covers and says what `input` has after "sig=".
std::string profile_of(const std::string& input, Request request = unsigned_request(), bool has_body = true) {
  request.headers.push_back({std::string(kNodeHeader), kNode.text()});
  request.headers.push_back({"content-digest", content_digest(view(kBody))});
  request.headers.push_back({"signature-input", "sig=" + input});
  request.headers.push_back({"signature", "sig=:AA==:"});
  auto read = read_signature(request);
  REQUIRE(read);
  return why(check_signature(*read, request, {kNow, has_body, kNode}));
}

const std::string kAll = "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"medchain-node\")";

std::string parameters(std::int64_t created = kNow, const std::string& more = "") {
  return ";created=" + std::to_string(created) + ";keyid=\"" + test::test_keys("alice").address().text() +
         "\";tag=\"medchain\"" + more;
}

}  // namespace

TEST_CASE("What our clients sign is taken, with either kind of key") {
  for (auto algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kP256}) {
    const SigningKey key = test::test_signing_key("alice", algorithm);
    const Request request = signed_request(key);
    auto caller = judge(request, key.public_key());
    REQUIRE(caller);
    CHECK(*caller == address_of(key.public_key()));
  }
}

TEST_CASE("A signed request changed anywhere is refused") {
  const SigningKey key = test::test_signing_key("alice");
  const Request good = signed_request(key);
  REQUIRE(judge(good, key.public_key()));
  auto changed = [&](auto change) {
    Request request = good;
    change(request);
    return why(judge(request, key.public_key()));
  };
  CHECK(changed([](Request& r) { r.method = "PUT"; }).starts_with("authentication: the signature is not one by"));
  CHECK(changed([](Request& r) { r.authority = "other.example"; }).starts_with("authentication: "));
  CHECK(changed([](Request& r) { r.path += "x"; }).starts_with("authentication: "));
  CHECK(changed([](Request& r) { r.query += "x"; }).starts_with("authentication: "));
  CHECK(changed([](Request& r) { r.query = ""; }).starts_with("authentication: "));
  CHECK(changed([](Request& r) {
          value_of(r, "content-digest") = content_digest(view("x"));
        }).starts_with("authentication: the signature is not one by"));
  CHECK(changed([](Request& r) {
          r.headers.push_back({"content-digest", "sha-512=:AA==:"});
        }).starts_with("authentication: "));
  CHECK(changed([](Request& r) {
          value_of(r, "medchain-node") = Address{}.text();
        }).starts_with("authentication: medchain-node: the request is for " + Address{}.text()));
  CHECK(changed([](Request& r) { r.headers.push_back({"x-other", "may be added"}); }) == "good");
  for (const char* name : {"medchain-node", "content-digest", "signature-input", "signature"}) {
    CHECK(changed([&](Request& r) { std::erase_if(r.headers, [&](auto& h) { return h.name == name; }); }) != "good");
    CHECK(changed([&](Request& r) { r.headers.push_back({name, value_of(r, name)}); }) != "good");
  }
  CHECK(why(judge(good, key.public_key(), "{}")).starts_with("authentication: content-digest: "));
  CHECK(why(judge(good, test::test_signing_key("bob").public_key())).starts_with("authentication: "));
  for (std::size_t i = 0; i < value_of(*std::make_unique<Request>(good), "signature-input").size(); ++i) {
    CHECK(changed([i](Request& r) { value_of(r, "signature-input")[i] ^= 1; }) != "good");
  }
}

TEST_CASE("Everything that makes a request what it is must be covered") {
  CHECK(profile_of(kAll + parameters()) == "good");
  for (const char* name : {"@method", "@authority", "@path", "@query", "content-digest", "medchain-node"}) {
    std::string components = kAll;
    const std::string quoted = "\"" + std::string(name) + "\"";
    components.replace(components.find(quoted), quoted.size(), "\"@scheme\"");
    CHECK(profile_of(components + parameters()) ==
          "authentication: the signature does not cover \"" + std::string(name) + "\"");
  }
  Request no_query = unsigned_request();
  no_query.query.clear();
  CHECK(profile_of("(\"@method\" \"@authority\" \"@path\" \"medchain-node\")" + parameters(), no_query, false) ==
        "good");
  no_query.query = "?";  // an empty one, which is there all the same
  CHECK(profile_of("(\"@method\" \"@authority\" \"@path\" \"medchain-node\")" + parameters(), no_query, false) ==
        "authentication: the signature does not cover \"@query\"");
}

TEST_CASE("A signature is good for a minute around its time") {
  for (std::int64_t age : {-60, -1, 0, 1, 60}) CHECK(profile_of(kAll + parameters(kNow - age)) == "good");
  CHECK(profile_of(kAll + parameters(kNow - 61)) ==
        "timeout: the signature was created 61 s ago, at most 60 s are allowed");
  CHECK(profile_of(kAll + parameters(kNow + 61)) ==
        "authentication: the signature was created 61 s ahead of this node's clock, at most 60 s are allowed");
  CHECK(profile_of(kAll + parameters(-999'999'999'999'999)).starts_with("timeout: "));
  CHECK(profile_of(kAll + parameters(999'999'999'999'999)).starts_with("authentication: "));
  auto expires = [](std::int64_t created, std::int64_t at) {
    return profile_of(kAll + parameters(created, ";expires=" + std::to_string(at)));
  };
  CHECK(expires(kNow - 10, kNow) == "good");
  CHECK(expires(kNow, kNow + 300) == "good");
  CHECK(expires(kNow - 10, kNow - 1) == "timeout: the signature expired 1 s ago");
  CHECK(expires(kNow, kNow + 301) ==
        "authentication: the signature expires 301 s after it was created, expected 0 to 300 s");
  CHECK(expires(kNow, kNow - 1).starts_with("authentication: the signature expires -1 s after"));
}

TEST_CASE("Parameters that the profile asks for must be there") {
  const std::string keyid = ";keyid=\"" + Address{}.text() + "\"";
  CHECK(profile_of(kAll + keyid + ";tag=\"medchain\"") == "authentication: the signature has no parameter created");
  CHECK(profile_of(kAll + ";created=1800000000;tag=\"medchain\"")
            .starts_with("authentication: the signature has no "
                         "parameter keyid"));
  CHECK(profile_of(kAll + ";created=1800000000" + keyid) == "authentication: the signature's tag is not \"medchain\"");
  CHECK(profile_of(kAll + ";created=1800000000;tag=\"other\"" + keyid) ==
        "authentication: the signature's tag is not \"medchain\"");
  CHECK(profile_of(kAll + ";created=1800000000;keyid=\"alice\";tag=\"medchain\"") ==
        "authentication: keyid: expected the caller's address (med1...), not \"alice\"");
}

TEST_CASE("The algorithm, where it is named, is that of the key") {
  const SigningKey key = test::test_signing_key("alice");
  const Request request = signed_request(key);
  auto read = read_signature(request);
  REQUIRE(read);
  CHECK(read->alg == "ed25519");
  auto verified = verify_signature(*read, test::test_signing_key("alice", KeyAlgorithm::kP256).public_key());
  REQUIRE_FALSE(verified);
  CHECK(verified.error().message() == "alg is \"ed25519\", the caller's current key is for ecdsa-p256-sha256");
  read->alg = "rsa-pss-sha512";
  CHECK_FALSE(verify_signature(*read, key.public_key()));
  read->alg.reset();
  CHECK(verify_signature(*read, key.public_key()));  // it stays covered by the base, whatever is made of it
  CHECK(algorithm_name(KeyAlgorithm::kP256) == "ecdsa-p256-sha256");
}

TEST_CASE("Which problem it is") {
  CHECK(signature_problem(read_signature(unsigned_request()).error()) == "unauthenticated");
  CHECK(signature_problem(Error(ErrorCode::kTimeout, "")) == "signature_expired");
  CHECK(signature_problem(Error(ErrorCode::kAuthentication, "")) == "invalid_signature");
  CHECK(signature_problem(Error(ErrorCode::kMalformed, "")) == "invalid_signature");
}

TEST_CASE("Signing again replaces the headers, and takes what the caller chooses") {
  const SigningKey key = test::test_signing_key("alice");
  Request request = signed_request(key);
  Signing signing = signing_of(key);
  signing.expires_s = kNow + 30;
  signing.nonce = "n-1";
  signing.label = "mine";
  REQUIRE(sign_request(request, std::nullopt, signing, key));
  REQUIRE(sign_request(request, view(kBody), signing, key));
  CHECK(request.headers.size() == 4);
  CHECK(judge(request, key.public_key()));
  auto read = read_signature(request);
  REQUIRE(read);
  CHECK(read->label == "mine");
  CHECK(read->nonce == "n-1");
  CHECK(read->expires == kNow + 30);
}

TEST_CASE("What cannot stand in a header is not signed") {
  const SigningKey key = test::test_signing_key("alice");
  auto refused = [&](auto change) {
    Request request = unsigned_request();
    Signing signing = signing_of(key);
    change(request, signing);
    auto made = sign_request(request, view(kBody), signing, key);
    return !made && made.error().code() == ErrorCode::kInvalidArgument;
  };
  CHECK(refused([](Request&, Signing& s) { s.nonce = "a\nb"; }));
  CHECK(refused([](Request&, Signing& s) { s.label = "Sig"; }));
  CHECK(refused([](Request&, Signing& s) { s.label = ""; }));
  CHECK(refused([](Request&, Signing& s) { s.created_s = INT64_MAX; }));
  CHECK(refused([](Request& r, Signing&) { r.path = "/a\nb"; }));
  CHECK_FALSE(refused([](Request&, Signing&) {}));
}
