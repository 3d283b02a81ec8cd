#include "medchain/hpke.h"

#include "dhkem.h"
#include "fixtures.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;

TEST_CASE("HPKE base mode opens what it sealed, and nothing else") {
  auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  SealingKey key = SealingKey::generate(algorithm);
  for (std::size_t size : {0, 1, 32, 5000}) {
    auto sealed = hpke::seal(key.public_key(), view("info"), view("aad"), document(size));
    REQUIRE(sealed.ok());
    CHECK(sealed->enc.size() == key.public_key().size());
    CHECK(sealed->ciphertext.size() == size + 16);
    auto opened = hpke::open(key, sealed->enc, view("info"), view("aad"), sealed->ciphertext);
    REQUIRE(opened.ok());
    CHECK(equal(opened->expose(), document(size)));

    auto refused = [&](const SealingKey& with, ByteView enc, ByteView info, ByteView aad, ByteView ciphertext) {
      return code_of(hpke::open(with, enc, info, aad, ciphertext)) == ErrorCode::kAuthentication;
    };
    CHECK(refused(SealingKey::generate(algorithm), sealed->enc, view("info"), view("aad"), sealed->ciphertext));
    CHECK(refused(key, sealed->enc, view("other"), view("aad"), sealed->ciphertext));
    CHECK(refused(key, sealed->enc, view("info"), view("other"), sealed->ciphertext));
    CHECK(refused(key, ByteView(sealed->enc).first(31), view("info"), view("aad"), sealed->ciphertext));
    CHECK(refused(key, sealed->enc, view("info"), view("aad"), ByteView(sealed->ciphertext).first(15)));
    for (std::size_t bit = 0; bit < sealed->enc.size() * 8; ++bit) {
      // X25519 masks the top bit of a point (RFC 7748 section 5), but enc itself is hashed into the shared secret.
      CHECK(refused(key, with_bit_flipped(sealed->enc, bit), view("info"), view("aad"), sealed->ciphertext));
    }
  }
}

TEST_CASE("HPKE auth mode names the sender") {
  auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  SealingKey recipient = SealingKey::generate(algorithm);
  SealingKey sender = SealingKey::generate(algorithm);
  SealingKey stranger = SealingKey::generate(algorithm);
  auto sealed = hpke::seal_auth(recipient.public_key(), sender, view("i"), view("a"), view("hello"));
  REQUIRE(sealed.ok());
  auto opened = hpke::open_auth(recipient, sender.public_key(), sealed->enc, view("i"), view("a"), sealed->ciphertext);
  REQUIRE(opened.ok());
  CHECK(text(opened->expose()) == "hello");
  CHECK_FALSE(
      hpke::open_auth(recipient, stranger.public_key(), sealed->enc, view("i"), view("a"), sealed->ciphertext).ok());
  CHECK_FALSE(hpke::open(recipient, sealed->enc, view("i"), view("a"), sealed->ciphertext).ok());
}

TEST_CASE("no two HPKE messages share an encapsulated key") {
  SealingKey key = SealingKey::generate(KeyAlgorithm::kEd25519);
  auto first = hpke::seal(key.public_key(), {}, {}, view("x"));
  auto second = hpke::seal(key.public_key(), {}, {}, view("x"));
  CHECK(first->enc != second->enc);
  CHECK(first->ciphertext != second->ciphertext);
}

TEST_CASE("sealing to what is no key is an error") {
  SealingPublicKey zeros;
  CHECK(code_of(hpke::seal(zeros, {}, {}, view("x"))) == ErrorCode::kInvalidArgument);
  SealingPublicKey p256;
  p256.algorithm = KeyAlgorithm::kP256;
  p256.storage[0] = 4;
  CHECK(code_of(hpke::seal(p256, {}, {}, view("x"))) == ErrorCode::kInvalidArgument);
  SealingKey x25519 = SealingKey::generate(KeyAlgorithm::kEd25519);
  SealingKey other = SealingKey::generate(KeyAlgorithm::kP256);
  CHECK(code_of(hpke::seal_auth(x25519.public_key(), other, {}, {}, view("x"))) == ErrorCode::kInvalidArgument);
  CHECK(code_of(hpke::encap_with_ephemeral(x25519.public_key(), nullptr, other)) == ErrorCode::kInvalidArgument);
}
