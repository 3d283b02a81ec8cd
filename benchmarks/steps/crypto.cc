// What signing, checking, hashing and wrapping a key cost.
#include <sodium.h>

#include "medchain/hpke.h"
#include "providers.h"

namespace medchain::benchmark {
namespace {

constexpr std::string_view kDomain = "medchain/benchmark/v1";
const Bytes kMessage(150, 7);                                       // about a transfer
const Bytes kSigned(kDomain.size() + 1 + 32 + kMessage.size(), 7);  // what is signed for it: domain, 0, chain, message

// --- signatures

struct RawEd25519 {
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  RawEd25519() {
    crypto_sign_keypair(open.data(), secret.data());
    sign();
  }
  void sign() { crypto_sign_detached(signature.data(), nullptr, kSigned.data(), kSigned.size(), secret.data()); }
  bool verify() const {
    return crypto_sign_verify_detached(signature.data(), kSigned.data(), kSigned.size(), open.data()) == 0;
  }
};

void sign(State& state, KeyAlgorithm algorithm) {
  const SigningKey key = SigningKey::generate(algorithm);
  Signature signature;
  for (auto _ : state) ::benchmark::DoNotOptimize(signature = key.sign(kDomain, {}, kMessage));
  check(verify(key.public_key(), kDomain, {}, kMessage, signature));
}
BENCHMARK_CAPTURE(sign, ed25519, KeyAlgorithm::kEd25519);

void sign_raw(State& state) {
  RawEd25519 raw;
  for (auto _ : state) {
    raw.sign();
    ::benchmark::DoNotOptimize(raw.signature);
  }
}
BENCHMARK(sign_raw)->Name("sign/ed25519/raw");

void verify_one(State& state, KeyAlgorithm algorithm) {
  const SigningKey key = SigningKey::generate(algorithm);
  const Signature signature = key.sign(kDomain, {}, kMessage);
  for (auto _ : state) check(verify(key.public_key(), kDomain, {}, kMessage, signature));
}
BENCHMARK_CAPTURE(verify_one, ed25519, KeyAlgorithm::kEd25519)->Name("verify/ed25519");

void verify_raw(State& state) {
  const RawEd25519 raw;
  for (auto _ : state) check(raw.verify());
}
BENCHMARK(verify_raw)->Name("verify/ed25519/raw");

void sign_p256_raw(State& state, const crypto::Provider& provider) {
  const SecretBytes secret = provider.p256_generate();
  const Hash digest = sha256(kSigned);
  for (auto _ : state) ::benchmark::DoNotOptimize(provider.p256_sign(secret.expose(), digest));
}

void verify_p256_raw(State& state, const crypto::Provider& provider) {
  const SecretBytes secret = provider.p256_generate();
  const Bytes point = *provider.p256_public(secret.expose(), true);
  const Hash digest = sha256(kSigned);
  const Signature signature = provider.p256_sign(secret.expose(), digest);
  for (auto _ : state) check(provider.p256_verify(point, digest, signature.bytes));
}

const bool kP256Signatures =
    with_each_provider("sign/p256", [](State& state, const auto&) { sign(state, KeyAlgorithm::kP256); }) &&
    with_each_provider("sign/p256/raw", sign_p256_raw) &&
    with_each_provider("verify/p256", [](State& state, const auto&) { verify_one(state, KeyAlgorithm::kP256); }) &&
    with_each_provider("verify/p256/raw", verify_p256_raw);

// --- hashes

void hash(State& state) {
  const Bytes data(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) ::benchmark::DoNotOptimize(sha256(data));
  count_bytes(state, data.size());
}
BENCHMARK(hash)->Name("sha256")->Arg(64)->Arg(256)->Arg(64 * 1024);

void hash_raw(State& state) {
  const Bytes data(static_cast<std::size_t>(state.range(0)), 1);
  std::array<std::uint8_t, 32> digest{};
  for (auto _ : state) {
    raw_sha256(data, digest);
    ::benchmark::DoNotOptimize(digest);
  }
  count_bytes(state, data.size());
}
BENCHMARK(hash_raw)->Name("sha256/raw")->Arg(64)->Arg(256)->Arg(64 * 1024);

// --- wrapping a content key; raw, what no wrap can do without: a key pair of its own, and the shared secret

void wrap(State& state, KeyAlgorithm algorithm) {
  const SealingKey reader = SealingKey::generate(algorithm);
  const Bytes key(32, 1);
  hpke::Sealed sealed;
  for (auto _ : state) sealed = *hpke::seal(reader.public_key(), view(kDomain), {}, key);
  check(hpke::open(reader, sealed.enc, view(kDomain), {}, sealed.ciphertext).ok());
}

void x25519_raw(State& state, const crypto::Provider&) {
  std::array<std::uint8_t, 32> secret{}, own{}, reader{}, shared{};
  randombytes_buf(secret.data(), secret.size());
  crypto_scalarmult_base(reader.data(), secret.data());
  for (auto _ : state) {
    randombytes_buf(secret.data(), secret.size());
    crypto_scalarmult_base(own.data(), secret.data());
    check(crypto_scalarmult(shared.data(), secret.data(), reader.data()) == 0);
    ::benchmark::DoNotOptimize(own);
  }
}

void p256_raw(State& state, const crypto::Provider& provider) {
  const SecretBytes other = provider.p256_generate();
  const Bytes reader = *provider.p256_public(other.expose(), false);
  for (auto _ : state) {
    const SecretBytes own = provider.p256_generate();
    check(provider.p256_public(own.expose(), false).ok());
    check(provider.p256_ecdh(own.expose(), reader).ok());
  }
}

const bool kWraps =
    with_each_provider("wrap/x25519", [](State& state, const auto&) { wrap(state, KeyAlgorithm::kEd25519); }) &&
    with_each_provider("wrap/x25519/raw", x25519_raw) &&
    with_each_provider("wrap/p256", [](State& state, const auto&) { wrap(state, KeyAlgorithm::kP256); }) &&
    with_each_provider("wrap/p256/raw", p256_raw);

}  // namespace
}  // namespace medchain::benchmark
