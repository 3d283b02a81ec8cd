#include "medchain/merkle.h"

#include <array>

namespace medchain::merkle {
namespace {

constexpr std::array<std::uint8_t, 1> kLeaf{0};
constexpr std::array<std::uint8_t, 1> kNode{1};

// One level up, in place. A last node without a partner moves up as it is: that gives the tree of RFC 6962, whose left
// subtree is the largest power of two below the size.
void fold(std::vector<Hash>& level) {
  std::size_t parents = 0;
  for (std::size_t i = 0; i < level.size(); i += 2) {
    level[parents++] = i + 1 < level.size() ? node_hash(level[i], level[i + 1]) : level[i];
  }
  level.resize(parents);
}

}  // namespace

Hash leaf_hash(ByteView entry) { return sha256({kLeaf, entry}); }
Hash node_hash(const Hash& left, const Hash& right) { return sha256({kNode, left.bytes, right.bytes}); }

Hash root(std::span<const Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return sha256(ByteView());
  std::vector<Hash> level(leaf_hashes.begin(), leaf_hashes.end());
  while (level.size() > 1) fold(level);
  return level[0];
}

std::vector<Hash> path(std::span<const Hash> leaf_hashes, std::size_t index) {
  MEDCHAIN_ASSERT(index < leaf_hashes.size(), "a proof for a leaf that the tree does not have");
  std::vector<Hash> proof;
  std::vector<Hash> level(leaf_hashes.begin(), leaf_hashes.end());
  for (; level.size() > 1; index /= 2) {
    std::size_t sibling = index ^ 1;
    if (sibling < level.size()) proof.push_back(level[sibling]);
    fold(level);
  }
  return proof;
}

bool verify_path(const Hash& leaf_hash, std::uint64_t index, std::uint64_t size, std::span<const Hash> path,
                 const Hash& root) {
  if (index >= size) return false;
  std::uint64_t node = index;  // fn and sn of the RFC: this node, and the last one of its level
  std::uint64_t last = size - 1;
  Hash hash = leaf_hash;
  for (const Hash& sibling : path) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = node_hash(sibling, hash);
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hash == root;
}

}  // namespace medchain::merkle
