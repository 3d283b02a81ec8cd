// A compact sparse Merkle tree (as in Jellyfish and Diem): a map from 256-bit key hashes to value hashes with one root.
//
// The bits of a key hash, most significant first, lead from the root down, 0 to the left. A leaf sits where its prefix
// is its own alone, so the shape, and the root, depend on the keys and values only, not on their history:
//
//   no key below a prefix    32 zero bytes
//   one                      leaf(key hash, value hash) = SHA-256(0x00 || key hash || value hash)
//   more                     SHA-256(0x01 || left || right)
//
// prepare() computes a new root without touching the tree: several proposals may be executed on one parent. apply()
// then costs no hashing. An inner node holds the hashes of both its children, so that a path can be hashed anew without
// reading its siblings: in a tree that is too large for any cache, most of the time is waiting for memory. A leaf takes
// 64 bytes and an inner node 72, of which there are 1.44 per key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "medchain/hash.h"

namespace medchain::state {

Hash key_hash(ByteView key);      // hash_with_domain("medchain/state-key/v1", key)
Hash value_hash(ByteView value);  // hash_with_domain("medchain/state-value/v1", value)
Hash leaf_hash(const Hash& key_hash, const Hash& value_hash);
bool bit(const Hash& hash, std::size_t index);

// Items with stable 32-bit indices, in chunks: growing copies nothing, and released indices are used again.
template <class T>
class Arena {
 public:
  const T& operator[](std::uint32_t index) const { return chunks_[index / kChunk][index % kChunk]; }
  T& operator[](std::uint32_t index) { return chunks_[index / kChunk][index % kChunk]; }
  std::uint32_t take() {
    if (!free_.empty()) {
      std::uint32_t index = free_.back();
      free_.pop_back();
      return index;
    }
    if (used_ % kChunk == 0) chunks_.push_back(std::make_unique<T[]>(kChunk));
    return used_++;
  }
  void release(std::uint32_t index) { free_.push_back(index); }
  std::size_t size() const { return used_ - free_.size(); }

 private:
  static constexpr std::uint32_t kChunk = 1024;
  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
};

class SparseTree {
  static constexpr std::size_t kCacheLine = 64;

 public:
  struct Change {
    Hash key;
    std::optional<Hash> value;  // nothing: removed, if it is there
  };
  struct alignas(kCacheLine) Leaf {
    Hash key;
    Hash value;
  };
  struct Path {
    std::vector<Hash> siblings;  // from the root down
    std::optional<Leaf> leaf;    // where the path ends: the key's own, another's, or none
  };
  // What prepare() computed: the nodes that change. Dropping it costs nothing.
  class Update;

  const Hash& root() const { return root_.hash; }
  std::size_t size() const { return leaves_.size(); }

  // `changes` ascend strictly by key (asserted). Every node on their paths is hashed once.
  Update prepare(std::span<const Change> changes) const;
  // `update` was prepared on this tree, and nothing applied since (asserted).
  void apply(Update update);
  Path path(const Hash& key) const;

 private:
  class Builder;
  // An inner node or a leaf (kLeaf), of the tree or of an update (kNew), by index; or nothing.
  using Ref = std::uint32_t;
  static constexpr Ref kLeaf = Ref{1} << 31;
  static constexpr Ref kNew = Ref{1} << 30;
  static constexpr Ref kIndex = kNew - 1;
  static constexpr Ref kEmpty = ~Ref{0};
  struct Node {  // what an inner node knows of a child
    Ref ref = kEmpty;
    Hash hash;
  };
  // An inner node, in two parts: who follows a path reads the first ones, of which eight share a line of the cache.
  struct Children {
    Ref left = kEmpty;
    Ref right = kEmpty;
  };
  struct alignas(kCacheLine) Hashes {
    Hash left;
    Hash right;
  };
  static bool is_leaf(Ref ref) { return ref != kEmpty && (ref & kLeaf) != 0; }
  Node child(Ref inner, bool right) const;

  Arena<Children> children_;
  Arena<Hashes> hashes_;  // taken and released with children_, so that one index names both
  Arena<Leaf> leaves_;
  Node root_;
  std::uint64_t version_ = 0;  // number of updates applied
};

class SparseTree::Update {
 public:
  const Hash& root() const { return root_.hash; }

 private:
  friend class SparseTree;
  friend class SparseTree::Builder;
  std::vector<Children> children_;
  std::vector<Hashes> hashes_;
  std::vector<Leaf> leaves_;
  std::vector<Ref> replaced_;  // nodes of the tree that the new root no longer reaches
  Node root_;
  std::uint64_t version_ = 0;  // of the tree when it was prepared
};

// As prepare() wants them.
void sort_by_key(std::vector<SparseTree::Change>& changes);

}  // namespace medchain::state
