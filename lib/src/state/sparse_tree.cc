#include "sparse_tree.h"

#include <algorithm>

#include "medchain/merkle.h"

namespace medchain::state {

Hash key_hash(ByteView key) { return hash_with_domain("medchain/state-key/v1", {key}); }
Hash value_hash(ByteView value) { return hash_with_domain("medchain/state-value/v1", {value}); }

Hash leaf_hash(const Hash& key_hash, const Hash& value_hash) {
  std::array<std::uint8_t, 2 * Hash::kSize> entry;
  std::copy(key_hash.bytes.begin(), key_hash.bytes.end(), entry.begin());
  std::copy(value_hash.bytes.begin(), value_hash.bytes.end(), entry.begin() + Hash::kSize);
  return merkle::leaf_hash(entry);
}

bool bit(const Hash& hash, std::size_t index) { return ((hash.bytes[index / 8] >> (7 - index % 8)) & 1) != 0; }

namespace {

using Changes = std::span<const SparseTree::Change>;

// Those that go left at `depth`, and those that go right; all agree on the bits before.
std::pair<Changes, Changes> split(Changes changes, std::size_t depth) {
  MEDCHAIN_ASSERT(depth < 8 * Hash::kSize, "two changes of one key in a sparse tree");
  auto middle = std::partition_point(changes.begin(), changes.end(),
                                     [&](const SparseTree::Change& change) { return !bit(change.key, depth); });
  auto left = static_cast<std::size_t>(middle - changes.begin());
  return {changes.first(left), changes.subspan(left)};
}

bool strictly_ascending(Changes changes) {
  return std::adjacent_find(changes.begin(), changes.end(),
                            [](const auto& a, const auto& b) { return !(a.key < b.key); }) == changes.end();
}

}  // namespace

// Changes are large to move, and keys far apart to compare: so what is sorted is the beginning of each key.
void sort_by_key(std::vector<SparseTree::Change>& changes) {
  struct Place {
    std::uint64_t start = 0;
    std::uint32_t index = 0;
  };
  std::vector<Place> places;
  places.reserve(changes.size());
  for (const SparseTree::Change& change : changes) {
    std::uint64_t start = 0;
    for (std::size_t i = 0; i < sizeof start; ++i) start = start << 8 | change.key.bytes[i];
    places.push_back({start, static_cast<std::uint32_t>(places.size())});
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    return a.start != b.start ? a.start < b.start : changes[a.index].key < changes[b.index].key;
  });
  std::vector<SparseTree::Change> sorted;
  sorted.reserve(changes.size());
  for (const Place& place : places) sorted.push_back(changes[place.index]);
  changes = std::move(sorted);
}

// Makes the changed part of a tree anew, from the leaves up, beside the old one.
class SparseTree::Builder {
 public:
  Builder(const SparseTree& tree, Update& update) : tree_(tree), update_(update) {}

  // The node that takes the place of `at` once `changes`, all below it, are made.
  Node change(const Node& at, std::size_t depth, Changes changes, bool fetched = false) {
    if (changes.empty()) return at;
    if (at.ref == kEmpty) return build(present(changes), depth);
    if (!fetched && changes.size() <= kTogether) {
      fetch(at.ref, depth, changes);
      fetched = true;
    }
    update_.replaced_.push_back(at.ref);
    if (is_leaf(at.ref)) return change_leaf(tree_.leaves_[at.ref & kIndex], depth, changes);
    auto [left, right] = split(changes, depth);
    Node new_left = change(tree_.child(at.ref, false), depth + 1, left, fetched);
    return join(new_left, change(tree_.child(at.ref, true), depth + 1, right, fetched));
  }

 private:
  // The paths of so many changes are brought into the cache together, level by level. One after the other, each node of
  // each path would be waited for.
  static constexpr std::size_t kTogether = 64;

  void fetch(Ref at, std::size_t depth, Changes changes) const {
    std::array<Ref, kTogether> nodes;
    std::fill_n(nodes.begin(), changes.size(), at);
    for (bool deeper = true; deeper; ++depth) {
      deeper = false;
      for (std::size_t i = 0; i < changes.size(); ++i) {
        if (nodes[i] == kEmpty || is_leaf(nodes[i])) continue;
        __builtin_prefetch(&tree_.hashes_[nodes[i] & kIndex]);
        const Children& children = tree_.children_[nodes[i] & kIndex];
        nodes[i] = bit(changes[i].key, depth) ? children.right : children.left;
        fetch(nodes[i]);
        deeper = true;
      }
    }
  }
  void fetch(Ref ref) const {
    if (ref == kEmpty) return;
    __builtin_prefetch(is_leaf(ref) ? static_cast<const void*>(&tree_.leaves_[ref & kIndex])
                                    : static_cast<const void*>(&tree_.children_[ref & kIndex]));
  }

  Node change_leaf(const Leaf& leaf, std::size_t depth, Changes changes) {
    // By far the most frequent: a key gets another value.
    if (changes.size() == 1 && changes[0].key == leaf.key && changes[0].value) return build(changes, depth);
    return build(present(with(changes, leaf)), depth);
  }

  static std::vector<Change> present(Changes changes) {
    std::vector<Change> kept;
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(kept), [](const auto& c) { return c.value; });
    return kept;
  }

  static std::vector<Change> with(Changes changes, const Leaf& leaf) {
    std::vector<Change> all(changes.begin(), changes.end());
    auto at =
        std::lower_bound(all.begin(), all.end(), leaf.key, [](const auto& c, const Hash& k) { return c.key < k; });
    if (at == all.end() || at->key != leaf.key) all.insert(at, {leaf.key, leaf.value});
    return all;
  }

  Node build(Changes leaves, std::size_t depth) {
    if (leaves.empty()) return {};
    if (leaves.size() == 1) {
      update_.leaves_.push_back({leaves[0].key, *leaves[0].value});
      return {fresh(update_.leaves_.size() - 1) | kLeaf, leaf_hash(leaves[0].key, *leaves[0].value)};
    }
    auto [left, right] = split(leaves, depth);
    Node new_left = build(left, depth + 1);
    return join(new_left, build(right, depth + 1));
  }

  // A lone leaf moves up to where its prefix is its own.
  Node join(const Node& left, const Node& right) {
    if (right.ref == kEmpty && (left.ref == kEmpty || is_leaf(left.ref))) return left;
    if (left.ref == kEmpty && is_leaf(right.ref)) return right;
    update_.children_.push_back({left.ref, right.ref});
    update_.hashes_.push_back({left.hash, right.hash});
    return {fresh(update_.children_.size() - 1), merkle::node_hash(left.hash, right.hash)};
  }

  static Ref fresh(std::size_t index) {
    MEDCHAIN_ASSERT(index < kIndex, "more nodes in an update than a sparse tree can name");
    return static_cast<Ref>(index) | kNew;
  }

  const SparseTree& tree_;
  Update& update_;
};

SparseTree::Node SparseTree::child(Ref inner, bool right) const {
  const Children& children = children_[inner & kIndex];
  const Hashes& hashes = hashes_[inner & kIndex];
  return right ? Node{children.right, hashes.right} : Node{children.left, hashes.left};
}

SparseTree::Update SparseTree::prepare(std::span<const Change> changes) const {
  MEDCHAIN_ASSERT(strictly_ascending(changes), "changes of a sparse tree that do not ascend");
  Update update;
  update.version_ = version_;
  update.root_ = Builder(*this, update).change(root_, 0, changes);
  return update;
}

void SparseTree::apply(Update update) {
  MEDCHAIN_ASSERT(update.version_ == version_, "an update prepared on another version of the sparse tree");
  for (Ref ref : update.replaced_) {
    if (is_leaf(ref)) {
      leaves_.release(ref & kIndex);
    } else {
      children_.release(ref);
      hashes_.release(ref);
    }
  }
  std::vector<Ref> inner_places(update.children_.size());
  std::vector<Ref> leaf_places(update.leaves_.size());
  for (Ref& place : inner_places) {
    place = children_.take();
    const Ref of_hashes = hashes_.take();
    MEDCHAIN_ASSERT(place < kIndex && place == of_hashes, "more nodes than a sparse tree can name");
  }
  for (Ref& place : leaf_places) place = leaves_.take() | kLeaf;
  auto placed = [&](Ref ref) {
    if (ref == kEmpty || (ref & kNew) == 0) return ref;
    return is_leaf(ref) ? leaf_places[ref & kIndex] : inner_places[ref & kIndex];
  };
  for (std::size_t i = 0; i < inner_places.size(); ++i) {
    const Children& children = update.children_[i];
    children_[inner_places[i]] = {placed(children.left), placed(children.right)};
    hashes_[inner_places[i]] = update.hashes_[i];
  }
  for (std::size_t i = 0; i < leaf_places.size(); ++i) leaves_[leaf_places[i] & ~kLeaf] = update.leaves_[i];
  root_ = {placed(update.root_.ref), update.root_.hash};
  ++version_;
}

SparseTree::Path SparseTree::path(const Hash& key) const {
  Path path;
  Ref at = root_.ref;
  for (std::size_t depth = 0; at != kEmpty && !is_leaf(at); ++depth) {
    const bool right = bit(key, depth);
    path.siblings.push_back(child(at, !right).hash);
    at = child(at, right).ref;
  }
  if (is_leaf(at)) path.leaf = leaves_[at & kIndex];
  return path;
}

}  // namespace medchain::state
