// A network that is larger than the machine: the production engine of every node in one process, and of all that is
// around it, the time that it would take. Consensus signs and verifies for real; clients' signatures only take time.
#pragma once

#include <cstdint>
#include <functional>

#include "medchain/result.h"

namespace medchain::benchmark {

struct OfflineOptions {
  std::size_t members = 4;  // of the committee
  std::size_t followers = 0;
  double rate = 500;    // transactions submitted a second, to the members in turn
  double seconds = 20;  // after a warm-up of a tenth of it
  // What things take, in microseconds.
  double delay_us = 1000;  // a message from any node to any other: this, or up to a fifth more
  double verify_us = 50;   // a client's signature, on one of the node's cores
  double message_us = 20;  // of the engine's thread for each message that it receives,
  double byte_ns = 60;     // and for each byte of it
  double sync_us = 800;    // a synced write
  std::size_t cores = 2;   // of each node, for signatures
};

struct OfflineResult {
  std::uint64_t final = 0;                            // in the measured seconds, as seen by the last node
  std::vector<float> latencies_ms;                    // of these
  std::uint64_t blocks = 0, messages = 0, bytes = 0;  // in the measured seconds; the latter two of all nodes together
  std::uint64_t view_changes = 0;
};

Result<OfflineResult> run_offline(const OfflineOptions& options, const std::function<void(double done)>& progress);

}  // namespace medchain::benchmark
