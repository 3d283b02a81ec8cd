#include "medchain/keys.h"

#include "ed25519.h"
#include "fixtures.h"
#include "p256_low_s.h"
#include "provider.h"
#include "support/catch.h"
#include "x25519.h"

using namespace medchain;
using namespace medchain::test;

namespace {

constexpr std::string_view kDomain = "example/v1";

// n - s, big-endian, in the plainest way.
Signature with_other_s(Signature signature) {
  Bytes n = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  int borrow = 0;
  for (int i = 31; i >= 0; --i) {
    int value = n[static_cast<std::size_t>(i)] - signature.bytes[static_cast<std::size_t>(32 + i)] - borrow;
    borrow = value < 0;
    signature.bytes[static_cast<std::size_t>(32 + i)] = static_cast<std::uint8_t>(value & 0xff);
  }
  return signature;
}

}  // namespace

TEST_CASE("a signature verifies for its key, domain, chain and message only") {
  auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  SigningKey key = SigningKey::generate(algorithm);
  ChainId chain = random_fixed<32, ChainIdTag>();
  Signature signature = key.sign(kDomain, chain, view("message"));
  CHECK(verify(key.public_key(), kDomain, chain, view("message"), signature));
  CHECK_FALSE(verify(key.public_key(), kDomain, chain, view("massage"), signature));
  CHECK_FALSE(verify(key.public_key(), "example/v2", chain, view("message"), signature));
  CHECK_FALSE(verify(key.public_key(), kDomain, ChainId{}, view("message"), signature));
  CHECK_FALSE(verify(SigningKey::generate(algorithm).public_key(), kDomain, chain, view("message"), signature));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature altered = *Signature::from(with_bit_flipped(signature.bytes, bit), "signature");
    CHECK_FALSE(verify(key.public_key(), kDomain, chain, view("message"), altered));
  }
  CHECK(verify(key.public_key(), kDomain, chain, {}, key.sign(kDomain, chain, {})));
}

TEST_CASE("what is signed is domain, a zero byte, chain, message") {
  SigningKey key = SigningKey::generate(KeyAlgorithm::kEd25519);
  ChainId chain = random_fixed<32, ChainIdTag>();
  Bytes whole = to_bytes(view(kDomain));
  whole.push_back(0);
  append(whole, chain.bytes);
  append(whole, view("message"));
  CHECK(crypto::ed25519_verify(key.public_key().bytes(), whole, key.sign(kDomain, chain, view("message")).bytes));
  SigningKey p256 = SigningKey::generate(KeyAlgorithm::kP256);
  CHECK(crypto::provider().p256_verify(p256.public_key().bytes(), sha256(whole),
                                       p256.sign(kDomain, chain, view("message")).bytes));
}

TEST_CASE("P-256 signatures have low s, and verify() refuses the other form that the raw primitive takes") {
  SigningKey key = SigningKey::generate(KeyAlgorithm::kP256);
  for (int i = 0; i < 32; ++i) {
    Bytes message(1, static_cast<std::uint8_t>(i));
    Signature signature = key.sign(kDomain, ChainId{}, message);
    CHECK(crypto::has_low_s(signature));
    Signature high = with_other_s(signature);
    CHECK_FALSE(crypto::has_low_s(high));
    CHECK(crypto::with_low_s(high) == signature);
    CHECK_FALSE(verify(key.public_key(), kDomain, ChainId{}, message, high));
    Hash digest = hash_with_domain(kDomain, {ChainId{}.bytes, message});
    CHECK(crypto::provider().p256_verify(key.public_key().bytes(), digest, high.bytes));
  }
}

TEST_CASE("low s ends at (n-1)/2") {
  Signature signature;
  Bytes half = *from_hex("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");
  std::copy(half.begin(), half.end(), signature.bytes.begin() + 32);
  CHECK(crypto::has_low_s(signature));
  signature.bytes[63] += 1;
  CHECK_FALSE(crypto::has_low_s(signature));
  CHECK(crypto::with_low_s(signature).bytes[63] == 0xa8);
}

TEST_CASE("RFC 8032 section 7.1, test 2: the secret, the public key and the signature") {
  auto key = SigningKey::from_secret(KeyAlgorithm::kEd25519,
                                     *from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  CHECK(to_hex(key->public_key().bytes()) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  CHECK(crypto::ed25519_sign(key->secret().expose(), key->public_key().bytes(), Bytes{0x72}).hex() ==
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
        "eeb00"
        "d291612bb0c00");
}

TEST_CASE("secrets of the wrong size or range are refused") {
  for (auto algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kP256}) {
    CHECK(code_of(SigningKey::from_secret(algorithm, Bytes(31, 1))) == ErrorCode::kInvalidArgument);
    CHECK(code_of(SealingKey::from_secret(algorithm, Bytes(33, 1))) == ErrorCode::kInvalidArgument);
  }
  CHECK(code_of(SigningKey::from_secret(KeyAlgorithm::kP256, Bytes(32))) == ErrorCode::kInvalidArgument);
  CHECK(code_of(SealingKey::from_secret(KeyAlgorithm::kP256, Bytes(32, 0xff))) == ErrorCode::kInvalidArgument);
}

TEST_CASE("public keys are checked as points") {
  SigningPublicKey ed25519;
  CHECK_FALSE(ed25519.is_valid());  // all zeros: order 4
  ed25519.storage[0] = 1;
  CHECK_FALSE(ed25519.is_valid());  // the neutral element
  ed25519.storage.fill(0xff);
  CHECK_FALSE(ed25519.is_valid());  // not canonical
  SealingPublicKey x25519;
  CHECK_FALSE(x25519.is_valid());
  x25519.storage[0] = 9;
  CHECK(x25519.is_valid());
  x25519.storage[31] = 0x80;  // RFC 7748 masks this bit: another spelling of 9
  CHECK_FALSE(x25519.is_valid());
  CHECK(crypto::x25519(Bytes(32, 7), x25519.bytes()).ok());
  SealingPublicKey p256;
  p256.algorithm = KeyAlgorithm::kP256;
  CHECK_FALSE(p256.is_valid());
  CHECK_FALSE(verify(ed25519, kDomain, ChainId{}, view("m"), Signature{}));
  for (auto algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kP256}) {
    KeyPair pair = KeyPair::generate(algorithm);
    CHECK(pair.signing.public_key().is_valid());
    CHECK(pair.sealing.public_key().is_valid());
  }
}

TEST_CASE("the signing key vouches for the sealing key") {
  auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  KeyPair pair = KeyPair::generate(algorithm);
  PublicKeys keys = pair.public_keys();
  CHECK(keys.check().ok());
  PublicKeys swapped = keys;
  swapped.sealing = KeyPair::generate(algorithm).sealing.public_key();
  CHECK(code_of(swapped.check()) == ErrorCode::kAuthentication);
  PublicKeys impostor = keys;
  impostor.signing = KeyPair::generate(algorithm).signing.public_key();
  CHECK(code_of(impostor.check()) == ErrorCode::kAuthentication);
  CHECK(pair.clone().public_keys().sealing == keys.sealing);
  CHECK(pair.address() == keys.address());
}

TEST_CASE("public keys as BCS: the algorithm, then 32, 33 or 65 bytes") {
  for (auto [algorithm, signing, sealing] :
       {std::tuple{KeyAlgorithm::kEd25519, 33u, 33u}, std::tuple{KeyAlgorithm::kP256, 34u, 66u}}) {
    PublicKeys keys = KeyPair::generate(algorithm).public_keys();
    CHECK(bcs::encode(keys.signing).size() == signing);
    CHECK(bcs::encode(keys.sealing).size() == sealing);
    Bytes bytes = bcs::encode(keys);
    REQUIRE(bcs::decode<PublicKeys>(bytes).ok());
    CHECK(*bcs::decode<PublicKeys>(bytes) == keys);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(bcs::decode<PublicKeys>(ByteView(bytes).first(size)).ok());
    }
  }
  CHECK_FALSE(bcs::decode<SigningPublicKey>(Bytes(33, 2)).ok());  // algorithm 2
}

TEST_CASE("algorithms have names") {
  CHECK(*parse_key_algorithm("p256") == KeyAlgorithm::kP256);
  CHECK(*parse_key_algorithm(to_string(KeyAlgorithm::kEd25519)) == KeyAlgorithm::kEd25519);
  CHECK(code_of(parse_key_algorithm("rsa")) == ErrorCode::kInvalidArgument);
}
