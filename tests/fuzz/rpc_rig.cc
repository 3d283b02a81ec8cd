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
  rpc::HostConfig config{from.node(0), "fuzz", 1, &real_signatures(), log_};
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

rpc::Doorkeeper NodeRig::doorkeeper(rpc::ChannelPurpose purpose, std::optional<Address> named) const {
  std::optional<std::string> name;
  if (named) name = named->text();
  return {purpose, world().chain, world().node(0), world().made.validators[0].node.signing, std::move(name)};
}

void NodeRig::serve(ByteView bytes, const rpc::ConnectionLimits& limits, rpc::Connection::MakeEntrance make_entrance) {
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
