// Who is told of a new height, and when: most of a busy network's messages, if everyone told everybody.
#include <algorithm>

#include "network.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct Told {
  std::size_t from, to;
  Height height;
};

// Four candidates, who all sit, and two followers, 4 and 5.
struct Announcements {
  Network n{make_test_genesis(6, 4)};
  std::vector<Told> told;

  Announcements() {
    n.net.watch([this](std::size_t from, std::size_t to, ByteView bytes) {
      auto message = bcs::decode<PeerMessage>(bytes);
      REQUIRE(message);
      if (auto* status = std::get_if<peer::Status>(&message->body)) told.push_back({from, to, status->height});
    });
  }
  std::set<std::size_t> tellers(std::size_t to, Height height) const {
    std::set<std::size_t> found;
    for (const Told& one : told) {
      if (one.to == to && one.height == height) found.insert(one.from);
    }
    return found;
  }
  std::size_t leader(Height height) const {
    const Committee committee = genesis_committee(n.made.genesis);
    const Address& address = committee.order[committee.leader(height, View{0})].validator;
    for (std::size_t i = 0; i < 4; ++i) {
      if (n.node(i) == address) return i;
    }
    FAIL("a leader that is no candidate");
    return 0;
  }
};

}  // namespace

TEST_CASE("Who led a block tells everybody at once; its members tell each other, and followers tell nobody") {
  Announcements a;
  a.n.finish(0, a.n.transfer(a.n.institution(0), a.n.node(1), 7));  // within one moment: no time passes
  const Height height{1};
  REQUIRE(a.n.net.engine(5).height() == height);
  const std::size_t leader = a.leader(height);
  for (std::size_t follower : {4, 5}) CHECK(a.tellers(follower, height) == std::set{leader});
  std::set<std::size_t> others{0, 1, 2, 3};
  others.erase(leader);
  CHECK(a.tellers(leader, height) == others);
}

TEST_CASE("Whoever does not seem to have a height is told later, however many heights there were") {
  Announcements a;
  constexpr std::uint64_t kMs = 1000;
  for (std::uint64_t passed = 0; passed < kMs; passed += 10) {
    a.n.finish(0, a.n.transfer(a.n.institution(0), a.n.node(1), 7));
    a.n.net.advance(10);
  }
  const std::size_t heights = a.n.net.engine(0).height().value;
  REQUIRE(heights >= 50);
  // Nobody else would tell the followers' height: once in 100 ms.
  for (std::size_t follower : {4, 5}) {
    for (std::size_t to : {0, 1, 2, 3}) {
      const auto times = static_cast<std::size_t>(std::ranges::count_if(
          a.told, [&](const Told& one) { return one.from == follower && one.to == to && one.height.value > 0; }));
      CHECK(times >= 5);
      CHECK(times <= kMs / 100);
    }
  }
}
