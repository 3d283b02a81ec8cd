// HTTP message signatures (RFC 9421) of requests, with ed25519 and ecdsa-p256-sha256. docs/http-signatures.md shows how
// a client makes one.
//
//   auto read = read_signature(request);                                    // what the headers say; nothing is
//   believed auto caller = check_signature(*read, request, {now_s, has_body, node});  // our profile
//   verify_signature(*read, current_signing_key_of(*caller));                // now it is the caller's
//   check_content_digest(*header(request, "content-digest"), body);          // and so is the body
//
// The signature is over the RFC's signature base alone, not in a domain of MedChain's. Nobody gains by it: a base
// begins with a quotation mark and holds no zero byte, what is signed in a domain begins with "medchain/" and holds
// one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/keys.h"

namespace medchain::http {

inline constexpr std::string_view kSignatureTag = "medchain";
inline constexpr std::string_view kNodeHeader = "medchain-node";
inline constexpr std::int64_t kClockTolerance_s = 60;
inline constexpr std::int64_t kMaxLifetime_s = 300;
inline constexpr std::size_t kMaxSignatureBaseBytes = 64 * 1024;

struct Header {
  std::string name;  // lower case
  std::string value;
};
struct Request {
  std::string method;     // "GET"
  std::string authority;  // of Host or :authority, as it came; normalised where it is covered
  std::string path;       // "/v1/status", encoded as it came; empty counts as "/"
  std::string query;      // with or without its "?"; empty: there is none
  std::vector<Header> headers;
  std::string scheme = "https";
};
// All values of that name, each trimmed, joined by ", " (RFC 9421 section 2.1); nothing when there is none. kMalformed:
// a control character in it.
Result<std::optional<std::string>> header(const Request& request, std::string_view name);

// What the headers Signature-Input and Signature say, and what was signed if they say the truth.
struct SignedBy {
  std::string label;
  std::optional<std::string> keyid;
  std::optional<std::int64_t> created;  // Unix time in seconds
  std::optional<std::int64_t> expires;
  std::optional<std::string> nonce;
  std::optional<std::string> tag;
  std::optional<std::string> alg;
  std::vector<std::string> covered;  // component names, in order: "@method", "content-digest", ...
  std::string base;                  // the signature base, section 2.5. Names the request: equal bases are one request
  Bytes signature;

  bool covers(std::string_view component) const;
};
// kNotFound: there is no signature. kAuthentication: there are several, or not one input for it. kMalformed.
// kUnsupportedVersion: a component parameter, a derived component of which this knows nothing, or a parameter of the
// signature that RFC 9421 does not define. kInvalidArgument: a component that the request does not have, or one named
// twice. kTooLarge.
Result<SignedBy> read_signature(const Request& request);

struct Profile {
  std::int64_t now_s = 0;  // Unix time
  bool has_body = false;
  Address node;  // this one: what medchain-node must say, so that no node passes a request on as its own
};
// What a request must have to count here, whoever signed it: @method, @authority, @path, medchain-node covered, @query
// when there is one, content-digest when there is a body; tag "medchain"; created within a minute of now; expires, if
// any, ahead, and at most five minutes after created; keyid an address, which is the result. kTimeout: too old, or
// expired. Everything else is kAuthentication.
Result<Address> check_signature(const SignedBy& signed_by, const Request& request, const Profile& profile);

// kAuthentication: `key` did not make it, or `alg` names another algorithm. P-256 signatures are taken with low s and
// with high s, as other programs make them: so a request is known by its base, never by its signature.
Result<void> verify_signature(const SignedBy& signed_by, const SigningPublicKey& key);

// Which problem (problem.h) the error of any function above is: "signature_expired", "unauthenticated" or
// "invalid_signature".
std::string_view signature_problem(const Error& error);

// --- for clients

struct Signing {
  Address caller;
  Address node;
  std::int64_t created_s = 0;
  std::optional<std::int64_t> expires_s = std::nullopt;
  std::optional<std::string> nonce = std::nullopt;
  std::string label = "sig";
};
// Adds medchain-node, content-digest when there is a body, signature-input and signature to the request's headers, in
// place of any that it has. kInvalidArgument when a value cannot stand in a header.
Result<void> sign_request(Request& request, std::optional<ByteView> body, const Signing& signing,
                          const SigningKey& key);

// "ed25519" or "ecdsa-p256-sha256" (RFC 9421 section 6.2.2).
std::string_view algorithm_name(KeyAlgorithm algorithm);

}  // namespace medchain::http
