#include "armour.h"
#include "ed25519.h"
#include "key_file_format.h"
#include "medchain/sealing.h"
#include "seeds.h"

namespace medchain::fuzz {
namespace {

// The keys that the targets open with.
struct Keys {
  KeyPair alice = test::test_keys("fuzz alice");
  KeyPair bob = test::test_keys("fuzz bob", KeyAlgorithm::kP256);
  KeyPair carol = test::test_keys("fuzz carol");
  RecordContext record{ChainId{{1}}, RecordId{{2}}};
};

Bytes document(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  return bytes;
}

void put_envelopes(Seeds& seeds, const Keys& keys) {
  const std::vector<PublicKeys> both{keys.alice.public_keys(), keys.bob.public_keys()};
  auto put = [&](const std::string& name, const Bytes& envelope) {
    seeds.put("envelope", name, Script().byte(255).raw(envelope));
    seeds.put("envelope", name + "_slowly", Script().byte(0).raw(envelope));
  };
  for (std::size_t size : {0, 10, 300, 1000}) {
    const std::string name = std::to_string(size);
    put("plain_" + name, *seal(document(size), both, {.chunk_size = kMinChunkSize}));
    put("signed_" + name, *seal(document(size), both, {.author = &keys.carol.signing, .chunk_size = kMinChunkSize}));
    put("p256_" + name, *seal(document(size), {both[1]}, {.author = &keys.bob.signing, .record = keys.record}));
  }
  auto carols = seal(document(20), {keys.carol.public_keys()}, {.author = &keys.alice.signing});
  put("added", *add_reader(*carols, keys.carol, both[0]));
}

void put_records(Seeds& seeds, const Keys& keys) {
  const std::vector<PublicKeys> readers{keys.alice.public_keys(), keys.bob.public_keys()};
  for (std::size_t size : {0, 10, 1000}) {
    auto parts = seal_record(document(size), readers, keys.record, keys.carol.signing);
    Script script;
    script.piece(parts->content_commitment.bytes).piece(bcs::encode(parts->wraps)).raw(parts->body);
    seeds.put("record", "record_" + std::to_string(size), script);
  }
}

void put_sealing(Seeds& seeds) {
  const Bytes piece = document(300);
  seeds.put("sealing", "undamaged", Script().byte(0x31).piece(piece).piece(piece).piece(Bytes{1}));
  for (std::size_t how = 0; how < 4; ++how) {
    Script script;
    script.byte(0x20 + how % 2).piece(piece).piece(piece);
    script.byte(how).byte(how).byte(100 * how).piece(view("damage"));
    seeds.put("sealing", "damaged_" + std::to_string(how), script);
  }
}

// With a small message, and A and R that make the equation hold for every message.
void put_signatures(Seeds& seeds, const Keys& keys) {
  const SigningKey& key = keys.alice.signing;
  const ByteView open = key.public_key().bytes();
  for (std::string_view message : {"", "message"}) {
    const Signature signature = crypto::ed25519_sign(key.secret().expose(), open, view(message));
    seeds.put("ed25519", "signed_" + std::to_string(message.size()),
              Script().raw(open).raw(signature.bytes).raw(view(message)));
  }
  Bytes neutral(32);
  neutral[0] = 1;
  seeds.put("ed25519", "neutral", Script().raw(neutral).raw(neutral).raw(Bytes(32)).raw(view("message")));
}

void put_key_file(Seeds& seeds, const std::string& name, const SecretBytes& file) {
  seeds.put("key_file", name, file.expose());
  seeds.put("key_file", name + "_body", crypto::remove_armour("MEDCHAIN SECRET KEY", file.expose())->expose());
}

void put_key_files(Seeds& seeds, const Keys& keys) {
  for (const auto* pair : {&keys.alice, &keys.bob}) {
    const std::string name(to_string(pair->signing.public_key().algorithm));
    put_key_file(seeds, name, encode_key_file(*pair, std::nullopt));
    put_key_file(seeds, name + "_protected", crypto::encode_key_file_with_cost(*pair, "correct horse", {1, 8192}));
    seeds.put("key_file", name + "_public", encode_public_key_file(pair->public_keys()));
    seeds.put("key_file", name + "_public_body", bcs::encode(pair->public_keys()));
  }
}

void put_texts(Seeds& seeds, const Keys& keys) {
  seeds.put("address", "address", keys.alice.address().text());
  seeds.put("address", "raw", keys.alice.address().bytes);
  seeds.put("address", "hexadecimal", keys.alice.address().hex());
  seeds.put("address", "base64", to_base64(keys.alice.address().bytes));
  seeds.put("address", "bip350_shortest", std::string_view("A1LQFN3A"));
  seeds.put("address", "bip350_long", std::string_view("abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx"));
}

}  // namespace

void put_crypto_seeds(Seeds& seeds) {
  const Keys keys;
  put_envelopes(seeds, keys);
  put_records(seeds, keys);
  put_sealing(seeds);
  put_signatures(seeds, keys);
  put_key_files(seeds, keys);
  put_texts(seeds, keys);
}

}  // namespace medchain::fuzz
