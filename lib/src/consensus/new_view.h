// What a quorum of view changes demands of the new view: computed alike by its leader and by everyone who receives it.
#pragma once

#include "medchain/consensus.h"

namespace medchain::consensus {

// The prepared certificate of the highest view among them, whose block must be proposed again; nullptr when nobody
// prepared any. Borrowed from `justification`.
const Certificate* highest_prepared(const std::vector<ViewChange>& justification);

}  // namespace medchain::consensus
