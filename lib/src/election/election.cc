#include "medchain/election.h"

#include <algorithm>
#include <set>

namespace medchain {
namespace {

using Ranking = std::vector<Standing>;

void sort_by_votes(Ranking& standings, const Committee& incumbent) {
  std::set<Address> sitting;
  for (const Member& member : incumbent.order) sitting.insert(member.validator);
  std::sort(standings.begin(), standings.end(), [&](const Standing& a, const Standing& b) {
    if (a.votes != b.votes) return a.votes > b.votes;
    const bool a_sits = sitting.contains(a.validator);
    const bool b_sits = sitting.contains(b.validator);
    if (a_sits != b_sits) return a_sits;
    return a.validator < b.validator;
  });
}

void keep_best_of_each_institution(Ranking& ranking) {
  std::set<Address> seen;
  std::erase_if(ranking, [&](const Standing& s) { return !seen.insert(s.institution).second; });
}

// Of the first `size` that are not passed over yet, the one that missed most; of several, the one with the fewest
// votes.
const Standing* next_to_pass_over(const Ranking& ranking, const std::set<Address>& passed, std::size_t size) {
  const Standing* worst = nullptr;
  std::size_t places = 0;
  for (const Standing& s : ranking) {
    if (passed.contains(s.validator)) continue;
    if (places++ == size) break;
    if (s.pass_over_rounds > 0 && (worst == nullptr || s.pass_over_rounds >= worst->pass_over_rounds)) worst = &s;
  }
  return worst;
}

// Moves at most f behind all others. Only who would be elected counts: somebody far down the ranking cannot use up what
// is meant for the committee.
void pass_over(Ranking& ranking, std::size_t size) {
  const std::size_t faults = faults_of(std::min(size, ranking.size()));
  std::set<Address> passed;
  while (passed.size() < faults) {
    const Standing* worst = next_to_pass_over(ranking, passed, size);
    if (worst == nullptr) break;
    passed.insert(worst->validator);
  }
  std::stable_partition(ranking.begin(), ranking.end(),
                        [&](const Standing& s) { return !passed.contains(s.validator); });
}

std::vector<Member> elected(Ranking standings, std::size_t size, const Committee& incumbent) {
  MEDCHAIN_ASSERT(size >= 1, "an election for no place");
  sort_by_votes(standings, incumbent);
  keep_best_of_each_institution(standings);
  pass_over(standings, size);
  standings.resize(std::min(size, standings.size()));
  std::vector<Member> order;
  for (Standing& s : standings) order.push_back({s.validator, s.consensus_key});
  return order;
}

}  // namespace

Committee elect(std::vector<Standing> standings, std::size_t size, const Committee& incumbent) {
  std::vector<Member> order = elected(std::move(standings), size, incumbent);
  if (order.empty()) order = incumbent.order;
  return {incumbent.round.next(), Height{incumbent.first_height.value + incumbent.size()}, std::move(order)};
}

Committee elect_first(std::vector<Standing> standings, std::size_t size) {
  return {Round{0}, Height{1}, elected(std::move(standings), size, {})};
}

}  // namespace medchain
