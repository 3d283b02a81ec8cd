#include "provider.h"

#include "fixtures.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;

TEST_CASE("AES-256-GCM: one context seals and opens in any order") {
  for (const auto* provider : crypto::providers()) {
    INFO(provider->name());
    auto aead = provider->aes_256_gcm(Bytes(32, 1));
    for (std::size_t size : {0, 1, 16, 1000, 70000}) {
      Bytes nonce(12, static_cast<std::uint8_t>(size));
      Bytes sealed(size + 16);
      aead->seal(nonce, view("aad"), document(size), sealed);
      Bytes opened(size, 0xee);
      CHECK(aead->open(nonce, view("aad"), sealed, opened));
      CHECK(opened == document(size));
      CHECK_FALSE(aead->open(nonce, view("other"), sealed, opened));
      CHECK(opened == Bytes(size));  // nothing that did not authenticate comes out
      sealed.back() ^= 1;
      CHECK_FALSE(aead->open(nonce, view("aad"), sealed, opened));
    }
    Bytes out(4, 0xee);
    CHECK_FALSE(aead->open(Bytes(12), {}, Bytes(15), out));
    CHECK(out == Bytes(4));
  }
}

TEST_CASE("HKDF-SHA256 expands to at most 8160 bytes (RFC 5869 section 2.3)") {
  for (const auto* provider : crypto::providers()) {
    INFO(provider->name());
    CHECK(provider->hkdf_expand(Bytes(32), {}, 8160)->size() == 8160);
    CHECK(code_of(provider->hkdf_expand(Bytes(32), {}, 8161)) == ErrorCode::kInvalidArgument);
    CHECK(provider->hkdf_expand(Bytes(32), {}, 0)->size() == 0);
    // RFC 5869 section 2.2: no salt is 32 zeros.
    CHECK(equal_secret(provider->hkdf_extract({}, view("x")).expose(),
                       provider->hkdf_extract(Bytes(32), view("x")).expose()));
  }
}

TEST_CASE("P-256 scalars outside of [1, n-1] and other sizes are refused") {
  const std::string n = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  for (const auto* provider : crypto::providers()) {
    INFO(provider->name());
    CHECK_FALSE(provider->p256_public(Bytes(32), true).ok());
    CHECK_FALSE(provider->p256_public(*from_hex(n), true).ok());
    CHECK_FALSE(provider->p256_public(Bytes(31, 1), true).ok());
    Bytes below = *from_hex(n);
    below.back() -= 1;
    CHECK(provider->p256_public(below, true).ok());
    Bytes one(32);
    one.back() = 1;  // the generator, SP 800-186
    CHECK(to_hex(*provider->p256_public(one, true)) ==
          "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
  }
}

TEST_CASE("P-256 points: compressed and uncompressed, nothing else") {
  for (const auto* provider : crypto::providers()) {
    INFO(provider->name());
    SecretBytes secret = provider->p256_generate();
    Bytes point = *provider->p256_public(secret.expose(), false);
    CHECK(provider->p256_is_valid(point));
    CHECK(provider->p256_is_valid(*provider->p256_public(secret.expose(), true)));
    Bytes hybrid = point;
    hybrid[0] = static_cast<std::uint8_t>(6 + point.back() % 2);
    CHECK_FALSE(provider->p256_is_valid(hybrid));
    CHECK_FALSE(provider->p256_is_valid(Bytes(1)));
    CHECK_FALSE(provider->p256_is_valid({}));
    Bytes off_curve = point;
    off_curve.back() ^= 1;
    CHECK_FALSE(provider->p256_is_valid(off_curve));
    CHECK_FALSE(provider->p256_ecdh(secret.expose(), off_curve).ok());
    CHECK_FALSE(provider->p256_is_valid(ByteView(point).first(64)));
  }
}
