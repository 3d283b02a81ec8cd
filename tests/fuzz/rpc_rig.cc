#include "rpc_rig.h"

#include <capnp/rpc-twoparty.h>

namespace medchain::fuzz {
namespace {

constexpr std::size_t kMaxRecorded = 1024 * 1024;

constexpr auto swallow = [](kj::Exception&&) {};

}  // namespace

kj::AsyncIoContext& io() {
  static kj::AsyncIoContext context = kj::setupAsyncIo();
  return context;
}

kj::Timer& still_timer() {
  static kj::TimerImpl timer(kj::origin<kj::TimePoint>());
  return timer;
}

NodeRig::NodeRig() {
  const World& from = world();
  from.copy_storage(storage_);
  const Committee first = genesis_committee(from.made.genesis);
  rpc::HostConfig config{from.node(0), "fuzz", 1, false, first, &real_signatures(), log_};
  auto host =
      rpc::Host::start(std::move(config), {.genesis = from.made.genesis, .self = from.node(0)}, storage_, mailbox_);
  MEDCHAIN_ASSERT(host, "a host over a good storage");
  host_ = std::move(*host);
  io();  // an event loop, before anything has a task
  peers_.emplace(*host_, still_timer(), log_, 5 * kj::SECONDS);
  host_->enter(still_timer(), *peers_);
  clients_.emplace(*host_, still_timer(), log_);
}

NodeRig::~NodeRig() {
  clients_.reset();
  host_->leave();
  peers_.reset();
}

rpc::schema::Entrance::Client NodeRig::admit(const Port& port, const rpc::LifelinePtr& lifeline) const {
  auto service = port.admit(lifeline);
  lifeline->greeted = true;
  lifeline->proven = true;
  return service.castAs<rpc::schema::Entrance>();
}

rpc::schema::Entrance::Client NodeRig::greet(const Port& port, rpc::LifelinePtr lifeline) const {
  std::optional<std::string> name;
  if (port.named) name = port.named->text();
  rpc::Doorkeeper doorkeeper{port.purpose, world().chain, world().node(0), world().made.validators[0].node.signing,
                             std::move(name)};
  return rpc::make_entrance(std::move(doorkeeper), std::move(lifeline), port.gate);
}

void NodeRig::serve(ByteView input, const Port& port) {
  if (input.empty()) return;
  const bool inside = input[0] % 2 != 0;
  rpc::LifelinePtr seen;
  connect(input.subspan(1), port.limits, [&](rpc::LifelinePtr lifeline) {
    seen = lifeline;
    return inside ? admit(port, lifeline) : greet(port, std::move(lifeline));
  });
  MEDCHAIN_ASSERT(inside || !seen->proven, "a stranger that came in without a proof");
  MEDCHAIN_ASSERT(host_->engine().height() == world().engine().height(), "a stranger that changed the chain");
}

void NodeRig::connect(ByteView bytes, const rpc::ConnectionLimits& limits,
                      rpc::Connection::MakeEntrance make_entrance) const {
  auto pipe = kj::newTwoWayPipe();
  kj::AsyncIoStream& stranger = *pipe.ends[1];
  auto saying = stranger.write(bytes.data(), bytes.size())
                    .then([&stranger] { stranger.shutdownWrite(); }, swallow)
                    .eagerlyEvaluate(nullptr);
  auto hearing = stranger.readAllBytes().ignoreResult().catch_(swallow).eagerlyEvaluate(nullptr);
  rpc::Connection connection(kj::mv(pipe.ends[0]), "memory", limits, still_timer(), std::move(make_entrance));
  auto ended = connection.ended().catch_(swallow).eagerlyEvaluate(nullptr);
  io().waitScope.poll();
}

Bytes record_calls(const std::function<kj::Promise<void>(capnp::Capability::Client bootstrap)>& talk) {
  io();
  auto pipe = kj::newTwoWayPipe();
  Bytes recorded(kMaxRecorded);
  auto listening = pipe.ends[1]
                       ->tryRead(recorded.data(), recorded.size(), recorded.size())
                       .then([&](size_t size) { recorded.resize(size); })
                       .eagerlyEvaluate(nullptr);
  {
    capnp::TwoPartyClient client(*pipe.ends[0]);
    auto calls = talk(client.bootstrap()).eagerlyEvaluate(swallow);
    io().waitScope.poll();
  }
  pipe.ends[0] = nullptr;
  listening.wait(io().waitScope);
  return recorded;
}

}  // namespace medchain::fuzz
