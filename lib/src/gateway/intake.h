// Readings into the queue. Sealing those of one large request takes seconds: other devices have their turn in between.
#pragma once

#include <kj/timer.h>

#include "devices.h"
#include "metrics.h"
#include "queue.h"

namespace medchain::gateway {

// Resolves once the event loop has looked at its sockets again.
kj::Promise<void> let_others(kj::Timer& timer);

class Intake {
 public:
  // Borrows. `gateway` is the author for devices without keys; `wake` is called when something was queued.
  Intake(Queue& queue, Metrics& metrics, kj::Timer& timer, const Address& gateway, std::function<void()> wake)
      : queue_(queue), metrics_(metrics), timer_(timer), gateway_(gateway), wake_(std::move(wake)) {}

  using Taken = Result<std::vector<EntryId>>;
  // One gateway id for each reading: all of them are durable. An error, or a promise that is dropped: none is queued.
  kj::Promise<Taken> take(const GatewayDevice& device, std::vector<Reading> readings,
                          std::optional<std::string> idempotency_key);

 private:
  kj::Promise<Taken> seal(Queue::Addition& addition);
  Taken commit(Queue::Addition& addition);

  Queue& queue_;
  Metrics& metrics_;
  kj::Timer& timer_;
  Address gateway_;
  std::function<void()> wake_;
};

}  // namespace medchain::gateway
