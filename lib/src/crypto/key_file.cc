#include "medchain/key_file.h"

#include <sodium.h>

#include "armour.h"
#include "key_file_format.h"
#include "sodium_init.h"

namespace medchain {
namespace {

using crypto::EncryptedSecrets;
using crypto::KeyFileBody;
using crypto::PassphraseCost;
using crypto::PlainSecrets;

constexpr std::string_view kSecretLabel = "MEDCHAIN SECRET KEY";
constexpr std::string_view kPublicLabel = "MEDCHAIN PUBLIC KEY";
constexpr std::size_t kSecretSize = 32;

// The public half is associated data: the secrets of one key cannot be put under the public half of another.
Result<SecretBytes> passphrase_key(std::string_view passphrase, const EncryptedSecrets& encrypted) {
  crypto::ensure_sodium();
  SecretBytes key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  if (crypto_pwhash(key.expose_mutable().data(), key.size(), passphrase.data(), passphrase.size(),
                    encrypted.salt.data(), encrypted.cost.passes, static_cast<std::size_t>(encrypted.cost.memory_bytes),
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error(ErrorCode::kUnavailable, "not enough memory to work out the key file's passphrase: it takes " +
                                              std::to_string(encrypted.cost.memory_bytes / (1024 * 1024)) + " MiB");
  }
  return key;
}

EncryptedSecrets encrypt_secrets(const KeyPair& keys, const PublicKeys& shown, std::string_view passphrase,
                                 const PassphraseCost& cost) {
  EncryptedSecrets encrypted;
  encrypted.cost = cost;
  random_bytes(encrypted.salt);
  random_bytes(encrypted.nonce);
  auto key = passphrase_key(passphrase, encrypted);
  MEDCHAIN_ASSERT(key.ok(), "out of memory for the passphrase of a key file");
  SecretBytes both(2 * kSecretSize);
  std::memcpy(both.expose_mutable().data(), keys.signing.secret().expose().data(), kSecretSize);
  std::memcpy(both.expose_mutable().data() + kSecretSize, keys.sealing.secret().expose().data(), kSecretSize);
  Bytes aad = bcs::encode(shown);
  crypto_aead_xchacha20poly1305_ietf_encrypt(encrypted.ciphertext.data(), nullptr, both.expose().data(), both.size(),
                                             aad.data(), aad.size(), nullptr, encrypted.nonce.data(),
                                             key->expose().data());
  return encrypted;
}

Result<PlainSecrets> decrypt_secrets(const EncryptedSecrets& encrypted, const PublicKeys& shown,
                                     std::string_view passphrase) {
  const PassphraseCost& cost = encrypted.cost;
  if (cost.passes < crypto_pwhash_OPSLIMIT_MIN || cost.passes > crypto::kMaxPasses ||
      cost.memory_bytes < crypto_pwhash_MEMLIMIT_MIN || cost.memory_bytes > crypto::kMaxMemoryBytes) {
    return Error(ErrorCode::kTooLarge,
                 "the key file asks for a passphrase cost outside of 1 to 16 passes over 8 KiB to 1 GiB");
  }
  auto key = passphrase_key(passphrase, encrypted);
  if (!key) return key.error();
  SecretBytes both(2 * kSecretSize);
  Bytes aad = bcs::encode(shown);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(both.expose_mutable().data(), nullptr, nullptr,
                                                 encrypted.ciphertext.data(), encrypted.ciphertext.size(), aad.data(),
                                                 aad.size(), encrypted.nonce.data(), key->expose().data()) != 0) {
    return Error(ErrorCode::kAuthentication, "the passphrase of the key file is wrong");
  }
  return PlainSecrets{{SecretBytes::copy_of(both.expose().first(kSecretSize))},
                      {SecretBytes::copy_of(both.expose().subspan(kSecretSize))}};
}

Result<KeyPair> keys_from(const PlainSecrets& secrets, const PublicKeys& shown) {
  Error mismatch(ErrorCode::kMalformed, "the key file's secret keys do not belong to its public keys");
  auto signing = SigningKey::from_secret(shown.signing.algorithm, secrets.signing.bytes.expose());
  auto sealing = SealingKey::from_secret(shown.sealing.algorithm, secrets.sealing.bytes.expose());
  if (!signing || !sealing) return mismatch;
  if (signing->public_key() != shown.signing || sealing->public_key() != shown.sealing) return mismatch;
  MEDCHAIN_TRY(shown.check());
  return KeyPair{std::move(*signing), std::move(*sealing)};
}

Result<KeyFileBody> decode_body(ByteView text) {
  auto body = crypto::remove_armour(kSecretLabel, text);
  if (!body) return body.error();
  auto decoded = bcs::decode<KeyFileBody>(body->expose());
  if (!decoded) return decoded.error().in("key file");
  return decoded;
}

}  // namespace

namespace crypto {

PassphraseCost moderate_cost() { return {crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE}; }

SecretBytes encode_key_file_with_cost(const KeyPair& keys, std::optional<std::string_view> passphrase,
                                      const PassphraseCost& cost) {
  KeyFileBody body;
  body.public_keys = keys.public_keys();
  if (passphrase) {
    body.secrets = encrypt_secrets(keys, body.public_keys, *passphrase, cost);
  } else {
    body.secrets = PlainSecrets{{keys.signing.secret().clone()}, {keys.sealing.secret().clone()}};
  }
  bcs::Encoder encoder;
  encoder.reserve(1024);  // above any body: growing would leave a copy of the secrets behind
  bcs::write(encoder, body);
  Bytes encoded = encoder.take();
  SecretBytes text = armour(kSecretLabel, encoded);
  wipe(encoded);
  return text;
}

}  // namespace crypto

SecretBytes encode_key_file(const KeyPair& keys, std::optional<std::string_view> passphrase) {
  return crypto::encode_key_file_with_cost(keys, passphrase, crypto::moderate_cost());
}

Result<KeyPair> decode_key_file(ByteView text, std::optional<std::string_view> passphrase) {
  auto body = decode_body(text);
  if (!body) return body.error();
  if (auto* plain = std::get_if<PlainSecrets>(&body->secrets)) return keys_from(*plain, body->public_keys);
  if (!passphrase) {
    return Error(ErrorCode::kInvalidArgument, "the key file is protected by a passphrase, and none was given");
  }
  auto secrets = decrypt_secrets(std::get<EncryptedSecrets>(body->secrets), body->public_keys, *passphrase);
  if (!secrets) return secrets.error();
  return keys_from(*secrets, body->public_keys);
}

bool key_file_needs_passphrase(ByteView text) {
  auto body = decode_body(text);
  return body.ok() && std::holds_alternative<EncryptedSecrets>(body->secrets);
}

std::string encode_public_key_file(const PublicKeys& keys) {
  return std::string(text(crypto::armour(kPublicLabel, bcs::encode(keys)).expose()));
}

Result<PublicKeys> decode_public_key_file(std::string_view text) {
  auto body = crypto::remove_armour(kPublicLabel, view(text));
  if (!body) return body.error();
  auto keys = bcs::decode<PublicKeys>(body->expose());
  if (!keys) return keys.error().in("public key file");
  auto checked = keys->check();
  if (!checked) return checked.error().in("public key file");
  return keys;
}

}  // namespace medchain
