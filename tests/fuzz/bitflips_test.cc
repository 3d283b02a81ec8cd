// Every single bit of what people keep and send: flipped, it is refused, or what it says is still the same. Where a bit
// is not covered, the test says which, and why.
#include <algorithm>
#include <set>

#include "key_file_format.h"
#include "medchain/receipt.h"
#include "medchain/sealing.h"
#include "support/catch.h"
#include "world.h"

using namespace medchain;
using fuzz::world;

namespace {

// Calls `judge(flipped, bit)` with each copy of `original` in which one bit is another.
template <class Judge>
void for_each_flip(ByteView original, Judge judge) {
  Bytes flipped = to_bytes(original);
  for (std::size_t bit = 0; bit < flipped.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
    flipped[bit / 8] ^= mask;
    CAPTURE(bit);
    judge(ByteView(flipped), bit);
    flipped[bit / 8] ^= mask;
  }
}

struct Readers {
  KeyPair alice = test::test_keys("flip alice");
  KeyPair bob = test::test_keys("flip bob", KeyAlgorithm::kP256);
  KeyPair carol = test::test_keys("flip carol");
};

// The receipt of a transaction after the committee changed, so that the proof holds a handover.
ReceiptProof proof_with_handover() {
  for (const SignedTransaction& transaction : world().transactions) {
    auto proof = world().engine().receipt_proof(transaction.transaction.id());
    if (proof && !proof->handovers.empty()) return *proof;
  }
  FAIL("the world's committee never changed");
  return {};
}

}  // namespace

TEST_CASE("No bit of an envelope that its author signed can change: each reader refuses it") {
  const Readers readers;
  auto envelope = seal(view("a short document"), {readers.alice.public_keys(), readers.bob.public_keys()},
                       {.author = &readers.carol.signing, .chunk_size = kMinChunkSize});
  REQUIRE(envelope);
  REQUIRE(open(*envelope, readers.alice));
  REQUIRE(open(*envelope, readers.bob));
  for_each_flip(*envelope, [&](ByteView flipped, std::size_t) {
    REQUIRE_FALSE(open(flipped, readers.alice));
    REQUIRE_FALSE(open(flipped, readers.bob));
  });
}

TEST_CASE("Of an envelope with an added reader, the first reader does not notice the added wrap, and nothing else") {
  // The author signed before the wrap was added, so neither signature nor root covers it; whoever it is for checks it.
  const Readers readers;
  auto original = seal(view("a short document"), {readers.alice.public_keys()}, {.author = &readers.carol.signing});
  REQUIRE(original);
  auto envelope = add_reader(*original, readers.alice, readers.bob.public_keys());
  REQUIRE(envelope);
  const Bytes wrap_start = to_bytes(readers.bob.address().view());
  const auto found = std::search(envelope->begin(), envelope->end(), wrap_start.begin(), wrap_start.end());
  REQUIRE(found != envelope->end());
  const auto begin = static_cast<std::size_t>(found - envelope->begin());
  const std::size_t end = begin + 32 + 1 + (1 + 65) + (1 + 48);  // address, KEM, and the two parts with their sizes
  const std::set<std::size_t> sizes_and_kem{begin + 32, begin + 33, begin + 33 + 66};
  for_each_flip(*envelope, [&](ByteView flipped, std::size_t bit) {
    const std::size_t byte = bit / 8;
    const bool uncovered = byte >= begin && byte < end && !sizes_and_kem.contains(byte);
    auto opened = open(flipped, readers.alice);
    REQUIRE(opened.ok() == uncovered);
    if (opened) REQUIRE((text(opened->plaintext) == "a short document" && opened->author));
    REQUIRE_FALSE(open(flipped, readers.bob));
  });
}

TEST_CASE("No bit of a final block can change, and no bit of its certificate") {
  const Height height{3};
  const StoredBlock stored = world().block(height);
  REQUIRE_FALSE(stored.certified.block.transactions.empty());
  const auto members = world().committee(height).sorted();
  const ChainId chain = world().chain;
  auto accepted = [&](ByteView bytes) {
    auto block = bcs::decode<CertifiedBlock>(bytes);
    return block && block->block.check_form(chain) &&
           check_certified(block->block.header, block->certificate, members, chain, real_signatures());
  };
  const Bytes bytes = bcs::encode(stored.certified);
  REQUIRE(accepted(bytes));
  for_each_flip(bytes, [&](ByteView flipped, std::size_t) { REQUIRE_FALSE(accepted(flipped)); });
}

TEST_CASE("No bit of a receipt proof can change, across a change of the committee") {
  const Anchor anchor = genesis_anchor(world().made.genesis);
  const Bytes bytes = encode_receipt_proof(proof_with_handover());
  REQUIRE(verify_receipt(*decode_receipt_proof(bytes), anchor));
  for_each_flip(bytes, [&](ByteView flipped, std::size_t) {
    auto proof = decode_receipt_proof(flipped);
    REQUIRE_FALSE((proof && verify_receipt(*proof, anchor)));
  });
}

TEST_CASE("A state proof with a bit flipped is refused, or tells the truth about another absent key") {
  // Only absence: a key near the absent one may be absent for the same reason, and the proof then shows just that.
  const State& state = world().engine().state();
  const StateKey present = state_key::account(world().patient.address());
  const StateKey absent = state_key::account(Address{});
  REQUIRE(state.get(present));
  REQUIRE_FALSE(state.get(absent));
  for (const StateKey& key : {present, absent}) {
    const Bytes bytes = state.prove(key).encode();
    REQUIRE(verify_state_proof(*StateProof::decode(bytes), state.root()));
    for_each_flip(bytes, [&](ByteView flipped, std::size_t) {
      auto proof = StateProof::decode(flipped);
      if (!proof || !verify_state_proof(*proof, state.root())) return;
      REQUIRE(key == absent);
      REQUIRE(proof->key != absent);
      REQUIRE_FALSE(proof->value);
      REQUIRE_FALSE(state.get(proof->key));
    });
  }
}

TEST_CASE("No bit of a key file can change, protected or not, secret or public") {
  const auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  const KeyPair keys = test::test_keys("flip", algorithm);
  const SecretBytes plain = encode_key_file(keys, std::nullopt);
  REQUIRE(decode_key_file(plain.expose(), std::nullopt));
  for_each_flip(plain.expose(),
                [&](ByteView flipped, std::size_t) { REQUIRE_FALSE(decode_key_file(flipped, std::nullopt)); });
  const SecretBytes secret = crypto::encode_key_file_with_cost(keys, "correct horse", {1, 8192});
  REQUIRE(decode_key_file(secret.expose(), "correct horse"));
  for_each_flip(secret.expose(),
                [&](ByteView flipped, std::size_t) { REQUIRE_FALSE(decode_key_file(flipped, "correct horse")); });
  const std::string shown = encode_public_key_file(keys.public_keys());
  REQUIRE(decode_public_key_file(shown));
  for_each_flip(view(shown),
                [&](ByteView flipped, std::size_t) { REQUIRE_FALSE(decode_public_key_file(text(flipped))); });
}
