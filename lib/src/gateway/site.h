// What every front needs, borrowed for as long as the gateway serves. Used by the event loop's thread alone.
#pragma once

#include <kj/timer.h>

#include "door.h"
#include "intake.h"

namespace medchain::gateway {

struct Site {
  const GatewayLimits& limits;
  Devices& devices;
  Queue& queue;
  Intake& intake;
  Metrics& metrics;
  const Log& log;
  kj::Timer& timer;
  Places& places;
  std::function<bool()> ledger_reachable;
  std::size_t bytes_in_memory = 0;  // of what is being received

  bool reserve(std::size_t bytes) {
    if (bytes > limits.max_bytes_in_memory - std::min(bytes_in_memory, limits.max_bytes_in_memory)) return false;
    bytes_in_memory += bytes;
    return true;
  }
  void release(std::size_t bytes) { bytes_in_memory -= bytes; }
};

}  // namespace medchain::gateway
