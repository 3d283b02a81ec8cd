// Proofs of one key: what a client checks against nothing but the state root of a certified header.
#include "data.h"
#include "medchain/merkle.h"

namespace medchain {
namespace {

struct WireLeaf {
  Hash key;
  Hash value;
  MEDCHAIN_FIELDS(key, value)
};

struct WireProof {
  std::uint8_t contract = 0;
  Bytes key;
  std::optional<Bytes> value;
  std::vector<Hash> contract_roots;
  std::vector<Hash> siblings;
  std::optional<WireLeaf> other_leaf;
  MEDCHAIN_VERSIONED(1, contract, key, value, contract_roots, siblings, other_leaf)
};

Error refused(std::string why) { return {ErrorCode::kAuthentication, "state proof: " + std::move(why)}; }

bool same_prefix(const Hash& a, const Hash& b, std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    if (state::bit(a, i) != state::bit(b, i)) return false;
  }
  return true;
}

// The hash that stands where the path of `key` ends.
Result<Hash> path_end(const StateProof& proof, const Hash& key) {
  if (proof.value) {
    if (proof.other_leaf) return refused("shows a value and another leaf in its place");
    return state::leaf_hash(key, state::value_hash(*proof.value));
  }
  if (!proof.other_leaf) return Hash{};
  const auto& [other_key, other_value] = *proof.other_leaf;
  if (other_key == key) return refused("claims absence, and shows the key's own leaf");
  if (!same_prefix(other_key, key, proof.siblings.size()))
    return refused("shows a leaf that is not in the key's place");
  return state::leaf_hash(other_key, other_value);
}

}  // namespace

Bytes StateProof::encode() const {
  std::optional<WireLeaf> leaf;
  if (other_leaf) leaf = {other_leaf->first, other_leaf->second};
  return bcs::encode(
      WireProof{static_cast<std::uint8_t>(key.contract), to_bytes(key.bytes), value, contract_roots, siblings, leaf});
}

Result<StateProof> StateProof::decode(ByteView bytes) {
  auto wire = bcs::decode<WireProof>(bytes);
  if (!wire) return wire.error().in("state proof");
  if (wire->contract >= kContracts) {
    return Error(ErrorCode::kMalformed, "state proof: contract " + std::to_string(wire->contract) + " is unknown");
  }
  auto key = KeyBytes::from(wire->key);
  if (!key) {
    return Error(ErrorCode::kMalformed, "state proof: a key of " + std::to_string(wire->key.size()) +
                                            " bytes, none has more than " + std::to_string(KeyBytes::kMax));
  }
  StateProof proof{{static_cast<Contract>(wire->contract), *key},
                   std::move(wire->value),
                   std::move(wire->contract_roots),
                   std::move(wire->siblings),
                   std::nullopt};
  if (wire->other_leaf) proof.other_leaf = {wire->other_leaf->key, wire->other_leaf->value};
  return proof;
}

Result<void> verify_state_proof(const StateProof& proof, const Hash& state_root) {
  auto contract = static_cast<std::size_t>(proof.key.contract);
  if (proof.contract_roots.size() != kContracts || contract >= kContracts) {
    return refused("needs the roots of " + std::to_string(kContracts) + " contracts and one of them to look into");
  }
  if (state::state_root(proof.contract_roots) != state_root) {
    return refused("the contracts' roots do not make up the state root " + state_root.hex());
  }
  if (proof.siblings.size() > 8 * Hash::kSize) return refused("the path is longer than a key hash");
  Hash key = state::key_hash(proof.key.bytes);
  auto end = path_end(proof, key);
  if (!end) return end.error();
  Hash hash = *end;
  for (std::size_t depth = proof.siblings.size(); depth-- > 0;) {
    const Hash& sibling = proof.siblings[depth];
    hash = state::bit(key, depth) ? merkle::node_hash(sibling, hash) : merkle::node_hash(hash, sibling);
  }
  if (hash != proof.contract_roots[contract]) return refused("the path does not lead to the contract's root");
  return {};
}

StateProof State::prove(const StateKey& key) const {
  auto contract = static_cast<std::size_t>(key.contract);
  MEDCHAIN_ASSERT(contract < kContracts, "a proof for a contract that does not exist");
  Hash hashed = state::key_hash(key.bytes);
  auto path = impl_->contracts[contract].tree.path(hashed);
  StateProof proof{key, std::nullopt, state::contract_roots(impl_->contracts), std::move(path.siblings), std::nullopt};
  if (path.leaf && path.leaf->key == hashed) {
    proof.value = get(key);
  } else if (path.leaf) {
    proof.other_leaf = {path.leaf->key, path.leaf->value};
  }
  return proof;
}

}  // namespace medchain
