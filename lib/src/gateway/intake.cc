#include "intake.h"

#include "moment.h"

namespace medchain::gateway {
namespace {

constexpr std::uint64_t kTurnMs = 5;  // of sealing, before others have theirs

}  // namespace

// A timer, for evalLater() would come before everything that waits for a socket.
kj::Promise<void> let_others(kj::Timer& timer) { return timer.afterDelay(1 * kj::MICROSECONDS); }

kj::Promise<Intake::Taken> Intake::take(const GatewayDevice& device, std::vector<Reading> readings,
                                        std::optional<std::string> idempotency_key) {
  Origin origin{device.name, author_of(device, gateway_), std::move(idempotency_key)};
  auto addition = kj::heap<Queue::Addition>(std::move(origin), std::move(readings), unix_now_ms());
  auto& borrowed = *addition;
  return kj::evalNow([&] { return seal(borrowed); }).attach(kj::mv(addition));
}

kj::Promise<Intake::Taken> Intake::seal(Queue::Addition& addition) {
  const std::uint64_t turn_ends_ms = monotonic_now_ms() + kTurnMs;
  while (!addition.sealed()) {
    if (monotonic_now_ms() >= turn_ends_ms) {
      return let_others(timer_).then([this, &addition] { return seal(addition); });
    }
    if (auto sealed = queue_.seal_next(addition); !sealed) return Taken(sealed.error());
  }
  return commit(addition);
}

Intake::Taken Intake::commit(Queue::Addition& addition) {
  auto added = queue_.commit(addition);
  if (!added) return added.error();
  metrics_.accepted(added->ids.size(), added->fresh);
  if (added->fresh > 0) wake_();
  return std::move(added->ids);
}

}  // namespace medchain::gateway
