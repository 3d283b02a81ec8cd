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

// RFC 5903 section 8.1: 256-bit random ECP group.
TEST_CASE("P-256 ECDH gives what RFC 5903 states") {
  const Bytes i = *from_hex("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433");
  const Bytes r = *from_hex("c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53");
  const Bytes gi = *from_hex(
      "04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f"
      "58389e0577b8990bb3");
  const Bytes gr = *from_hex(
      "04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e8157854c13c58d6aac23f046ada30f"
      "8353e74f33039872ab");
  for (const auto* provider : crypto::providers()) {
    INFO(provider->name());
    CHECK(*provider->p256_public(i, false) == gi);
    CHECK(*provider->p256_public(r, false) == gr);
    for (auto [secret, point] : {std::pair(&i, &gr), std::pair(&r, &gi)}) {
      CHECK(to_hex(provider->p256_ecdh(*secret, *point)->expose()) ==
            "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de");
    }
  }
}

// RFC 6979 appendix A.2.5. OpenSSL's signatures are random.
TEST_CASE("mbedTLS signs deterministically, as RFC 6979 states") {
  const Bytes secret = *from_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  for (const auto* provider : crypto::providers()) {
    if (provider->name() != "mbedTLS") continue;
    CHECK(to_hex(provider->p256_sign(secret, sha256(view("sample"))).bytes) ==
          "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
          "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    CHECK(to_hex(provider->p256_sign(secret, sha256(view("test"))).bytes) ==
          "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
          "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
  }
}
