#include "medchain/message_signature.h"

#include <algorithm>

#include "medchain/raw_signature.h"
#include "problem.h"
#include "structured_fields.h"

namespace medchain::http {
namespace {

Error refused(std::string why) { return {ErrorCode::kAuthentication, std::move(why)}; }

std::string_view trimmed(std::string_view value) {
  const auto first = value.find_first_not_of(" \t");
  if (first == value.npos) return {};
  return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

bool is_line_of_ascii(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\t'; });
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view kTokenCharacters = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
  return !name.empty() && name.find_first_not_of(kTokenCharacters) == name.npos;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// RFC 9421 section 2.2.3: in lower case, without the scheme's own port.
std::string normal_authority(const Request& request) {
  std::string authority = lower(request.authority);
  const std::string_view port = lower(request.scheme) == "http" ? ":80" : ":443";
  if (authority.ends_with(port)) authority.resize(authority.size() - port.size());
  return authority;
}

std::string normal_path(const Request& request) { return request.path.empty() ? "/" : request.path; }

// With its question mark; empty: there is no query.
std::string query_part(const Request& request) {
  return request.query.empty() || request.query.front() == '?' ? request.query : "?" + request.query;
}

// Section 2.2.
Result<std::string> derived(const Request& request, std::string_view name) {
  if (name == "@method") return request.method;
  if (name == "@authority") return normal_authority(request);
  if (name == "@scheme") return lower(request.scheme);
  if (name == "@path") return normal_path(request);
  if (name == "@query") return request.query.empty() ? "?" : query_part(request);
  if (name == "@request-target") return normal_path(request) + query_part(request);
  if (name == "@target-uri") {
    return lower(request.scheme) + "://" + request.authority + normal_path(request) + query_part(request);
  }
  return Error(ErrorCode::kUnsupportedVersion, "the component " + shown(name) + " is not one that this node knows");
}

Result<std::string> component(const Request& request, std::string_view name) {
  if (name.starts_with('@')) return derived(request, name);
  if (!is_header_name(name)) return Error(ErrorCode::kInvalidArgument, shown(name) + " is no name of a header");
  auto value = header(request, name);
  if (!value) return value.error();
  if (!*value) {
    return Error(ErrorCode::kInvalidArgument, "the request has no header " + std::string(name) + ", which is signed");
  }
  return std::move(**value);
}

Result<std::vector<std::string>> component_names(const fields::InnerList& list) {
  std::vector<std::string> names;
  for (const fields::Item& item : list.items) {
    const auto* name = std::get_if<std::string>(&item.value);
    if (name == nullptr) return Error(ErrorCode::kMalformed, "a component that is not a string");
    if (!item.parameters.empty()) {
      return Error(ErrorCode::kUnsupportedVersion, "the parameter " + shown(item.parameters.front().first) +
                                                       " of the component " + shown(*name) + ": none are taken");
    }
    if (std::ranges::find(names, *name) != names.end()) {
      return Error(ErrorCode::kInvalidArgument, "the component " + shown(*name) + " is named twice");
    }
    names.push_back(*name);
  }
  return names;
}

// Section 2.5.
Result<std::string> signature_base(const Request& request, const std::vector<std::string>& covered,
                                   const fields::InnerList& list) {
  std::string base;
  for (const std::string& name : covered) {
    auto value = component(request, name);
    if (!value) return value;
    if (!is_line_of_ascii(*value)) {
      return Error(ErrorCode::kMalformed, std::string(name) + ": a character outside printable ASCII");
    }
    base += "\"" + name + "\": " + *value + "\n";
    if (base.size() > kMaxSignatureBaseBytes) break;
  }
  auto parameters = fields::serialise(list);
  if (!parameters) return parameters;
  base += "\"@signature-params\": " + *parameters;
  if (base.size() <= kMaxSignatureBaseBytes) return base;
  return Error(ErrorCode::kTooLarge,
               "what is signed has more than " + std::to_string(kMaxSignatureBaseBytes) + " bytes");
}

// The parameter's value, when it has the type of `to`.
template <class T>
bool take(const fields::BareItem& value, std::optional<T>& to) {
  if (const T* typed = std::get_if<T>(&value)) to = *typed;
  return to.has_value();
}

// Section 2.3.
Result<void> read_parameters(const fields::Parameters& parameters, SignedBy& out) {
  for (const auto& [name, value] : parameters) {
    bool taken = false;
    if (name == "created") {
      taken = take(value, out.created);
    } else if (name == "expires") {
      taken = take(value, out.expires);
    } else if (name == "nonce") {
      taken = take(value, out.nonce);
    } else if (name == "alg") {
      taken = take(value, out.alg);
    } else if (name == "keyid") {
      taken = take(value, out.keyid);
    } else if (name == "tag") {
      taken = take(value, out.tag);
    } else {
      return Error(ErrorCode::kUnsupportedVersion, "the parameter " + shown(name) + " of the signature is unknown");
    }
    if (!taken) return Error(ErrorCode::kMalformed, "the parameter " + name + " is of the wrong type");
  }
  return {};
}

// The one member of the dictionary in this header.
Result<fields::Member> only_member(const Request& request, std::string_view name) {
  auto value = header(request, name);
  if (!value) return value.error();
  if (!*value) return Error(ErrorCode::kNotFound, "the request has no header " + std::string(name));
  auto dictionary = fields::parse_dictionary(**value);
  if (!dictionary) return dictionary.error().in(name);
  if (dictionary->size() == 1) return std::move(dictionary->front());
  return refused(std::string(name) + ": " + std::to_string(dictionary->size()) + " signatures, expected one");
}

Result<void> check_covered(const SignedBy& signed_by, const Request& request, const Profile& profile) {
  std::vector<std::string_view> wanted{"@method", "@authority", "@path", kNodeHeader};
  if (!request.query.empty()) wanted.emplace_back("@query");
  if (profile.has_body) wanted.emplace_back("content-digest");
  for (std::string_view name : wanted) {
    if (!signed_by.covers(name)) return refused("the signature does not cover \"" + std::string(name) + "\"");
  }
  return {};
}

std::string seconds(std::int64_t count) { return std::to_string(count) + " s"; }

Result<void> check_times(const SignedBy& signed_by, std::int64_t now_s) {
  if (!signed_by.created) return refused("the signature has no parameter created");
  const std::int64_t created = *signed_by.created;
  if (created > now_s + kClockTolerance_s) {
    return refused("the signature was created " + seconds(created - now_s) + " ahead of this node's clock, at most " +
                   seconds(kClockTolerance_s) + " are allowed");
  }
  if (created < now_s - kClockTolerance_s) {
    return Error(ErrorCode::kTimeout, "the signature was created " + seconds(now_s - created) + " ago, at most " +
                                          seconds(kClockTolerance_s) + " are allowed");
  }
  if (!signed_by.expires) return {};
  const std::int64_t lifetime = *signed_by.expires - created;
  if (lifetime < 0 || lifetime > kMaxLifetime_s) {
    return refused("the signature expires " + seconds(lifetime) + " after it was created, expected 0 to " +
                   seconds(kMaxLifetime_s));
  }
  if (now_s > *signed_by.expires) {
    return Error(ErrorCode::kTimeout, "the signature expired " + seconds(now_s - *signed_by.expires) + " ago");
  }
  return {};
}

Result<void> check_node(const Request& request, const Address& node) {
  auto value = header(request, kNodeHeader);
  if (!value) return value.error();
  auto named = *value ? Address::parse(**value) : Result<Address>(refused("is missing"));
  if (!named) return refused(std::string(kNodeHeader) + ": " + named.error().message());
  if (*named == node) return {};
  return refused(std::string(kNodeHeader) + ": the request is for " + named->text() + ", this node is " + node.text());
}

}  // namespace

Result<std::optional<std::string>> header(const Request& request, std::string_view name) {
  std::optional<std::string> combined;
  for (const Header& header : request.headers) {
    if (header.name != name) continue;
    const std::string_view value = trimmed(header.value);
    if (!is_line_of_ascii(value)) {
      return Error(ErrorCode::kMalformed, std::string(name) + ": a character outside printable ASCII");
    }
    combined = combined ? *combined + ", " + std::string(value) : std::string(value);
  }
  return combined;
}

bool SignedBy::covers(std::string_view component) const {
  return std::ranges::find(covered, component) != covered.end();
}

Result<SignedBy> read_signature(const Request& request) {
  auto input = only_member(request, "signature-input");
  if (!input) return input.error();
  auto value = only_member(request, "signature");
  if (!value) return value.error();
  if (input->key != value->key) {
    return refused("the signature " + shown(value->key) + " has no input, there is one for " + shown(input->key));
  }
  const auto* list = std::get_if<fields::InnerList>(&input->value);
  if (list == nullptr) return Error(ErrorCode::kMalformed, "signature-input: expected a list of components");
  const auto* item = std::get_if<fields::Item>(&value->value);
  const auto* bytes = item != nullptr && item->parameters.empty() ? std::get_if<Bytes>(&item->value) : nullptr;
  if (bytes == nullptr) return Error(ErrorCode::kMalformed, "signature: expected a byte sequence");

  SignedBy out;
  out.label = input->key;
  out.signature = *bytes;
  auto covered = component_names(*list);
  if (!covered) return covered.error().in("signature-input");
  out.covered = std::move(*covered);
  if (auto read = read_parameters(list->parameters, out); !read) return read.error().in("signature-input");
  auto base = signature_base(request, out.covered, *list);
  if (!base) return base.error();
  out.base = std::move(*base);
  return out;
}

Result<Address> check_signature(const SignedBy& signed_by, const Request& request, const Profile& profile) {
  MEDCHAIN_TRY(check_covered(signed_by, request, profile));
  if (signed_by.tag != kSignatureTag) return refused("the signature's tag is not \"medchain\"");
  MEDCHAIN_TRY(check_times(signed_by, profile.now_s));
  MEDCHAIN_TRY(check_node(request, profile.node));
  if (!signed_by.keyid) return refused("the signature has no parameter keyid, which names the caller");
  auto caller = Address::parse(*signed_by.keyid);
  if (!caller) return refused("keyid: expected the caller's address (med1...), not " + shown(*signed_by.keyid));
  return caller;
}

Result<void> verify_signature(const SignedBy& signed_by, const SigningPublicKey& key) {
  if (signed_by.alg && *signed_by.alg != algorithm_name(key.algorithm)) {
    return refused("alg is " + shown(*signed_by.alg) + ", the caller's current key is for " +
                   std::string(algorithm_name(key.algorithm)));
  }
  if (verify_raw(key, view(signed_by.base), signed_by.signature)) return {};
  return refused("the signature is not one by the caller's current key over this request");
}

std::string_view signature_problem(const Error& error) {
  if (error.code() == ErrorCode::kNotFound) return "unauthenticated";
  return error.code() == ErrorCode::kTimeout ? "signature_expired" : "invalid_signature";
}

std::string_view algorithm_name(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::kEd25519 ? "ed25519" : "ecdsa-p256-sha256";
}

}  // namespace medchain::http
