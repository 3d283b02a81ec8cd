// The load of the experiment of 2020 as it was sent then: over HTTP, one request for each transaction.
#pragma once

#include "under_way.h"

namespace medchain::benchmark {

// Each batch over a connection of its own, one request after the other, until there is no more. Blocks: it is for a
// thread of its own. `node`: HOST:PORT of its HTTP interface; `ca`: PEM. What is not answered with 202 is refused.
void submit_over_http(UnderWay& under_way, const Maker& maker, std::uint32_t replay_window, const std::string& node,
                      const std::string& ca);

}  // namespace medchain::benchmark
