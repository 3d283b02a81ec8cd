#include "medchain/election.h"

#include <algorithm>

#include "support/catch.h"

using namespace medchain;

namespace {

Address address(std::uint8_t seed) {
  Address a;
  a.bytes[0] = seed;
  return a;
}

SigningPublicKey key(std::uint8_t seed) {
  SigningPublicKey k;
  k.storage[0] = seed;
  return k;
}

// Each of its own institution, unless one is given.
Standing standing(std::uint8_t seed, std::uint64_t votes, std::uint32_t pass_over = 0, std::uint8_t institution = 0) {
  return {address(seed), key(seed), address(institution == 0 ? 100 + seed : institution), Tokens{votes}, pass_over};
}

Committee committee(std::initializer_list<std::uint8_t> seeds) {
  Committee c{Round{6}, Height{25}, {}};
  for (std::uint8_t seed : seeds) c.order.push_back({address(seed), key(seed)});
  return c;
}

std::vector<int> seeds(const Committee& c) {
  std::vector<int> all;
  for (const Member& m : c.order) {
    CHECK(m.consensus_key == key(m.validator.bytes[0]));
    all.push_back(m.validator.bytes[0]);
  }
  return all;
}

using Seeds = std::vector<int>;

}  // namespace

TEST_CASE("Those with the most votes are elected, most first") {
  Committee next = elect({standing(1, 10), standing(2, 40), standing(3, 30), standing(4, 5), standing(5, 20)}, 4, {});
  CHECK(seeds(next) == Seeds{2, 3, 5, 1});
}

TEST_CASE("A round follows the last, at the height after its end") {
  Committee next = elect({standing(1, 1), standing(2, 2)}, 4, committee({1, 2, 3, 4}));
  CHECK(next.round == Round{7});
  CHECK(next.first_height == Height{29});
  CHECK(next.size() == 2);  // fewer than wanted
  Committee first = elect_first({standing(1, 1), standing(2, 2)}, 1);
  CHECK(first.round == Round{0});
  CHECK(first.first_height == Height{1});
  CHECK(seeds(first) == Seeds{2});
}

TEST_CASE("Ties go to an incumbent, then to the lower address") {
  std::vector<Standing> equal{standing(4, 9), standing(3, 9), standing(2, 9), standing(1, 9)};
  CHECK(seeds(elect(equal, 2, {})) == Seeds{1, 2});
  CHECK(seeds(elect(equal, 2, committee({4}))) == Seeds{4, 1});
  CHECK(seeds(elect(equal, 3, committee({4, 3}))) == Seeds{3, 4, 1});
  CHECK(seeds(elect({standing(1, 10), standing(2, 9)}, 1, committee({2}))) == Seeds{1});  // only ties
}

TEST_CASE("An institution has one producer: its best") {
  std::vector<Standing> s{standing(1, 50, 0, 200), standing(2, 40, 0, 200), standing(3, 30), standing(4, 20)};
  CHECK(seeds(elect(s, 3, {})) == Seeds{1, 3, 4});
  CHECK(seeds(elect(s, 4, {})) == Seeds{1, 3, 4});
  s[1].votes = Tokens{50};
  CHECK(seeds(elect(s, 3, committee({2}))) == Seeds{2, 3, 4});  // its best by the same tie rule
}

TEST_CASE("Nobody standing leaves the incumbents in office, in their order") {
  Committee next = elect({}, 4, committee({3, 1, 2}));
  CHECK(seeds(next) == Seeds{3, 1, 2});
  CHECK(next.round == Round{7});
  CHECK(next.first_height == Height{28});
  CHECK(elect_first({}, 4).order.empty());
}

TEST_CASE("Who missed its turns is passed over, and the next by votes moves up") {
  CHECK(seeds(elect({standing(1, 50), standing(2, 40, 3), standing(3, 30), standing(4, 20), standing(5, 10)}, 4, {})) ==
        Seeds{1, 3, 4, 5});
}

TEST_CASE("At most f are passed over, those with most rounds left first, then those with fewer votes") {
  std::vector<Standing> s{standing(1, 50, 1), standing(2, 40, 3), standing(3, 30, 2),
                          standing(4, 20),    standing(5, 10),    standing(6, 5)};
  CHECK(seeds(elect(s, 4, {})) == Seeds{1, 3, 4, 5});  // f = 1
  s[0].pass_over_rounds = 3;
  CHECK(seeds(elect(s, 4, {})) == Seeds{1, 3, 4, 5});  // 1 and 2 missed as much; 1 has more votes
  CHECK(seeds(elect(s, 3, {})) == Seeds{1, 2, 3});     // f = 0
}

TEST_CASE("Candidates far down the ranking do not use up whom to pass over") {
  CHECK(seeds(elect({standing(1, 50), standing(2, 40, 1), standing(3, 30), standing(4, 20), standing(5, 10),
                     standing(6, 1, 15)},
                    4, {})) == Seeds{1, 3, 4, 5});
}

TEST_CASE("Whoever moves up is judged the same way") {
  // n = 7, f = 2: 7 is passed over, 8 moves up and is passed over too, 9 takes the place.
  std::vector<Standing> s;
  for (std::uint8_t i = 1; i <= 9; ++i) s.push_back(standing(i, 100u - i, i == 7 || i == 8 ? 1 : 0));
  CHECK(seeds(elect(s, 7, {})) == Seeds{1, 2, 3, 4, 5, 6, 9});
}

TEST_CASE("Passing over never leaves fewer than n: those passed over fill the places, last") {
  CHECK(seeds(elect({standing(1, 50, 2), standing(2, 40), standing(3, 30), standing(4, 20)}, 4, {})) ==
        Seeds{2, 3, 4, 1});
  std::vector<Standing> s;
  for (std::uint8_t i = 1; i <= 8; ++i) s.push_back(standing(i, 100u - i, i <= 2 ? 1 : 0));
  CHECK(seeds(elect(s, 7, {})) == Seeds{3, 4, 5, 6, 7, 8, 1});  // two passed over, one of them needed: the better
}

TEST_CASE("The order of the standings does not matter") {
  std::vector<Standing> s{standing(1, 5, 1), standing(2, 5), standing(3, 5, 0, 200), standing(4, 7, 0, 200),
                          standing(5, 1, 2)};
  auto less = [](const Standing& a, const Standing& b) { return a.validator < b.validator; };
  const Seeds expected = seeds(elect(s, 4, committee({5, 2})));
  do {
    CHECK(seeds(elect(s, 4, committee({5, 2}))) == expected);
  } while (std::next_permutation(s.begin(), s.end(), less));
}
