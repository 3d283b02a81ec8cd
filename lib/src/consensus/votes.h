// What members said at one height, bounded per member: whatever one sends, it can only crowd out its own votes.
#pragma once

#include <map>

#include "medchain/consensus.h"

namespace medchain::consensus {

// Votes of one type. A member's first vote in a view stands; a second, different one is not counted.
class VoteBook {
 public:
  static constexpr std::size_t kViewsPerMember = 8;  // of which the highest are kept

  explicit VoteBook(std::size_t members) : by_member_(members) {}

  // False when the member has voted in that view already, or in kViewsPerMember higher ones.
  bool add(const VoteMessage& vote);
  // All votes for `digest` in `view`, ascending by member. Valid until the next add().
  std::vector<const VoteMessage*> find(View view, const Hash& digest) const;

 private:
  std::vector<std::map<View, VoteMessage>> by_member_;
};

// The view change of the highest view that each member sent; for one view its first.
class ViewChangeBook {
 public:
  explicit ViewChangeBook(std::size_t members) : by_member_(members) {}

  // False when the member has sent one for that view or a higher one.
  bool add(const ViewChange& change);
  std::vector<ViewChange> find(View view) const;  // for exactly this view, ascending by member
  std::size_t count_from(View view) const;        // members that want this view or a higher one
  // The highest view that `members` of them want or have gone beyond; nothing when fewer sent any.
  std::optional<View> wanted_by(std::size_t members) const;

 private:
  std::vector<std::optional<ViewChange>> by_member_;
};

}  // namespace medchain::consensus
