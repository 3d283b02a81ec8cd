// What a block does besides its transactions.
#pragma once

#include "overlay.h"

namespace medchain::state {

// Before the transactions: candidates that missed turns are passed over, and an epoch's first block releases
// unbondings.
void begin_block(Overlay& state, const BlockContext& context, const Parameters& parameters);
// After them: a round's last block counts down the passing over, just before the election reads it.
void end_block(Overlay& state, const BlockContext& context);

}  // namespace medchain::state
