#include "block_rules.h"

#include "candidates.h"
#include "unbonding.h"

namespace medchain::state {

void begin_block(Overlay& state, const BlockContext& context, const Parameters& parameters) {
  pass_over(state, context.missed_turns);
  if (context.height.value % parameters.epoch_heights == 0) {
    release_unbondings(state, {context.height.value / parameters.epoch_heights});
  }
}

void end_block(Overlay& state, const BlockContext& context) {
  if (context.ends_round) end_round(state);
}

}  // namespace medchain::state
