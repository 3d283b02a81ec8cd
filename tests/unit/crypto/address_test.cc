#include "bech32m.h"
#include "fixtures.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;
namespace bech32m = medchain::crypto::bech32m;

TEST_CASE("an address goes to text and back") {
  auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  Address address = KeyPair::generate(algorithm).address();
  std::string text = address.text();
  CHECK(text.size() == 62);
  CHECK(text.starts_with("med1"));
  CHECK(*Address::parse(text) == address);
  std::string upper = text;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  CHECK(*Address::parse(upper) == address);
  upper[10] = text[10] == upper[10] ? upper[10] : text[10];
  if (upper[10] >= 'a') CHECK_FALSE(Address::parse(upper).ok());
}

TEST_CASE("the address is the hash of the signing key with its algorithm") {
  KeyPair pair = KeyPair::generate(KeyAlgorithm::kP256);
  Bytes key{1};
  append(key, pair.signing.public_key().bytes());
  CHECK(pair.address().bytes == hash_with_domain("medchain/address/v1", {key}).bytes);
}

TEST_CASE("every wrong character is found, and so are two that changed places") {
  std::string text = people().alice.address().text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (char c : std::string_view("qpzry9x8gf2tvdw0s3jn54khce6mua7lb1io -")) {
      std::string altered = text;
      altered[i] = c;
      if (altered != text) CHECK_FALSE(Address::parse(altered).ok());
    }
    CHECK_FALSE(Address::parse(text.substr(0, i)).ok());
    CHECK_FALSE(Address::parse(text.substr(0, i) + text.substr(i + 1)).ok());
    if (i > 0 && text[i] != text[i - 1]) {
      std::string swapped = text;
      std::swap(swapped[i], swapped[i - 1]);
      CHECK_FALSE(Address::parse(swapped).ok());
    }
  }
  CHECK_FALSE(Address::parse(text + "q").ok());
  CHECK_FALSE(Address::parse(" " + text).ok());
  CHECK_FALSE(Address::parse("").ok());
}

TEST_CASE("another prefix, another length and stray padding are refused with the reason") {
  Bytes symbols = bech32m::to_symbols(Bytes(32, 7));
  CHECK(Address::parse(bech32m::print("med", symbols)).ok());
  CHECK(Address::parse(bech32m::print("bc", symbols)).error().message().find("expected \"med1\"") != std::string::npos);
  CHECK(Address::parse(bech32m::print("med", bech32m::to_symbols(Bytes(31)))).error().message().find("31 bytes") !=
        std::string::npos);
  Bytes padded = symbols;
  padded.back() |= 1;
  CHECK_FALSE(Address::parse(bech32m::print("med", padded)).ok());
  padded = symbols;
  padded.push_back(0);
  CHECK_FALSE(Address::parse(bech32m::print("med", padded)).ok());
}

TEST_CASE("bytes go to 5-bit symbols and back at every length") {
  for (std::size_t size = 0; size < 50; ++size) {
    Bytes symbols = bech32m::to_symbols(document(size));
    CHECK(symbols.size() == (size * 8 + 4) / 5);
    CHECK(*bech32m::from_symbols(symbols) == document(size));
  }
}
