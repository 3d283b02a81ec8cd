// docs/http-signatures.md says what the code does: its worked example is signed again here, from the documented key.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "content_digest.h"
#include "medchain/message_signature.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::http;

namespace {

std::string document() {
  std::ifstream file(std::string(MEDCHAIN_SOURCE) + "/docs/http-signatures.md");
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands between ```<fence> and ```, by fence; of fences that come several times, the first.
std::map<std::string, std::string> fenced() {
  std::map<std::string, std::string> blocks;
  std::istringstream lines(document());
  std::string fence;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      fence = fence.empty() ? line.substr(3) : "";
      if (!fence.empty() && blocks.contains(fence)) fence = "(again)";
    } else if (!fence.empty()) {
      blocks[fence] += line + "\n";
    }
  }
  return blocks;
}

std::string without_last_newline(std::string text) {
  REQUIRE(text.ends_with('\n'));
  text.pop_back();
  return text;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

struct Example {
  Request request;
  std::string body;
};

// A request as HTTP/1.1 writes it, with plain line ends.
Example parse_example(const std::string& text) {
  Example example;
  std::istringstream lines(text);
  std::string target;
  std::string version;
  lines >> example.request.method >> target >> version >> std::ws;
  example.request.path = target.substr(0, target.find('?'));
  if (target.find('?') != std::string::npos) example.request.query = target.substr(target.find('?'));
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    const auto colon = line.find(": ");
    REQUIRE(colon != std::string::npos);
    example.request.headers.push_back({lower(line.substr(0, colon)), line.substr(colon + 2)});
  }
  std::getline(lines, example.body);
  auto host = header(example.request, "host");
  example.request.authority = host->value();
  return example;
}

SigningKey key_from(const std::string& hex_lines) {
  auto seed = from_hex(without_last_newline(hex_lines));
  REQUIRE(seed);
  auto key = SigningKey::from_secret(KeyAlgorithm::kEd25519, *seed);
  REQUIRE(key);
  return std::move(*key);
}

}  // namespace

TEST_CASE("The worked example of docs/http-signatures.md is true") {
  auto blocks = fenced();
  const SigningKey key = key_from(blocks["seed"]);
  const Example example = parse_example(blocks["request"]);
  auto documented = read_signature(example.request);
  REQUIRE(documented);
  CHECK(documented->base == without_last_newline(blocks["base"]));

  Signing signing;
  signing.caller = address_of(key.public_key());
  signing.node = *Address::parse(header(example.request, kNodeHeader)->value());
  signing.created_s = documented->created.value_or(0);
  signing.label = documented->label;
  Request again = example.request;
  REQUIRE(sign_request(again, view(example.body), signing, key));
  for (const char* name : {"content-digest", "signature-input", "signature"}) {
    CHECK(header(again, name)->value() == header(example.request, name)->value());
  }

  auto caller = check_signature(*documented, example.request, {signing.created_s, true, signing.node});
  REQUIRE(caller);
  CHECK(*caller == address_of(key.public_key()));
  CHECK(verify_signature(*documented, key.public_key()));
  CHECK(check_content_digest(header(example.request, "content-digest")->value(), view(example.body)));
}

TEST_CASE("The document names the figures and names that the code has") {
  const std::string text = document();
  for (const std::string& said :
       {std::to_string(kClockTolerance_s) + " seconds", std::to_string(kMaxLifetime_s) + " seconds",
        "tag=\"" + std::string(kSignatureTag) + "\"", "`" + std::string(kNodeHeader) + "`",
        "`" + std::string(algorithm_name(KeyAlgorithm::kEd25519)) + "`",
        "`" + std::string(algorithm_name(KeyAlgorithm::kP256)) + "`"}) {
    CAPTURE(said);
    CHECK(text.find(said) != std::string::npos);
  }
}
