#include "new_view.h"

namespace medchain::consensus {

// Two certificates of one view never name different blocks: their quorums would share an honest member, and it prepares
// once in a view. So the first of the highest view stands for all.
const Certificate* highest_prepared(const std::vector<ViewChange>& justification) {
  const Certificate* highest = nullptr;
  for (const ViewChange& change : justification) {
    if (!change.prepared) continue;
    if (highest == nullptr || change.prepared->ballot.view > highest->ballot.view) highest = &*change.prepared;
  }
  return highest;
}

}  // namespace medchain::consensus
