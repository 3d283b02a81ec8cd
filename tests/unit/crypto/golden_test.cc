// Files that were written once and must open for ever. Where the format leaves nothing to chance, writing gives the
// same bytes again. FORMAT.md explains the envelope byte by byte.
#include <fstream>
#include <sstream>

#include "envelope_reader.h"
#include "envelope_writer.h"
#include "fixtures.h"
#include "medchain/key_file.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;

namespace {

std::string golden(const std::string& name) {
  std::ifstream file("tests/vectors/golden/" + name);
  REQUIRE(file.good());
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

Bytes golden_hex(const std::string& name) {
  std::string hex = golden(name);
  std::erase(hex, '\n');
  return *from_hex(hex);
}

// Secret keys of 32 equal bytes: `first` for signing, the next for sealing.
KeyPair pair_of(KeyAlgorithm algorithm, std::uint8_t first) {
  return {std::move(*SigningKey::from_secret(algorithm, Bytes(32, first))),
          std::move(*SealingKey::from_secret(algorithm, Bytes(32, static_cast<std::uint8_t>(first + 1))))};
}
KeyPair alice() { return pair_of(KeyAlgorithm::kEd25519, 1); }
KeyPair bob() { return pair_of(KeyAlgorithm::kP256, 3); }
KeyPair carol() { return pair_of(KeyAlgorithm::kEd25519, 5); }

Bytes golden_document() {
  Bytes bytes(300);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

}  // namespace

TEST_CASE("golden: key files") {
  CHECK(text(encode_key_file(alice(), std::nullopt).expose()) == golden("alice.key"));
  CHECK(encode_public_key_file(alice().public_keys()) == golden("alice.pub"));
  CHECK(encode_public_key_file(carol().public_keys()) == golden("carol.pub"));
  auto read = decode_key_file(view(golden("alice.key")), std::nullopt);
  CHECK(equal(read->signing.secret().expose(), Bytes(32, 1)));
  CHECK(equal(read->sealing.secret().expose(), Bytes(32, 2)));
  // The binding of a P-256 key is a signature with a random nonce, so these can only be read.
  read = decode_key_file(view(golden("bob.key")), std::nullopt);
  CHECK(equal(read->signing.secret().expose(), Bytes(32, 3)));
  CHECK(decode_public_key_file(golden("bob.pub"))->sealing == bob().sealing.public_key());
}

TEST_CASE("golden: addresses") {
  CHECK(alice().address().text() == "med1mjxwx2h4kmxx3knqp5uyqcupp4ttzssgal7p82xql4lwxa0u7nzsfs6su7");
  CHECK(bob().address().text() == "med18n2y45fvv9s63ujm98rxzaa9ryd07xl3009vwep5kwym7malz8yqs2khzw");
}

TEST_CASE("golden: what is derived from the content key") {
  FileContext context;
  context.file_id.bytes.fill(8);
  envelope::ContentKey key(SecretBytes::copy_of(Bytes(32, 7)), context);
  CHECK(to_hex(key.aead_key().expose()) == "9cd232ab53120c14eb06846d437ec76b1f13d3554bc77c2c44f1c9fa93e8b396");
  CHECK(key.commitment().hex() == "ada35b918c40902084e4ae199ef03ef7a6ed55ab4539c50de232e6333ebb788d");
  CHECK(to_hex(key.content_salt().expose()) == "eb3a4419fe8635b0c7ca54e4033c40ea6262b5cc58d8022591631d739bc3d235");
}

TEST_CASE("golden: the envelope opens for both readers") {
  Bytes envelope = golden_hex("envelope.hex");
  for (const KeyPair& reader : {alice(), bob()}) {
    auto opened = open(envelope, reader);
    REQUIRE(opened.ok());
    CHECK(opened->plaintext == golden_document());
    CHECK(opened->author == carol().signing.public_key());
  }
}

TEST_CASE("golden: the same content key, wraps and author give the same envelope") {
  Bytes expected = golden_hex("envelope.hex");
  auto front = envelope::read_front(expected);
  auto key = envelope::unwrap(front->wraps()[0], alice(), front->header());
  KeyPair author = carol();
  Bytes written;
  envelope::EnvelopeWriter writer({std::move(*key), front->wraps(), kMinChunkSize, &author.signing, true},
                                  append_to(written));
  REQUIRE(writer.start().ok());
  REQUIRE(writer.write(golden_document()).ok());
  REQUIRE(writer.finish().ok());
  CHECK(to_hex(written) == to_hex(expected));
}
