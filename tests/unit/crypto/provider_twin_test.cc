// Each provider beside the first, on random input from fixed seeds: whatever is not drawn anew by each comes out the
// same, in the same words.
#include <algorithm>

#include "fixtures.h"
#include "p256_low_s.h"
#include "provider.h"
#include "support/catch.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::test;
using crypto::Provider;

namespace {

// n and p of P-256, SP 800-186.
const Bytes kOrder = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const Bytes kPrime = *from_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");

Bytes random_input(Rng& random, std::size_t size) {
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
  return bytes;
}

// Mostly short, around the sizes at which blocks fill; empty now and then.
std::size_t random_size(Rng& random) {
  switch (random.below(4)) {
    case 0: return random.below(3);
    case 1: return 16 * random.below(10) + random.below(3);
    case 2: return 64 * random.below(6) + 62 + random.below(4);
    default: return random.below(5000);
  }
}

// `number` and a little more or less, so that the bounds themselves are drawn.
Bytes near(Rng& random, Bytes number) {
  number.back() = static_cast<std::uint8_t>(number.back() + random.below(5) - 2);
  return number;
}

Bytes random_scalar(Rng& random) {
  switch (random.below(8)) {
    case 0: return near(random, kOrder);
    case 1: return near(random, Bytes(32));
    case 2: return near(random, Bytes(32, 0xff));
    case 3: return random_input(random, random.below(70));
    default: return random_input(random, 32);
  }
}

Bytes valid_scalar(Rng& random, const Provider& provider) {
  for (;;) {
    Bytes scalar = random_scalar(random);
    if (provider.p256_public(scalar, true).ok()) return scalar;
  }
}

// Half of those with a random x are of the curve.
Bytes random_point(Rng& random, const Provider& provider) {
  Bytes point = *provider.p256_public(valid_scalar(random, provider), random.chance(50));
  switch (random.below(8)) {
    case 0: return with_bit_flipped(point, random.below(8 * point.size()));
    case 1: point[0] = static_cast<std::uint8_t>(random.below(9)); return point;
    case 2: point.resize(random.below(point.size() + 2)); return point;
    case 3: std::ranges::copy(near(random, kPrime), point.begin() + 1); return point;
    case 4: std::ranges::copy(near(random, Bytes(32)), point.begin() + 1); return point;
    case 5: std::ranges::copy(random_input(random, 32), point.begin() + 1); return point;
    default: return point;
  }
}

template <class T>
Bytes bytes_of(const Result<T>& result) {
  if (!result) return to_bytes(view(result.error().message()));
  if constexpr (std::is_same_v<T, SecretBytes>) {
    return to_bytes(result->expose());
  } else {
    return *result;
  }
}

// `run` compares the second provider with the first, `rounds` times, the number of each on display when it fails.
template <class Run>
void compare(std::uint64_t seed, std::size_t rounds, Run run) {
  const Provider& first = *crypto::providers().front();
  if (crypto::providers().size() == 1)
    WARN("one provider in this build: nothing to compare " << first.name() << " with");
  for (const Provider* other : crypto::providers()) {
    if (other == &first) continue;
    Rng random(seed);
    for (std::size_t round = 0; round < rounds; ++round) {
      CAPTURE(other->name(), round);
      run(random, first, *other);
    }
  }
}

struct Used {
  explicit Used(const Provider& provider) { crypto::use_provider(provider); }
  ~Used() { crypto::use_provider(*crypto::providers().front()); }
};

}  // namespace

TEST_CASE("twins: SHA-256 at once, of parts, and in pieces") {
  compare(1, 400, [](Rng& random, const Provider& first, const Provider& other) {
    Bytes data = random_input(random, random.chance(1) ? 3'000'000 : random_size(random));
    std::vector<ByteView> parts;
    for (ByteView rest = data; !rest.empty();) {
      std::size_t size = std::min(rest.size(), random_size(random) + 1 + data.size() / 100);
      parts.push_back(rest.first(size));
      rest = rest.subspan(size);
      if (random.chance(10)) parts.push_back({});
    }
    const Hash expected = first.sha256(std::vector<ByteView>{data});
    CHECK(other.sha256(std::vector<ByteView>{data}) == expected);
    CHECK(other.sha256(parts) == expected);
    auto context = other.hash_context();
    context->update(view("something before"));
    CHECK(context->finish() == first.sha256(std::vector<ByteView>{view("something before")}));
    for (ByteView part : parts) context->update(part);
    CHECK(context->finish() == expected);
    CHECK(context->finish() == first.sha256({}));
  });
}

TEST_CASE("twins: HKDF-SHA256") {
  compare(2, 400, [](Rng& random, const Provider& first, const Provider& other) {
    Bytes salt = random_input(random, random_size(random)), ikm = random_input(random, random_size(random));
    SecretBytes prk = first.hkdf_extract(salt, ikm);
    CHECK(to_bytes(other.hkdf_extract(salt, ikm).expose()) == to_bytes(prk.expose()));
    Bytes longer = random_input(random, 32 + random_size(random)), info = random_input(random, random_size(random));
    std::size_t size = random.chance(20) ? 8158 + random.below(5) : random.below(200);
    for (ByteView key : {prk.expose(), ByteView(longer)}) {
      CHECK(bytes_of(other.hkdf_expand(key, info, size)) == bytes_of(first.hkdf_expand(key, info, size)));
    }
  });
}

TEST_CASE("twins: AES-256-GCM, sealed by one and opened by the other, whole and altered") {
  compare(3, 100, [](Rng& random, const Provider& first, const Provider& other) {
    Bytes key = random_input(random, 32);
    auto ours = first.aes_256_gcm(key), theirs = other.aes_256_gcm(key);
    for (std::size_t message = 0; message < 5; ++message) {
      Bytes nonce = random_input(random, 12), aad = random_input(random, random_size(random));
      Bytes plaintext = random_input(random, random.chance(1) ? 2'000'000 : random_size(random));
      Bytes sealed(plaintext.size() + 16), twin(plaintext.size() + 16);
      ours->seal(nonce, aad, plaintext, sealed);
      theirs->seal(nonce, aad, plaintext, twin);
      CHECK(twin == sealed);
      Bytes opened(plaintext.size(), 0xee);
      CHECK(theirs->open(nonce, aad, sealed, opened));
      CHECK(opened == plaintext);

      Bytes altered = with_bit_flipped(sealed, random.below(8 * sealed.size()));
      for (auto* context : {ours.get(), theirs.get()}) {
        Bytes out(plaintext.size(), 0xee);
        CHECK_FALSE(context->open(nonce, aad, altered, out));
        CHECK(out == Bytes(plaintext.size()));
        CHECK_FALSE(context->open(with_bit_flipped(nonce, random.below(96)), aad, sealed, out));
        Bytes short_of_a_tag(random.below(16)), rest(3, 0xee);
        CHECK_FALSE(context->open(nonce, aad, short_of_a_tag, rest));
        CHECK(rest == Bytes(3));
      }
      // In place, too.
      Bytes place = sealed;
      CHECK(theirs->open(nonce, aad, place, std::span(place).first(plaintext.size())));
      place.resize(plaintext.size());
      CHECK(place == plaintext);
    }
  });
}

TEST_CASE("twins: P-256 public keys, from good scalars and bad ones") {
  compare(4, 400, [](Rng& random, const Provider& first, const Provider& other) {
    Bytes scalar = random_scalar(random);
    for (bool compressed : {true, false}) {
      auto expected = first.p256_public(scalar, compressed);
      auto given = other.p256_public(scalar, compressed);
      CHECK(given.ok() == expected.ok());
      CHECK(bytes_of(given) == bytes_of(expected));
    }
    CHECK(first.p256_public(other.p256_generate().expose(), true).ok());
  });
}

TEST_CASE("twins: P-256 points and ECDH with them, good and bad") {
  std::size_t good = 0, bad = 0;
  compare(5, 1500, [&](Rng& random, const Provider& first, const Provider& other) {
    Bytes point = random_point(random, first), scalar = random_scalar(random);
    CAPTURE(to_hex(point), to_hex(scalar));
    const bool valid = first.p256_is_valid(point);
    CHECK(other.p256_is_valid(point) == valid);
    auto expected = first.p256_ecdh(scalar, point);
    auto given = other.p256_ecdh(scalar, point);
    CHECK(given.ok() == expected.ok());
    CHECK(code_of(given) == code_of(expected));
    CHECK(bytes_of(given) == bytes_of(expected));
    ++(valid ? good : bad);
  });
  if (crypto::providers().size() > 1) CHECK((good > 300 && bad > 300));
}

TEST_CASE("twins: ECDSA, each other's signatures and every kind of bad one") {
  std::size_t good = 0, bad = 0;
  compare(6, 400, [&](Rng& random, const Provider& first, const Provider& other) {
    Bytes scalar = valid_scalar(random, first);
    Bytes point = *first.p256_public(scalar, random.chance(50));
    Hash digest = *Hash::from(random.chance(5) ? Bytes(32, 0xff) : random_input(random, 32), "digest");
    Signature theirs = other.p256_sign(scalar, digest);
    CHECK(first.p256_verify(point, digest, theirs.bytes));
    CHECK(other.p256_verify(point, digest, first.p256_sign(scalar, digest).bytes));
    CHECK(other.p256_verify(point, digest, crypto::with_low_s(theirs).bytes));

    Bytes altered = to_bytes(theirs.bytes);
    const auto half = altered.begin() + (random.chance(50) ? 32 : 0);
    switch (random.below(6)) {
      case 0: std::ranges::copy(random_input(random, 32), half); break;
      case 1: std::ranges::copy(near(random, kOrder), half); break;
      case 2: std::ranges::copy(near(random, Bytes(32)), half); break;
      case 3: altered.resize(random.below(70)); break;
      case 4: point = random_point(random, first); break;
      default: altered = with_bit_flipped(altered, random.below(512)); break;
    }
    const bool verified = first.p256_verify(point, digest, altered);
    CHECK(other.p256_verify(point, digest, altered) == verified);
    ++(verified ? good : bad);
  });
  if (crypto::providers().size() > 1) CHECK(bad > 300);
}

TEST_CASE("twins: what is sealed under one provider, whole and as a stream, opens under the other") {
  compare(7, 20, [](Rng& random, const Provider& first, const Provider& other) {
    const bool swapped = random.chance(50);
    const Provider &writes = swapped ? other : first, &reads = swapped ? first : other;
    Bytes plaintext = random_input(random, random_size(random) * random.below(20)), sealed, opened;
    {
      Used used(writes);
      auto sealer = Sealer::create({people().bob.public_keys(), people().alice.public_keys()},
                                   {.author = &people().dave.signing, .chunk_size = 4096}, append_to(sealed));
      REQUIRE(sealer.ok());
      for (ByteView rest = plaintext; !rest.empty();) {
        ByteView piece = rest.first(std::min(rest.size(), 1 + random_size(random)));
        REQUIRE(sealer->write(piece).ok());
        rest = rest.subspan(piece.size());
      }
      REQUIRE(sealer->finish().ok());
    }
    Used used(reads);
    for (const KeyPair* reader : {&people().bob, &people().alice}) {
      auto whole = open(sealed, *reader);
      REQUIRE(whole.ok());
      CHECK(whole->plaintext == plaintext);
      CHECK(whole->author == people().dave.signing.public_key());
    }
    CHECK_FALSE(open(with_bit_flipped(sealed, random.below(8 * sealed.size())), people().bob).ok());
  });
}
