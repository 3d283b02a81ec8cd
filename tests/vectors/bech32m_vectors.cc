#include "bech32m.h"

#include "vector_file.h"

using namespace medchain;
using namespace medchain::vectors;
namespace bech32m = medchain::crypto::bech32m;

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

// The rules of BIP-141 and BIP-350 for versions 1 to 16, on top of the decoder under test: only what a segregated
// witness address is beyond bech32m.
std::optional<Bytes> parse_segwit(const std::string& address) {
  auto parts = bech32m::parse(address);
  if (!parts || (parts->prefix != "bc" && parts->prefix != "tb") || parts->symbols.empty()) return std::nullopt;
  std::uint8_t version = parts->symbols[0];
  auto program = bech32m::from_symbols(ByteView(parts->symbols).subspan(1));
  if (version < 1 || version > 16 || !program || program->size() < 2 || program->size() > 40) return std::nullopt;
  Bytes script{static_cast<std::uint8_t>(0x50 + version), static_cast<std::uint8_t>(program->size())};
  append(script, *program);
  return script;
}

}  // namespace

TEST_CASE("BIP-350: valid bech32m strings") {
  auto file = load("bip350_bech32m.json");
  if (!file) return;
  Counts counts("bech32m, valid strings");
  for (const Json& entry : file->at("valid_bech32m")) {
    std::string text = entry.get<std::string>();
    CAPTURE(text);
    auto parts = bech32m::parse(text);
    REQUIRE(parts.ok());
    CHECK(bech32m::print(parts->prefix, parts->symbols) == lower(text));
    counts.run();
  }
  CHECK(counts.ran() == 7);
}

TEST_CASE("BIP-350: invalid bech32m strings") {
  auto file = load("bip350_bech32m.json");
  if (!file) return;
  Counts counts("bech32m, invalid strings");
  for (const Json& entry : file->at("invalid_bech32m")) {
    Bytes bytes = hex(entry.at("hex"));
    CAPTURE(entry.at("reason").get<std::string>());
    CHECK_FALSE(bech32m::parse(text(bytes)).ok());
    counts.run();
  }
  CHECK(counts.ran() == 14);
}

TEST_CASE("BIP-350: segregated witness addresses") {
  auto file = load("bip350_bech32m.json");
  if (!file) return;
  Counts counts("bech32m, segregated witness addresses");
  for (const Json& entry : file->at("valid_segwit_addresses")) {
    std::string address = entry.at("address");
    CAPTURE(address);
    Bytes script = hex(entry.at("scriptPubKey"));
    if (script[0] == 0) {
      CHECK_FALSE(bech32m::parse(address).ok());  // bech32 is not bech32m
      counts.skip("witness version 0 is bech32, which is refused");
      continue;
    }
    CHECK(parse_segwit(address) == script);
    counts.run();
  }
  for (const Json& entry : file->at("invalid_segwit_addresses")) {
    CAPTURE(entry.at("reason").get<std::string>());
    CHECK_FALSE(parse_segwit(entry.at("address")).has_value());
    counts.run();
  }
  CHECK(counts.ran() == 5 + 15);
}
