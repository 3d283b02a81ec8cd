#include "sparse_tree.h"

#include <algorithm>
#include <map>
#include <random>

#include "medchain/merkle.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::state;

namespace {

using Content = std::map<Hash, Hash>;

// The definition, word for word: none, one, or more below a prefix.
Hash naive_root(const Content& content, std::size_t depth = 0) {
  if (content.empty()) return {};
  if (content.size() == 1) return leaf_hash(content.begin()->first, content.begin()->second);
  Content left, right;
  for (const auto& [key, value] : content) (bit(key, depth) ? right : left).emplace(key, value);
  return merkle::node_hash(naive_root(left, depth + 1), naive_root(right, depth + 1));
}

Hash random_hash(std::mt19937_64& random) {
  Hash hash;
  for (auto& byte : hash.bytes) byte = static_cast<std::uint8_t>(random());
  return hash;
}

// Keys that share long prefixes with one another: chains of inner nodes with one child, and leaves far down.
Hash random_key(std::mt19937_64& random, const Content& content) {
  Hash key = random_hash(random);
  if (content.empty() || random() % 2 == 0) return key;
  auto near = content.lower_bound(key);
  if (near == content.end()) near = content.begin();
  std::size_t shared = random() % 256;
  Hash result = near->first;
  result.bytes[shared / 8] ^= static_cast<std::uint8_t>(0x80 >> (shared % 8));
  return result;
}

std::vector<SparseTree::Change> random_changes(std::mt19937_64& random, const Content& content, std::size_t count) {
  std::map<Hash, std::optional<Hash>> changes;
  for (std::size_t i = 0; i < count; ++i) {
    Hash key = random_key(random, content);
    auto near = content.lower_bound(key);
    if (random() % 3 == 0 && near != content.end()) key = near->first;
    if (random() % 5 < 2) {
      changes[key] = std::nullopt;
    } else {
      changes[key] = random_hash(random);
    }
  }
  std::vector<SparseTree::Change> sorted;
  for (const auto& [key, value] : changes) sorted.push_back({key, value});
  return sorted;
}

Content changed(Content content, const std::vector<SparseTree::Change>& changes) {
  for (const auto& change : changes) {
    if (change.value) {
      content[change.key] = *change.value;
    } else {
      content.erase(change.key);
    }
  }
  return content;
}

}  // namespace

TEST_CASE("an empty sparse tree has a zero root, and one leaf is its own root") {
  SparseTree tree;
  CHECK(tree.root().is_zero());
  CHECK(tree.path(sha256(view("any"))).siblings.empty());
  Hash key = sha256(view("key"));
  Hash value = sha256(view("value"));
  std::vector<SparseTree::Change> change{{key, value}};
  tree.apply(tree.prepare(change));
  CHECK(tree.root() == leaf_hash(key, value));
  change[0].value.reset();
  tree.apply(tree.prepare(change));
  CHECK(tree.root().is_zero());
  CHECK(tree.size() == 0);
}

TEST_CASE("a sparse tree has the root of its definition after any history of insertions, changes and removals") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    SparseTree tree;
    Content content;
    for (int step = 0; step < 60; ++step) {
      auto changes = random_changes(random, content, random() % 12);
      content = changed(content, changes);
      tree.apply(tree.prepare(changes));
      REQUIRE(tree.root() == naive_root(content));
      REQUIRE(tree.size() == content.size());
    }
    std::vector<SparseTree::Change> removals;
    for (const auto& [key, value] : content) removals.push_back({key, std::nullopt});
    tree.apply(tree.prepare(removals));
    CHECK(tree.root().is_zero());
    CHECK(tree.size() == 0);
  }
}

TEST_CASE("the root of a large set does not depend on how it was built") {
  std::mt19937_64 random(7);
  Content content;
  while (content.size() < 20'000) content.emplace(random_hash(random), random_hash(random));
  SparseTree at_once;
  std::vector<SparseTree::Change> all;
  for (const auto& [key, value] : content) all.push_back({key, value});
  at_once.apply(at_once.prepare(all));
  CHECK(at_once.root() == naive_root(content));

  SparseTree in_parts;
  std::vector<SparseTree::Change> shuffled = all;
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  for (std::size_t i = 0; i < shuffled.size(); i += 777) {
    std::vector<SparseTree::Change> part(shuffled.begin() + static_cast<std::ptrdiff_t>(i),
                                         shuffled.begin() + static_cast<std::ptrdiff_t>(std::min(i + 777, all.size())));
    std::sort(part.begin(), part.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    in_parts.apply(in_parts.prepare(part));
  }
  CHECK(in_parts.root() == at_once.root());
}

TEST_CASE("preparing leaves the tree as it is, and several updates may be prepared on one tree") {
  std::mt19937_64 random(3);
  SparseTree tree;
  Content content;
  auto first = random_changes(random, content, 200);
  content = changed(content, first);
  tree.apply(tree.prepare(first));
  for (int step = 0; step < 50; ++step) {
    Hash before = tree.root();
    auto a = random_changes(random, content, 20);
    auto b = random_changes(random, content, 20);
    auto update_a = tree.prepare(a);
    auto update_b = tree.prepare(b);
    CHECK(tree.root() == before);
    CHECK(update_a.root() == naive_root(changed(content, a)));
    CHECK(update_b.root() == naive_root(changed(content, b)));
    content = changed(content, b);
    tree.apply(std::move(update_b));
    REQUIRE(tree.root() == naive_root(content));
  }
}

TEST_CASE("removing a key that is not there changes nothing") {
  std::mt19937_64 random(4);
  SparseTree tree;
  auto first = random_changes(random, {}, 30);
  tree.apply(tree.prepare(first));
  Hash before = tree.root();
  std::vector<SparseTree::Change> removal{{random_hash(random), std::nullopt}};
  tree.apply(tree.prepare(removal));
  CHECK(tree.root() == before);
}

TEST_CASE("a path leads to the key's own leaf, or shows what is in its place") {
  std::mt19937_64 random(5);
  SparseTree tree;
  Content content = changed({}, random_changes(random, {}, 300));
  std::vector<SparseTree::Change> all;
  for (const auto& [key, value] : content) all.push_back({key, value});
  tree.apply(tree.prepare(all));
  for (const auto& [key, value] : content) {
    auto path = tree.path(key);
    REQUIRE(path.leaf);
    CHECK(path.leaf->key == key);
    CHECK(path.leaf->value == value);
  }
  for (int i = 0; i < 300; ++i) {
    Hash key = random_key(random, content);
    auto path = tree.path(key);
    if (path.leaf) CHECK((path.leaf->key == key) == content.contains(key));
    if (!path.leaf) CHECK_FALSE(content.contains(key));
  }
}
