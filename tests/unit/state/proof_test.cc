#include "medchain/merkle.h"
#include "sparse_tree.h"
#include "state_keys.h"
#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

bool verifies(const StateProof& proof, const Hash& root) {
  auto result = verify_state_proof(proof, root);
  if (!result) CHECK(result.error().code() == ErrorCode::kAuthentication);
  return result.ok();
}

struct WorldWithState : World {
  WorldWithState() {
    Put put;
    put.subject = patient.address();
    put.readers = {patient.address(), doctor.address()};
    put.payload_root = hash_of("payload");
    put.payload_bytes = 100;
    for (std::uint8_t i = 0; i < 40; ++i) {
      put.nonce = {i};
      REQUIRE(run(device, RecordsBody{put}) == TxStatus::kSuccess);
    }
  }
};

}  // namespace

TEST_CASE("every key of the state is proved, and proofs survive their encoding") {
  WorldWithState world;
  Hash root = world.state.root();
  std::size_t count = 0;
  world.state.for_each([&](const StateKey& key, const Bytes& value) {
    StateProof proof = world.state.prove(key);
    CHECK(proof.value == value);
    CHECK(verifies(proof, root));
    auto decoded = StateProof::decode(proof.encode());
    REQUIRE(decoded);
    CHECK(decoded->encode() == proof.encode());
    CHECK(verifies(*decoded, root));
    ++count;
  });
  CHECK(count > 150);
}

TEST_CASE("absence is proved, with and without another leaf in the place") {
  WorldWithState world;
  Hash root = world.state.root();
  std::size_t with_leaf = 0;
  for (int i = 0; i < 200; ++i) {
    Address nobody{{hash_of("nobody " + std::to_string(i)).bytes}};
    StateProof proof = world.state.prove(state_key::participant(nobody));
    CHECK_FALSE(proof.value);
    CHECK(verifies(proof, root));
    if (proof.other_leaf) ++with_leaf;
    auto decoded = StateProof::decode(proof.encode());
    REQUIRE(decoded);
    CHECK(verifies(*decoded, root));
  }
  CHECK(with_leaf > 0);
  CHECK(with_leaf < 200);
}

TEST_CASE("absence is proved in a contract without any key") {
  World world;  // no records yet
  StateProof proof = world.state.prove(state_key::record(RecordId{}));
  CHECK(proof.siblings.empty());
  CHECK(verifies(proof, world.state.root()));
}

TEST_CASE("a proof with any bit changed proves nothing that is not so") {
  WorldWithState world;
  Hash root = world.state.root();
  std::vector<StateKey> keys{state_key::account(world.doctor.address()), state_key::candidate(world.node(0).address()),
                             state_key::participant(world.stranger.address())};
  for (int i = 0; i < 6; ++i) keys.push_back(state_key::record({hash_of("record " + std::to_string(i)).bytes}));
  for (const StateKey& key : keys) {
    Bytes bytes = world.state.prove(key).encode();
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      Bytes altered = bytes;
      altered[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
      auto proof = StateProof::decode(altered);
      if (!proof || !verifies(*proof, root)) continue;
      // Only the absence of one more key that is absent can be shown by the same path.
      CAPTURE(bit, to_hex(bytes));
      CHECK(proof->key != key);
      CHECK_FALSE(proof->value);
      CHECK_FALSE(world.state.get(proof->key));
    }
  }
}

TEST_CASE("truncated proofs, and ones with bytes appended, do not decode") {
  WorldWithState world;
  Bytes bytes = world.state.prove(state_key::account(world.doctor.address())).encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(StateProof::decode(ByteView(bytes).first(size)));
  bytes.push_back(0);
  CHECK_FALSE(StateProof::decode(bytes));
}

TEST_CASE("proofs composed to deceive are refused") {
  WorldWithState world;
  Hash root = world.state.root();
  StateKey key = state_key::participant(world.doctor.address());
  const StateProof good = world.state.prove(key);
  REQUIRE(verifies(good, root));
  Hash hashed = state::key_hash(key.bytes);
  Hash value = state::value_hash(*good.value);

  StateProof bad = good;
  bad.value.reset();  // absent, although it is there
  CHECK_FALSE(verifies(bad, root));
  bad.other_leaf = {hashed, value};  // its own leaf as another's
  CHECK_FALSE(verifies(bad, root));
  bad = good;
  bad.other_leaf = {hashed, value};
  CHECK_FALSE(verifies(bad, root));

  // A leaf from elsewhere in the tree, with its own true path, does not show that our key is absent.
  StateProof elsewhere = world.state.prove(state_key::participant(world.nurse.address()));
  StateProof borrowed = elsewhere;
  borrowed.key = key;
  borrowed.value.reset();
  borrowed.other_leaf = {state::key_hash(elsewhere.key.bytes), state::value_hash(*elsewhere.value)};
  CHECK_FALSE(verifies(borrowed, root));

  // An inner node as a leaf: its two children are 64 bytes as a key hash and a value hash are.
  bad = good;
  bad.siblings.pop_back();
  CHECK_FALSE(verifies(bad, root));
  bad = good;
  bad.value.reset();
  bad.other_leaf = {good.siblings.back(), state::leaf_hash(hashed, value)};
  bad.siblings.pop_back();
  CHECK_FALSE(verifies(bad, root));

  bad = good;
  bad.contract_roots.pop_back();
  CHECK_FALSE(verifies(bad, root));
  bad = good;
  bad.contract_roots.push_back(Hash{});
  CHECK_FALSE(verifies(bad, root));
  bad = good;
  bad.key.contract = static_cast<Contract>(kContracts);
  CHECK_FALSE(verifies(bad, root));
  bad = good;
  bad.key.contract = Contract::kTokens;
  CHECK_FALSE(verifies(bad, root));
  bad = good;
  bad.siblings.resize(257);
  CHECK_FALSE(verifies(bad, root));
  CHECK_FALSE(verifies(good, hash_of("another root")));
}

TEST_CASE("a leaf that no honest tree has in this place proves no absence") {
  StateProof proof;
  proof.key = state_key::account(Address{});
  Hash key = state::key_hash(proof.key.bytes);
  Hash other = key;
  other.bytes[0] ^= 0x80;  // belongs on the other side of the root
  Hash sibling = hash_of("sibling");
  proof.other_leaf = {other, hash_of("value")};
  proof.siblings = {sibling};
  auto roots_with = [&](const Hash& leaf_key) {
    Hash leaf = state::leaf_hash(leaf_key, hash_of("value"));
    Hash root = state::bit(key, 0) ? merkle::node_hash(sibling, leaf) : merkle::node_hash(leaf, sibling);
    return std::vector<Hash>{root, {}, {}, {}, {}};
  };
  auto state_root = [](const std::vector<Hash>& roots) {
    std::vector<Hash> leaves;
    for (const Hash& root : roots) leaves.push_back(merkle::leaf_hash(root.bytes));
    return merkle::root(leaves);
  };
  proof.contract_roots = roots_with(other);
  CHECK_FALSE(verifies(proof, state_root(proof.contract_roots)));

  other = key;
  other.bytes[0] ^= 0x40;  // belongs here
  proof.other_leaf->first = other;
  proof.contract_roots = roots_with(other);
  CHECK(verifies(proof, state_root(proof.contract_roots)));
}

TEST_CASE("the state root is the RFC 6962 root over the contracts' roots") {
  World world;
  StateProof proof = world.state.prove(state_key::account(world.doctor.address()));
  std::vector<Hash> leaves;
  for (const Hash& contract : proof.contract_roots) leaves.push_back(merkle::leaf_hash(contract.bytes));
  CHECK(leaves.size() == kContracts);
  CHECK(merkle::root(leaves) == world.state.root());
}
