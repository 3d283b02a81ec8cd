#include "dhkem.h"
#include "hpke_kdf.h"
#include "hpke_key_schedule.h"
#include "medchain/hpke.h"
#include "vector_file.h"

using namespace medchain;
using namespace medchain::vectors;
using hpke::AeadId;
using hpke::Mode;

namespace {

KeyAlgorithm algorithm_of(const Json& vector) {
  return vector.at("kem_id") == 16 ? KeyAlgorithm::kP256 : KeyAlgorithm::kEd25519;
}

bool is_auth(const Json& vector) { return vector.at("mode") == 2; }

SealingKey key_of(const Json& vector, const std::string& secret, const std::string& shown) {
  auto key = SealingKey::from_secret(algorithm_of(vector), hex(vector.at(secret)));
  REQUIRE(key.ok());
  CHECK(to_hex(key->public_key().bytes()) == vector.at(shown).get<std::string>());
  return std::move(*key);
}

// RFC 9180 section 7.1.3, which MedChain does not need: it never derives keys from other secrets.
SecretBytes derive_secret(const Json& vector, ByteView ikm) {
  Bytes suite = to_bytes(view("KEM"));
  hpke::append_u16(suite, vector.at("kem_id"));
  SecretBytes prk = hpke::labeled_extract(suite, {}, "dkp_prk", ikm);
  if (algorithm_of(vector) == KeyAlgorithm::kEd25519) {
    return hpke::labeled_expand(suite, prk.expose(), "sk", {}, 32);
  }
  const std::uint8_t counter = 0;
  return hpke::labeled_expand(suite, prk.expose(), "candidate", {&counter, 1}, 32);
}

void check_key_derivation(const Json& vector) {
  for (auto [ikm, secret] : {std::pair{"ikmR", "skRm"}, std::pair{"ikmE", "skEm"}, std::pair{"ikmS", "skSm"}}) {
    if (!vector.contains(ikm)) continue;
    CHECK(equal(derive_secret(vector, hex(vector.at(ikm))).expose(), hex(vector.at(secret))));
  }
}

SecretBytes check_kem(const Json& vector) {
  SealingKey recipient = key_of(vector, "skRm", "pkRm");
  SealingKey ephemeral = key_of(vector, "skEm", "pkEm");
  std::optional<SealingKey> sender;
  if (is_auth(vector)) sender = key_of(vector, "skSm", "pkSm");
  auto sent = hpke::encap_with_ephemeral(recipient.public_key(), sender ? &*sender : nullptr, ephemeral);
  REQUIRE(sent.ok());
  CHECK(sent->enc == hex(vector.at("enc")));
  CHECK(equal(sent->shared_secret.expose(), hex(vector.at("shared_secret"))));
  auto received = hpke::decap(recipient, sent->enc, sender ? &sender->public_key() : nullptr);
  REQUIRE(received.ok());
  CHECK(equal(received->expose(), hex(vector.at("shared_secret"))));
  return std::move(*received);
}

void check_schedule(const Json& vector, const hpke::KeySchedule& schedule) {
  CHECK(equal(schedule.key().expose(), hex(vector.at("key"))));
  CHECK(equal(schedule.base_nonce().expose(), hex(vector.at("base_nonce"))));
  CHECK(equal(schedule.exporter_secret().expose(), hex(vector.at("exporter_secret"))));
  for (const Json& entry : vector.at("exports")) {
    SecretBytes exported = schedule.export_secret(hex(entry.at("exporter_context")), entry.at("L"));
    CHECK(equal(exported.expose(), hex(entry.at("exported_value"))));
  }
}

// RFC 9180 section 5.2: the nonce of a message is the base nonce XOR its number.
void check_encryptions(const Json& vector, const crypto::Provider& provider, const hpke::KeySchedule& schedule) {
  auto aead = provider.aes_256_gcm(schedule.key().expose());
  for (const Json& entry : vector.at("encryptions")) {
    Bytes nonce = to_bytes(schedule.base_nonce().expose());
    auto number = entry.at("seq").get<std::uint64_t>();
    for (std::size_t i = 0; i < 8; ++i) nonce[11 - i] ^= static_cast<std::uint8_t>(number >> (8 * i));
    Bytes plaintext = hex(entry.at("pt"));
    Bytes expected = hex(entry.at("ct"));
    Bytes sealed(plaintext.size() + 16);
    aead->seal(nonce, hex(entry.at("aad")), plaintext, sealed);
    CHECK(sealed == expected);
    Bytes opened(plaintext.size());
    CHECK(aead->open(nonce, hex(entry.at("aad")), expected, opened));
    CHECK(opened == plaintext);
  }
}

// What users call, on the RFC's bytes: the first message of each vector is a single-shot one.
void check_single_shot(const Json& vector) {
  SealingKey recipient = key_of(vector, "skRm", "pkRm");
  const Json& first = vector.at("encryptions").at(0);
  REQUIRE(first.at("seq") == 0);
  Bytes enc = hex(vector.at("enc"));
  Bytes info = hex(vector.at("info"));
  auto opened = is_auth(vector) ? hpke::open_auth(recipient, key_of(vector, "skSm", "pkSm").public_key(), enc, info,
                                                  hex(first.at("aad")), hex(first.at("ct")))
                                : hpke::open(recipient, enc, info, hex(first.at("aad")), hex(first.at("ct")));
  REQUIRE(opened.ok());
  CHECK(equal(opened->expose(), hex(first.at("pt"))));
}

}  // namespace

TEST_CASE("RFC 9180 appendix A: HPKE base and auth mode") {
  auto file = load("hpke_rfc9180.json");
  if (!file) return;
  with_each_provider([&](const crypto::Provider& provider) {
    Counts counts("HPKE, " + std::string(provider.name()));
    Counts encryptions("HPKE encryptions, " + std::string(provider.name()));
    for (const Json& vector : *file) {
      CAPTURE(vector.at("mode").get<int>(), vector.at("kem_id").get<int>(), vector.at("aead_id").get<int>());
      REQUIRE(vector.at("kdf_id") == 1);
      check_key_derivation(vector);
      SecretBytes shared_secret = check_kem(vector);
      auto aead = static_cast<AeadId>(vector.at("aead_id").get<int>());
      hpke::KeySchedule schedule(is_auth(vector) ? Mode::kAuth : Mode::kBase, algorithm_of(vector), aead, shared_secret,
                                 hex(vector.at("info")));
      check_schedule(vector, schedule);
      counts.run();
      if (aead != AeadId::kAes256Gcm) {
        encryptions.skip(aead == AeadId::kAes128Gcm ? "AES-128-GCM is not a suite of ours"
                                                    : "ChaCha20Poly1305 is not a suite of ours");
        continue;
      }
      check_encryptions(vector, provider, schedule);
      check_single_shot(vector);
      encryptions.run();
    }
    CHECK(counts.ran() == 12);
    CHECK(encryptions.ran() == 4);
  });
}
