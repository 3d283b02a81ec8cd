#include "port.h"

#include "convert.h"

namespace medchain::rpc {
namespace {

constexpr unsigned kRefusalsLoggedPerSecond = 10;
constexpr kj::Duration kAfterFailedAccept = 100 * kj::MILLISECONDS;

}  // namespace

Port::Port(PortConfig config, kj::Own<kj::ConnectionReceiver> receiver, CurrentTls& tls, kj::Timer& timer, Gate& gate,
           const Log& log)
    : config_(std::move(config)),
      receiver_(kj::mv(receiver)),
      tls_(tls),
      timer_(timer),
      gate_(gate),
      log_(log),
      tasks_(*this) {
  accept_next();
}

void Port::accept_next() {
  tasks_.add(receiver_->acceptAuthenticated().then(
      [this](kj::AuthenticatedStream stream) {
        welcome(kj::mv(stream));
        accept_next();
      },
      [this](kj::Exception&& exception) {
        // Out of file descriptors, or the other side was gone at once. The port stays open either way.
        log_refusal("a connection", describe(exception));
        tasks_.add(timer_.afterDelay(kAfterFailedAccept).then([this] { accept_next(); }));
      }));
}

bool Port::make_room() {
  if (visitors_.size() < config_.max_connections) return true;
  for (auto& [number, visitor] : visitors_) {
    if (visitor.proven() || visitor.leaving) continue;
    visitor.leaving = true;
    visitor.leave->fulfill();
    return true;
  }
  return false;
}

void Port::welcome(kj::AuthenticatedStream stream) {
  const std::string where = to_std(stream.peerIdentity->toString());
  if (!make_room()) return log_refusal(where, "all " + std::to_string(config_.max_connections) + " places are taken");
  const std::uint64_t number = next_number_++;
  auto leave = kj::newPromiseAndFulfiller<void>();
  visitors_.emplace(number, Visitor{where, nullptr, kj::mv(leave.fulfiller)});
  auto visit = kj::evalNow([&] {
    keep_alive(*stream.stream);
    return timer_.timeoutAfter(config_.handshake_timeout, tls_.get().wrapServer(kj::mv(stream)))
        .then([this, number](kj::AuthenticatedStream secure) { return serve(number, kj::mv(secure)); },
              [this, where](kj::Exception&& exception) { log_refusal(where, explain_handshake(exception, "it")); });
  });
  tasks_.add(visit.exclusiveJoin(kj::mv(leave.promise))
                 .catch_([this, where](kj::Exception&& exception) { log_refusal(where, describe(exception)); })
                 .attach(kj::defer([this, number] { forget(number); })));
}

kj::Promise<void> Port::serve(std::uint64_t number, kj::AuthenticatedStream stream) {
  auto visitor = visitors_.find(number);
  Doorkeeper doorkeeper(config_.purpose, config_.chain, config_.self, *config_.key, peer_name(*stream.peerIdentity));
  auto connection = kj::heap<Connection>(
      kj::mv(stream.stream), visitor->second.where, config_.limits, timer_,
      [&](LifelinePtr lifeline) { return make_entrance(std::move(doorkeeper), std::move(lifeline), gate_); });
  const LifelinePtr lifeline = connection->lifeline();
  visitor->second.lifeline = lifeline;
  log_.debug([&] { return lifeline->where + " connected to the " + name(); });
  auto deadline = timer_.afterDelay(config_.handshake_timeout).then([this, lifeline]() -> kj::Promise<void> {
    if (lifeline->greeted) return kj::NEVER_DONE;
    log_refusal(lifeline->where, "it proved nothing in time");
    return kj::READY_NOW;
  });
  auto ended = connection->ended().then([this, lifeline, offence = &connection->offence()] {
    if (!offence->empty()) log_refusal(lifeline->where, *offence);
  });
  return ended.exclusiveJoin(kj::mv(deadline)).attach(kj::mv(connection));
}

void Port::forget(std::uint64_t number) {
  auto visitor = visitors_.find(number);
  if (visitor->second.lifeline) log_.debug([&] { return visitor->second.where + " left the " + name(); });
  visitors_.erase(visitor);
}

void Port::log_refusal(const std::string& where, const std::string& why) {
  if (timer_.now() - log_window_ > 1 * kj::SECONDS) {
    log_window_ = timer_.now();
    logged_in_window_ = 0;
  }
  if (logged_in_window_++ < kRefusalsLoggedPerSecond) log_.warn("refused " + where + " on the " + name() + ": " + why);
}

void Port::taskFailed(kj::Exception&& exception) { log_.error("the " + name() + ": " + describe(exception)); }

}  // namespace medchain::rpc
