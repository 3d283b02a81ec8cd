// The election against a twin that follows the text of election.h word by word, with no regard for time.
#include <algorithm>
#include <random>

#include "medchain/election.h"
#include "support/catch.h"

using namespace medchain;

namespace {

using Standings = std::vector<Standing>;

struct Twin {
  Committee incumbent;

  bool beats(const Standing& a, const Standing& b) const {
    if (a.votes.value != b.votes.value) return a.votes.value > b.votes.value;
    const bool a_sits = incumbent.index_of(a.validator).has_value();
    const bool b_sits = incumbent.index_of(b.validator).has_value();
    return a_sits != b_sits ? a_sits : a.validator < b.validator;
  }

  // How many of `among` beat it.
  std::size_t place(const Standing& s, const Standings& among) const {
    std::size_t better = 0;
    for (const Standing& other : among) better += beats(other, s) ? 1 : 0;
    return better;
  }

  Standings best_of_each_institution(const Standings& all) const {
    Standings kept;
    for (const Standing& s : all) {
      bool best = true;
      for (const Standing& other : all) best = best && !(other.institution == s.institution && beats(other, s));
      if (best) kept.push_back(s);
    }
    return kept;
  }

  std::vector<Address> elect(const Standings& all, std::size_t n) const {
    Standings left = best_of_each_institution(all);
    Standings behind;
    std::size_t places = std::min(n, left.size());
    for (std::size_t f = places == 0 ? 0 : (places - 1) / 3; f > 0; --f) {
      std::optional<std::size_t> worst;
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i].pass_over_rounds == 0 || place(left[i], left) >= n) continue;
        if (!worst || left[i].pass_over_rounds > left[*worst].pass_over_rounds ||
            (left[i].pass_over_rounds == left[*worst].pass_over_rounds && beats(left[*worst], left[i]))) {
          worst = i;
        }
      }
      if (!worst) break;
      behind.push_back(left[*worst]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(*worst));
    }
    std::vector<Address> order(left.size() + behind.size());
    for (const Standing& s : left) order[place(s, left)] = s.validator;
    for (const Standing& s : behind) order[left.size() + place(s, behind)] = s.validator;
    order.resize(places);
    return order;
  }
};

struct Case {
  Standings standings;
  std::size_t size = 1;
  Committee incumbent;
};

// Few distinct votes, institutions and rounds, so that ties and crowds are the rule.
Case random_case(std::mt19937& random) {
  auto below = [&](std::uint32_t n) { return random() % n; };
  Case c;
  c.size = 1 + below(13);
  c.incumbent = {Round{below(9)}, Height{1 + below(99)}, {}};
  const std::uint32_t count = 1 + below(24);
  const std::uint32_t institutions = 1 + below(24);
  for (std::uint32_t i = 0; i < count; ++i) {
    Standing s;
    s.validator.bytes = {static_cast<std::uint8_t>(below(4)), static_cast<std::uint8_t>(i)};
    s.consensus_key.storage[0] = static_cast<std::uint8_t>(i);
    s.institution.bytes[0] = static_cast<std::uint8_t>(below(institutions));
    s.votes = Tokens{below(6)};
    s.pass_over_rounds = below(3) == 0 ? below(4) : 0;
    c.standings.push_back(s);
    if (below(3) == 0) c.incumbent.order.push_back({s.validator, s.consensus_key});
  }
  return c;
}

std::vector<Address> addresses(const Committee& c) {
  std::vector<Address> all;
  for (const Member& m : c.order) all.push_back(m.validator);
  return all;
}

}  // namespace

TEST_CASE("The election agrees with its twin, whatever the order of the standings") {
  std::mt19937 random(1);
  std::size_t passed_over = 0;
  for (int i = 0; i < 20'000; ++i) {
    Case c = random_case(random);
    Committee elected = elect(c.standings, c.size, c.incumbent);
    CAPTURE(i);
    REQUIRE(addresses(elected) == Twin{c.incumbent}.elect(c.standings, c.size));
    std::shuffle(c.standings.begin(), c.standings.end(), random);
    REQUIRE(addresses(elect(c.standings, c.size, c.incumbent)) == addresses(elected));
    for (Standing& s : c.standings) passed_over += s.pass_over_rounds > 0 && !elected.index_of(s.validator) ? 1 : 0;
  }
  CHECK(passed_over > 1000);
}

TEST_CASE("Every election keeps its promises") {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    Case c = random_case(random);
    Committee with = elect(c.standings, c.size, c.incumbent);
    Standings innocent = c.standings;
    for (Standing& s : innocent) s.pass_over_rounds = 0;
    Committee without = elect(innocent, c.size, c.incumbent);
    CAPTURE(i);

    // As many producers as there would be if nobody had missed a turn, and at most f others.
    REQUIRE(with.size() == without.size());
    std::size_t replaced = 0;
    for (const Member& m : without.order) replaced += with.index_of(m.validator) ? 0 : 1;
    REQUIRE(replaced <= without.faults());

    std::vector<Address> institutions;
    for (const Member& m : with.order) {
      auto found = std::find_if(c.standings.begin(), c.standings.end(),
                                [&](const Standing& s) { return s.validator == m.validator; });
      REQUIRE(found != c.standings.end());
      REQUIRE(m.consensus_key == found->consensus_key);
      institutions.push_back(found->institution);
    }
    std::sort(institutions.begin(), institutions.end());
    REQUIRE(std::adjacent_find(institutions.begin(), institutions.end()) == institutions.end());
    REQUIRE(with.check());
  }
}
