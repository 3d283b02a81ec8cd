#include <algorithm>

#include "fixture.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

Committee committee_of(std::size_t n) {
  Committee committee{Round{2}, Height{9}, {}};
  for (std::size_t i = 0; i < n; ++i) committee.order.push_back(member(static_cast<std::uint8_t>(i)));
  return committee;
}

}  // namespace

TEST_CASE("A quorum is ceil((n+f+1)/2), f the largest number with 3f+1 <= n") {  // Castro and Liskov, section 2
  for (std::size_t n = 1; n <= 31; ++n) {
    std::size_t f = 0;
    while (3 * (f + 1) + 1 <= n) ++f;
    std::size_t quorum = 0;
    while (2 * quorum < n + f + 1) ++quorum;
    CAPTURE(n);
    Committee committee = committee_of(n);
    CHECK(committee.faults() == f);
    CHECK(committee.quorum() == quorum);
    CHECK(faults_of(n) == f);
    CHECK(quorum_of(n) == quorum);
    CHECK(2 * quorum - n > f);  // two quorums share an honest member
    CHECK(quorum <= n - f);     // the honest members are one
  }
  CHECK(quorum_of(4) == 3);
  CHECK(faults_of(0) == 0);
}

TEST_CASE("Members lead in turn, and a view hands the height to the next") {
  Committee committee = committee_of(4);
  CHECK(committee.last_height() == Height{12});
  CHECK_FALSE(committee.covers(Height{8}));
  CHECK(committee.covers(Height{9}));
  CHECK(committee.covers(Height{12}));
  CHECK_FALSE(committee.covers(Height{13}));
  for (std::uint64_t i = 0; i < 4; ++i) CHECK(committee.leader(Height{9 + i}, View{0}) == i);
  CHECK(committee.leader(Height{9}, View{1}) == 1);
  CHECK(committee.leader(Height{12}, View{1}) == 0);
  CHECK(committee.leader(Height{10}, View{UINT64_MAX}) == (1 + 3) % 4);  // a huge view overflows nothing
}

TEST_CASE("The set's hash forgets the order, the order's does not") {
  Committee a = committee_of(4);
  Committee b = a;
  std::swap(b.order[0], b.order[3]);
  CHECK(a.set_hash() == b.set_hash());
  CHECK(a.order_hash() != b.order_hash());
  CHECK(a.set_hash() == committee_set_hash(a.sorted()));
  CHECK(a.set_hash() == hash_with_domain("medchain/committee-set/v1", {bcs::encode(a.sorted())}));
  CHECK(a.order_hash() == hash_with_domain("medchain/committee-order/v1", {bcs::encode(a.order)}));
  const std::vector<Member> sorted = a.sorted();
  CHECK(std::is_sorted(sorted.begin(), sorted.end()));
  b = a;
  b.order[1].consensus_key = stand_in_key(99);
  CHECK(a.set_hash() != b.set_hash());
}

TEST_CASE("Members are found by address") {
  Committee committee = committee_of(4);
  CHECK(committee.index_of(address(2)) == std::optional<std::size_t>(2));
  CHECK_FALSE(committee.index_of(address(4)));
}

TEST_CASE("A committee has 1 to 100 members, none twice, no key twice, and heights that exist") {
  CHECK(committee_of(1).check());
  CHECK(committee_of(limits::kMaxCommittee).check());
  CHECK_FALSE(committee_of(0).check());
  CHECK_FALSE(committee_of(limits::kMaxCommittee + 1).check());
  Committee twice = committee_of(4);
  twice.order[3].validator = twice.order[0].validator;
  CHECK(twice.check().error().code() == ErrorCode::kMalformed);
  Committee same_key = committee_of(4);
  same_key.order[3].consensus_key = same_key.order[0].consensus_key;
  CHECK(same_key.check().error().message().find("consensus key") != std::string::npos);
  Committee late = committee_of(4);
  late.first_height = Height{UINT64_MAX - 2};
  CHECK_FALSE(late.check());
}

TEST_CASE("Members from outside must be sorted already") {
  auto set = members({1, 2, 3, 4});
  CHECK(check_members(set));
  std::swap(set[0], set[1]);
  CHECK(check_members(set).error().code() == ErrorCode::kMalformed);
}
