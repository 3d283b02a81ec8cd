#include "medchain/merkle.h"

#include "support/catch.h"

using namespace medchain;

namespace {

// RFC 6962 section 2.1 and RFC 9162 section 2.1.3.1, word for word.
Hash naive_root(const std::vector<Hash>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return sha256(ByteView());
  if (end - begin == 1) return leaves[begin];
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return merkle::node_hash(naive_root(leaves, begin, begin + k), naive_root(leaves, begin + k, end));
}
std::vector<Hash> naive_path(const std::vector<Hash>& leaves, std::size_t m, std::size_t begin, std::size_t end) {
  if (end - begin == 1) return {};
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  bool left = m < k;
  auto path = left ? naive_path(leaves, m, begin, begin + k) : naive_path(leaves, m - k, begin + k, end);
  path.push_back(left ? naive_root(leaves, begin + k, end) : naive_root(leaves, begin, begin + k));
  return path;
}

std::vector<Hash> leaves(std::size_t count) {
  std::vector<Hash> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(merkle::leaf_hash(view("leaf " + std::to_string(i))));
  return result;
}

// The entries that the reference implementation of RFC 6962 uses in its tests, and the roots over the first 1, 2,
// ... 8.
const std::vector<std::string> kEntries{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

}  // namespace

TEST_CASE("RFC 6962 section 2.1: the known roots") {
  std::vector<Hash> hashes;
  CHECK(merkle::root(hashes) == sha256(ByteView()));
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    hashes.push_back(merkle::leaf_hash(*from_hex(kEntries[i])));
    CHECK(merkle::root(hashes).hex() == kRoots[i]);
  }
}

TEST_CASE("roots and paths are those of the RFC's recursive definition") {
  for (std::size_t count = 1; count <= 70; ++count) {
    auto all = leaves(count);
    Hash root = merkle::root(all);
    REQUIRE(root == naive_root(all, 0, count));
    for (std::size_t i = 0; i < count; ++i) {
      auto path = merkle::path(all, i);
      REQUIRE(path == naive_path(all, i, 0, count));
      REQUIRE(merkle::verify_path(all[i], i, count, path, root));
    }
  }
}

TEST_CASE("RFC 9162 section 2.1.3.2: what proves nothing is refused") {
  for (std::size_t count : {1, 2, 3, 5, 8, 13}) {
    auto all = leaves(count);
    Hash root = merkle::root(all);
    for (std::size_t i = 0; i < count; ++i) {
      auto path = merkle::path(all, i);
      CHECK_FALSE(merkle::verify_path(merkle::leaf_hash(view("stranger")), i, count, path, root));
      CHECK_FALSE(merkle::verify_path(all[i], count, count, path, root));
      CHECK_FALSE(merkle::verify_path(all[i], i, 0, path, root));
      for (std::size_t other = 0; other < count; ++other) {
        if (other != i) CHECK_FALSE(merkle::verify_path(all[i], other, count, path, root));
      }
      auto longer = path;
      longer.push_back(root);
      CHECK_FALSE(merkle::verify_path(all[i], i, count, longer, root));
      for (std::size_t at = 0; at < path.size(); ++at) {
        auto altered = path;
        altered[at].bytes[at % 32] ^= 1;
        CHECK_FALSE(merkle::verify_path(all[i], i, count, altered, root));
      }
      if (!path.empty()) {
        path.pop_back();
        CHECK_FALSE(merkle::verify_path(all[i], i, count, path, root));
      }
    }
  }
}

TEST_CASE("an inner node does not pass for a leaf") {
  auto all = leaves(4);
  Hash inner = merkle::node_hash(all[0], all[1]);
  Bytes forged = to_bytes(all[0].bytes);
  append(forged, all[1].bytes);
  CHECK(merkle::leaf_hash(forged) != inner);
  CHECK_FALSE(
      merkle::verify_path(inner, 0, 4, std::vector<Hash>{merkle::node_hash(all[2], all[3])}, merkle::root(all)));
}

TEST_CASE("a tree of 2^63 leaves has short proofs, checked without overflow") {
  std::vector<Hash> path(63, Hash{});
  Hash root = merkle::leaf_hash(view("only"));
  for (const Hash& sibling : path) root = merkle::node_hash(root, sibling);
  CHECK(merkle::verify_path(merkle::leaf_hash(view("only")), 0, std::uint64_t{1} << 63, path, root));
  CHECK_FALSE(merkle::verify_path(merkle::leaf_hash(view("only")), 0, ~std::uint64_t{0}, path, root));
}
