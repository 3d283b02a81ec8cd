#include "consensus/votes.h"
#include "samples.h"
#include "support/catch.h"

namespace medchain::consensus {

TEST_CASE("a member's first vote in a view stands") {
  Samples s;
  Hash a = s.block(1, 1)->hash(), b = s.block(1, 2)->hash();
  VoteBook book(4);
  CHECK(book.add(s.vote(0, VoteType::kPrepare, View{0}, a)));
  CHECK_FALSE(book.add(s.vote(0, VoteType::kPrepare, View{0}, a)));
  CHECK_FALSE(book.add(s.vote(0, VoteType::kPrepare, View{0}, b)));
  CHECK(book.add(s.vote(1, VoteType::kPrepare, View{0}, b)));
  CHECK(book.add(s.vote(2, VoteType::kPrepare, View{0}, a)));
  CHECK(book.find(View{0}, a).size() == 2);
  CHECK(book.find(View{0}, b).size() == 1);
  CHECK(book.find(View{1}, a).empty());
}

TEST_CASE("a member keeps a bounded number of votes, and crowds out only its own") {
  Samples s;
  Hash a = s.block(1)->hash();
  VoteBook book(4);
  book.add(s.vote(1, VoteType::kCommit, View{0}, a));
  for (std::uint64_t i = 0; i < 100; ++i) {
    CHECK(book.add(s.vote(0, VoteType::kCommit, View{i * 0x0101010101010101}, a)));
  }
  std::size_t kept = 0;
  for (std::uint64_t i = 0; i < 100; ++i) kept += book.find(View{i * 0x0101010101010101}, a).size();
  CHECK(kept == VoteBook::kViewsPerMember + 1);  // and member 1's in view 0
  CHECK_FALSE(book.add(s.vote(0, VoteType::kCommit, View{1}, a)));
  CHECK(book.find(View{0}, a).size() == 1);
}

TEST_CASE("of a member's view changes the highest is kept, and for one view the first") {
  Samples s;
  ViewChangeBook book(4);
  Certificate prepared = s.certificate(VoteType::kPrepare, View{0}, s.block(1)->hash(), {0, 1, 2});
  CHECK(book.add(s.view_change(0, View{3})));
  CHECK_FALSE(book.add(s.view_change(0, View{2})));
  CHECK_FALSE(book.add(s.view_change(0, View{3}, prepared)));
  CHECK(book.add(s.view_change(2, View{3}, prepared)));
  REQUIRE(book.find(View{3}).size() == 2);
  CHECK_FALSE(book.find(View{3})[0].prepared);
  CHECK(book.find(View{3})[1].member == 2);
  CHECK(book.add(s.view_change(0, View{4})));
  CHECK(book.find(View{3}).size() == 1);
  CHECK(book.count_from(View{3}) == 2);
  CHECK(book.count_from(View{4}) == 1);
}

TEST_CASE("the highest view that so many members want") {
  Samples s(7);
  ViewChangeBook book(7);
  CHECK_FALSE(book.wanted_by(1));
  book.add(s.view_change(0, View{~std::uint64_t{0}}));
  book.add(s.view_change(1, View{9}));
  CHECK_FALSE(book.wanted_by(3));
  book.add(s.view_change(2, View{4}));
  CHECK(book.wanted_by(3) == View{4});
  book.add(s.view_change(3, View{9}));
  CHECK(book.wanted_by(3) == View{9});
  CHECK(book.wanted_by(1) == View{~std::uint64_t{0}});
}

}  // namespace medchain::consensus
