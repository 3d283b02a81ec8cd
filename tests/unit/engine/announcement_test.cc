// Who is told of a new height, and when: most of a busy network's messages, if everyone told everybody.
#include <algorithm>

#include "given_payloads.h"
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
  KeyPair patient = test_keys("patient"), gateway = test_keys("gateway");
  Network n{genesis()};
  std::vector<Told> told;
  std::vector<Told> given;  // a block each, asked for or not
  std::vector<Told> asked;  // blocks, from this height on
  std::size_t payloads_asked = 0;

  TestGenesis genesis() const {
    TestGenesis made = make_test_genesis(6, 4);
    add_participant(made, patient, Role::kPatient, 0);
    add_participant(made, gateway, Role::kGateway, 0);
    return made;
  }
  Announcements() {
    n.net.watch([this](std::size_t from, std::size_t to, ByteView bytes) {
      auto message = bcs::decode<PeerMessage>(bytes);
      REQUIRE(message);
      if (auto* status = std::get_if<peer::Status>(&message->body)) told.push_back({from, to, status->height});
      if (auto* request = std::get_if<peer::BlocksRequest>(&message->body)) asked.push_back({from, to, request->from});
      if (std::holds_alternative<peer::PayloadsRequest>(message->body)) ++payloads_asked;
      if (auto* blocks = std::get_if<peer::Blocks>(&message->body)) {
        for (const auto& each : blocks->blocks) given.push_back({from, to, each.block.header.height});
      }
    });
  }
  static std::set<std::size_t> senders(const std::vector<Told>& all, std::size_t to, Height height) {
    std::set<std::size_t> found;
    for (const Told& one : all) {
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

TEST_CASE("Who led a block gives it to followers at once; whoever decided it, and followers, tell nobody") {
  Announcements a;
  a.n.finish(0, a.n.transfer(a.n.institution(0), a.n.node(1), 7));  // within one moment: no time passes
  const Height height{1};
  REQUIRE(a.n.net.engine(5).height() == height);
  const std::size_t leader = a.leader(height);
  for (std::size_t follower : {4, 5}) {
    CHECK(a.senders(a.given, follower, height) == std::set{leader});
    CHECK(a.senders(a.told, follower, height).empty());
  }
  CHECK(a.asked.empty());
  for (std::size_t member : {0, 1, 2, 3}) CHECK(a.senders(a.given, member, height).empty());
  CHECK(std::ranges::none_of(a.told, [&](const Told& one) { return one.height == height; }));
}

TEST_CASE("Who led a block gives its payloads with it: nobody has to ask") {
  Announcements a;
  auto sealed = sealed_put(a.n.chain(), a.gateway, a.patient, {a.patient.public_keys()}, view("a document"));
  const auto put = a.n.transaction(a.gateway, RecordsBody{sealed.put});
  REQUIRE(a.n.finish(a.leader(Height{1}), put, sealed.payload).status == TxStatus::kSuccess);
  for (std::size_t follower : {4, 5}) CHECK(a.n.net.engine(follower).release(sealed.id, a.patient.address()));
  CHECK(a.payloads_asked == 0);
}

TEST_CASE("What was given and no block wants is bounded, forgotten, and in nobody's way") {
  GivenPayloads given;
  const Payload large{{Bytes(600, 1)}}, other{{Bytes(500, 2)}}, small{{Bytes(50, 3), Bytes(50, 4)}};
  given.add(large, Height{7}, 1500);
  given.add(large, Height{7}, 1500);
  given.add(other, Height{7}, 1500);
  given.add(small, Height{9}, 1500);
  CHECK(given.bytes() == (256 + 64 + 600) + (256 + 2 * 64 + 100));
  CHECK(given.find({other.root(), 500, 1}) == nullptr);
  REQUIRE(given.find({small.root(), 100, 2}) != nullptr);
  CHECK(given.find({small.root(), 100, 2})->parts == small.parts);
  CHECK(given.find({small.root(), 100, 1}) == nullptr);  // as some block claims, and nobody has it
  CHECK(given.find({small.root(), 99, 2}) == nullptr);
  given.forget_old(Height{11});
  CHECK(given.find({large.root(), 600, 1}) == nullptr);
  CHECK(given.bytes() == 256 + 2 * 64 + 100);
  given.forget_old(Height{13});
  CHECK(given.bytes() == 0);
}

TEST_CASE("Who is far behind is told the height, and asks for what it lacks") {
  Announcements a;
  a.n.net.disconnect(5);
  for (int i = 0; i < 260; ++i) a.n.finish(0, a.n.transfer(a.n.institution(0), a.n.node(1), 7));
  a.given.clear();
  a.n.net.connect(5);
  a.n.finish(0, a.n.transfer(a.n.institution(0), a.n.node(1), 7));
  const Height last = a.n.net.engine(0).height();
  CHECK(a.senders(a.told, 5, last).size() == 1);  // by who led it, who knows that it had none of them
  REQUIRE(a.n.net.run_until_height(last));
  CHECK(a.n.net.engine(5).height() == last);
  REQUIRE_FALSE(a.asked.empty());
  // Nothing but what it asked for: the blocks of each answer come next.
  std::vector<Height> heights;
  for (const Told& one : a.given) {
    if (one.to == 5) heights.push_back(one.height);
  }
  REQUIRE_FALSE(heights.empty());
  for (std::size_t i = 0; i < heights.size(); ++i) CHECK(heights[i] == Height{i + 1});
}

TEST_CASE("A block that is given and does not come next makes a node ask for those before it") {
  Announcements a;
  a.n.net.disconnect(5);
  for (int i = 0; i < 3; ++i) a.n.finish(0, a.n.transfer(a.n.institution(0), a.n.node(1), 7));
  const Height last = a.n.net.engine(0).height();
  REQUIRE(last.value == 3);
  auto stored = a.n.net.engine(0).store().block(last);
  REQUIRE((stored && *stored));
  Engine& follower = a.n.net.engine(5);
  const Bytes given = bcs::encode(PeerMessage{peer::Blocks{{(*stored)->certified}}});
  const Outputs out = follower.receive(a.n.node(0), given, {});
  CHECK(follower.height() == Height{0});
  REQUIRE(out.messages.size() == 1);
  auto message = bcs::decode<PeerMessage>(*out.messages[0].bytes);
  REQUIRE(message);
  auto* request = std::get_if<peer::BlocksRequest>(&message->body);
  REQUIRE(request != nullptr);
  CHECK(request->from == Height{1});
  CHECK(out.messages[0].to == a.n.node(0));
}

TEST_CASE("Whoever does not seem to have a height is told later, however many heights there were") {
  Announcements a;
  constexpr std::uint64_t kMs = 10'000;
  for (std::uint64_t passed = 0; passed < kMs; passed += 100) {
    a.n.finish(0, a.n.transfer(a.n.institution(0), a.n.node(1), 7));
    a.n.net.advance(100);
  }
  const std::size_t heights = a.n.net.engine(0).height().value;
  REQUIRE(heights >= 50);
  // Nobody else would tell the followers' height: once in a second.
  for (std::size_t follower : {4, 5}) {
    for (std::size_t to : {0, 1, 2, 3}) {
      const auto times = static_cast<std::size_t>(std::ranges::count_if(
          a.told, [&](const Told& one) { return one.from == follower && one.to == to && one.height.value > 0; }));
      CHECK(times >= 5);
      CHECK(times <= kMs / 1000);
    }
  }
}
