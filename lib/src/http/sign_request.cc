#include <algorithm>

#include "content_digest.h"
#include "medchain/message_signature.h"
#include "medchain/raw_signature.h"
#include "structured_fields.h"

namespace medchain::http {
namespace {

void set_header(Request& request, std::string_view name, std::string value) {
  std::erase_if(request.headers, [&](const Header& header) { return header.name == name; });
  request.headers.push_back({std::string(name), std::move(value)});
}

fields::InnerList signature_input(const Request& request, bool has_body, const Signing& signing,
                                  KeyAlgorithm algorithm) {
  fields::InnerList list;
  auto cover = [&list](std::string_view name) { list.items.push_back({std::string(name), {}}); };
  cover("@method");
  cover("@authority");
  cover("@path");
  if (!request.query.empty()) cover("@query");
  if (has_body) cover("content-digest");
  cover(kNodeHeader);
  list.parameters.emplace_back("created", signing.created_s);
  if (signing.expires_s) list.parameters.emplace_back("expires", *signing.expires_s);
  if (signing.nonce) list.parameters.emplace_back("nonce", *signing.nonce);
  list.parameters.emplace_back("keyid", signing.caller.text());
  list.parameters.emplace_back("alg", std::string(algorithm_name(algorithm)));
  list.parameters.emplace_back("tag", std::string(kSignatureTag));
  return list;
}

}  // namespace

Result<void> sign_request(Request& request, std::optional<ByteView> body, const Signing& signing,
                          const SigningKey& key) {
  set_header(request, kNodeHeader, signing.node.text());
  if (body) set_header(request, "content-digest", content_digest(*body));
  const auto list = signature_input(request, body.has_value(), signing, key.public_key().algorithm);
  auto input = fields::serialise(fields::Dictionary{{signing.label, list}});
  if (!input) return input.error();
  set_header(request, "signature-input", *input);
  // What a verifier will read is what is signed: there is one way to make a signature base.
  set_header(request, "signature", signing.label + "=::");
  auto read = read_signature(request);
  if (!read) return Error(ErrorCode::kInvalidArgument, read.error().message());
  set_header(request, "signature", signing.label + "=:" + to_base64(sign_raw(key, view(read->base)).bytes) + ":");
  return {};
}

}  // namespace medchain::http
