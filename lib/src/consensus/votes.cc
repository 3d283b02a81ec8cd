#include "votes.h"

#include <algorithm>

namespace medchain::consensus {

bool VoteBook::add(const VoteMessage& vote) {
  auto& votes = by_member_[vote.member];
  bool full = votes.size() >= kViewsPerMember;
  if (full && vote.ballot.view < votes.begin()->first) return false;
  if (!votes.emplace(vote.ballot.view, vote).second) return false;
  if (full) votes.erase(votes.begin());
  return true;
}

std::vector<const VoteMessage*> VoteBook::find(View view, const Hash& digest) const {
  std::vector<const VoteMessage*> found;
  for (const auto& votes : by_member_) {
    auto vote = votes.find(view);
    if (vote != votes.end() && vote->second.ballot.digest == digest) found.push_back(&vote->second);
  }
  return found;
}

bool ViewChangeBook::add(const ViewChange& change) {
  auto& kept = by_member_[change.member];
  if (kept && kept->ballot.view >= change.ballot.view) return false;
  kept = change;
  return true;
}

std::vector<ViewChange> ViewChangeBook::find(View view) const {
  std::vector<ViewChange> found;
  for (const auto& kept : by_member_) {
    if (kept && kept->ballot.view == view) found.push_back(*kept);
  }
  return found;
}

std::size_t ViewChangeBook::count_from(View view) const {
  auto wants = [&](const auto& kept) { return kept && kept->ballot.view >= view; };
  return static_cast<std::size_t>(std::ranges::count_if(by_member_, wants));
}

std::optional<View> ViewChangeBook::wanted_by(std::size_t members) const {
  std::vector<View> views;
  for (const auto& kept : by_member_) {
    if (kept) views.push_back(kept->ballot.view);
  }
  if (members == 0 || views.size() < members) return std::nullopt;
  std::ranges::sort(views, std::greater<>{});
  return views[members - 1];
}

}  // namespace medchain::consensus
