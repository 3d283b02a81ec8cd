// Merkle trees of RFC 6962 section 2.1 (the same as RFC 9162 section 2.1): one root for a list, and proofs that an
// entry is in it. Leaves and inner nodes are hashed apart (0x00 and 0x01 in front), so neither passes for the other.
//
//   std::vector<Hash> leaves = {merkle::leaf_hash(first), merkle::leaf_hash(second), merkle::leaf_hash(third)};
//   Hash root = merkle::root(leaves);
//   std::vector<Hash> proof = merkle::path(leaves, 1);
//   bool in_it = merkle::verify_path(merkle::leaf_hash(second), 1, 3, proof, root);
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "medchain/hash.h"

namespace medchain::merkle {

Hash leaf_hash(ByteView entry);                       // SHA-256(0x00 || entry)
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)

// Of no leaves: SHA-256 of nothing.
Hash root(std::span<const Hash> leaf_hashes);

// The inclusion proof of leaf `index` (below the number of leaves), from the leaf upwards; RFC 9162 section 2.1.3.1. At
// most 64 hashes; none for a tree of one leaf.
std::vector<Hash> path(std::span<const Hash> leaf_hashes, std::size_t index);

// RFC 9162 section 2.1.3.2. False for whatever does not prove that leaf `index` of a tree of `size` leaves is
// `leaf_hash`; every value may come from a stranger.
bool verify_path(const Hash& leaf_hash, std::uint64_t index, std::uint64_t size, std::span<const Hash> path,
                 const Hash& root);

}  // namespace medchain::merkle
