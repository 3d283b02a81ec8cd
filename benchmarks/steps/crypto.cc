// What signing, checking, hashing and sealing cost beside the primitives they are made of, in the same run.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sodium.h>

#include "load/senders.h"
#include "medchain/hpke.h"
#include "medchain/sealing.h"
#include "provider.h"

namespace medchain::benchmark {
namespace {

constexpr std::string_view kDomain = "medchain/benchmark/v1";
const Bytes kMessage(150, 7);  // about a transfer

void check(bool good) { MEDCHAIN_ASSERT(good, "a benchmark of what does not work"); }

void count_bytes(::benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}

// --- signatures

void sign_raw(::benchmark::State& state) {
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_keypair(open.data(), secret.data());
  for (auto _ : state) {
    crypto_sign_detached(signature.data(), nullptr, kMessage.data(), kMessage.size(), secret.data());
    ::benchmark::DoNotOptimize(signature);
  }
}
BENCHMARK(sign_raw)->Name("sign/ed25519/raw");

void verify_raw(::benchmark::State& state) {
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_keypair(open.data(), secret.data());
  crypto_sign_detached(signature.data(), nullptr, kMessage.data(), kMessage.size(), secret.data());
  for (auto _ : state) {
    check(crypto_sign_verify_detached(signature.data(), kMessage.data(), kMessage.size(), open.data()) == 0);
  }
}
BENCHMARK(verify_raw)->Name("verify/ed25519/raw");

void sign(::benchmark::State& state, KeyAlgorithm algorithm) {
  const SigningKey key = SigningKey::generate(algorithm);
  for (auto _ : state) ::benchmark::DoNotOptimize(key.sign(kDomain, {}, kMessage));
}
BENCHMARK_CAPTURE(sign, ed25519, KeyAlgorithm::kEd25519);
BENCHMARK_CAPTURE(sign, p256, KeyAlgorithm::kP256);

void verify_one(::benchmark::State& state, KeyAlgorithm algorithm) {
  const SigningKey key = SigningKey::generate(algorithm);
  const Signature signature = key.sign(kDomain, {}, kMessage);
  for (auto _ : state) check(verify(key.public_key(), kDomain, {}, kMessage, signature));
}
BENCHMARK_CAPTURE(verify_one, ed25519, KeyAlgorithm::kEd25519)->Name("verify/ed25519");
BENCHMARK_CAPTURE(verify_one, p256, KeyAlgorithm::kP256)->Name("verify/p256");

// --- hashes

void hash_raw(::benchmark::State& state) {
  const Bytes data(static_cast<std::size_t>(state.range(0)), 1);
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  for (auto _ : state) {
    EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    ::benchmark::DoNotOptimize(digest);
  }
  count_bytes(state, data.size());
}
BENCHMARK(hash_raw)->Name("sha256/raw")->Arg(64)->Arg(256)->Arg(64 * 1024);

void hash(::benchmark::State& state) {
  const Bytes data(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) ::benchmark::DoNotOptimize(sha256(data));
  count_bytes(state, data.size());
}
BENCHMARK(hash)->Name("sha256")->Arg(64)->Arg(256)->Arg(64 * 1024);

// --- sealing

void encrypt_raw(::benchmark::State& state) {
  const Bytes plaintext(static_cast<std::size_t>(state.range(0)), 1), key(32, 2), nonce(12, 3);
  Bytes out(plaintext.size() + 16);
  auto context = crypto::provider().aes_256_gcm(key);
  for (auto _ : state) {
    context->seal(nonce, {}, plaintext, out);  // of one size and key again and again: to be measured, not to be sent
    ::benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, plaintext.size());
}
BENCHMARK(encrypt_raw)->Name("aes-256-gcm/raw")->Arg(1024)->Arg(64 * 1024)->Arg(1024 * 1024);

void seal_to_one(::benchmark::State& state) {
  const Bytes plaintext(static_cast<std::size_t>(state.range(0)), 1);
  const std::vector<PublicKeys> readers{sender(0).public_keys()};
  for (auto _ : state) {
    auto sealed = seal(plaintext, readers);
    check(sealed.ok());
    ::benchmark::DoNotOptimize(sealed->data());
  }
  count_bytes(state, plaintext.size());
}
BENCHMARK(seal_to_one)->Name("seal")->Arg(1024)->Arg(64 * 1024)->Arg(1024 * 1024);

void open_one(::benchmark::State& state) {
  const Bytes plaintext(static_cast<std::size_t>(state.range(0)), 1);
  const KeyPair reader = sender(0);
  const Bytes sealed = *seal(plaintext, {reader.public_keys()});
  for (auto _ : state) check(open(sealed, reader).ok());
  count_bytes(state, plaintext.size());
}
BENCHMARK(open_one)->Name("open")->Arg(1024)->Arg(64 * 1024)->Arg(1024 * 1024);

// --- wrapping a content key

void x25519_raw(::benchmark::State& state) {
  std::array<std::uint8_t, 32> secret{}, point{}, shared{};
  randombytes_buf(secret.data(), secret.size());
  for (auto _ : state) {  // as a wrap needs: a key pair of its own, and the shared secret
    crypto_scalarmult_base(point.data(), secret.data());
    check(crypto_scalarmult(shared.data(), secret.data(), point.data()) == 0);
  }
}
BENCHMARK(x25519_raw)->Name("wrap/x25519/raw");

void p256_raw(::benchmark::State& state, const crypto::Provider& provider) {
  const SecretBytes other = provider.p256_generate();
  const Bytes point = *provider.p256_public(other.expose(), false);
  for (auto _ : state) {
    const SecretBytes own = provider.p256_generate();
    check(provider.p256_public(own.expose(), false).ok());
    check(provider.p256_ecdh(own.expose(), point).ok());
  }
}

void wrap(::benchmark::State& state, KeyAlgorithm algorithm) {
  const SealingKey reader = SealingKey::generate(algorithm);
  const Bytes key(32, 1);
  for (auto _ : state) check(hpke::seal(reader.public_key(), view(kDomain), {}, key).ok());
}
BENCHMARK_CAPTURE(wrap, x25519, KeyAlgorithm::kEd25519);
BENCHMARK_CAPTURE(wrap, p256, KeyAlgorithm::kP256);

const bool kRegistered = [] {
  for (const crypto::Provider* provider : crypto::providers()) {
    ::benchmark::RegisterBenchmark(("wrap/p256/raw/" + std::string(provider->name())).c_str(), p256_raw,
                                   std::cref(*provider));
  }
  return true;
}();

}  // namespace
}  // namespace medchain::benchmark
