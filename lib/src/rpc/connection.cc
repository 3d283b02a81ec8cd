#include "connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "convert.h"
#include "gathered_stream.h"

namespace medchain::rpc {

using capnp::rpc::twoparty::Side;

namespace {

capnp::ReaderOptions reader_options(const ConnectionLimits& limits) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = limits.max_message_bytes / sizeof(capnp::word);
  options.nestingLimit = 16;
  return options;
}

}  // namespace

Connection::Connection(kj::Own<kj::AsyncIoStream> stream, std::string where, const ConnectionLimits& limits,
                       kj::Timer& timer, capnp::rpc::twoparty::Side side)
    : proven_limits_(limits),
      limits_(side == Side::SERVER ? unproven(limits) : limits),
      timer_(timer),
      ending_(nullptr),
      lifeline_(std::make_shared<Lifeline>()),
      closing_(kj::newPromiseAndFulfiller<void>()),
      stream_(kj::heap<GatheredStream>(kj::mv(stream)), side == Side::SERVER ? kUnprovenBytes : UINT64_MAX, timer,
              [this] { return overfull(); }),
      held_(stream_, timer, limits.calls_only_deliver),
      messages_(
          held_, timer, [this](std::size_t open) { return open + unread_answers() > limits_.max_open_calls; },
          [this](const kj::Exception* why) { read_all(why); }),
      network_(messages_, side, reader_options(limits)) {
  lifeline_->connection = this;
  lifeline_->where = std::move(where);
}

Connection::Connection(kj::Own<kj::AsyncIoStream> stream, std::string where, const ConnectionLimits& limits,
                       kj::Timer& timer, MakeEntrance make_entrance)
    : Connection(kj::mv(stream), std::move(where), limits, timer, Side::SERVER) {
  start(capnp::Capability::Client(make_entrance(lifeline_)));
}

Connection::Connection(kj::Own<kj::AsyncIoStream> stream, std::string where, const ConnectionLimits& limits,
                       kj::Timer& timer)
    : Connection(kj::mv(stream), std::move(where), limits, timer, Side::CLIENT) {
  start({});
}

ConnectionLimits Connection::unproven(ConnectionLimits limits) {
  limits.max_unread_bytes = kUnprovenUnreadBytes;
  limits.max_unread_answers = kUnprovenUnreadAnswers;
  limits.max_open_calls = kUnprovenOpenCalls;
  return limits;
}

void Connection::start(kj::Maybe<capnp::Capability::Client> bootstrap) {
  auto& rpc = rpc_.emplace(network_, kj::mv(bootstrap));
  rpc.setFlowLimit(2 * limits_.max_message_bytes / sizeof(capnp::word));
}

Connection::~Connection() {
  lifeline_->connection = nullptr;
  lifeline_->calls.cancel("the connection has ended");
  if (auto on_cut = std::move(lifeline_->on_cut)) on_cut();
}

schema::Entrance::Client Connection::entrance() {
  capnp::MallocMessageBuilder message;
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(capnp::rpc::twoparty::Side::SERVER);
  return KJ_ASSERT_NONNULL(rpc_).bootstrap(vat).castAs<schema::Entrance>();
}

kj::Promise<void> Connection::ended() { return network_.onDisconnect().exclusiveJoin(kj::mv(closing_.promise)); }

void Connection::close() { closing_.fulfiller->fulfill(); }

void Connection::let_in(bool proven) {
  lifeline_->greeted = true;
  lifeline_->proven = proven;
  if (proven) {
    limits_ = proven_limits_;
    stream_.allow_everything();
  } else {
    stream_.allow(kUnprovenBytes);
  }
}

std::size_t Connection::unread_answers() { return network_.getCurrentQueueCount() + messages_.writing().messages; }

bool Connection::overfull() {
  const CountedMessages::Writing& writing = messages_.writing();
  if (network_.getCurrentQueueSize() + writing.bytes <= limits_.max_unread_bytes &&
      unread_answers() <= limits_.max_unread_answers) {
    return false;
  }
  const bool stuck = writing.messages > 0 && timer_.now() - writing.since > limits_.patience;
  if (stuck || network_.getOutgoingMessageWaitTime() > limits_.patience) {
    offence_ = "it reads no answers";
    close();
  }
  return true;
}

void Connection::read_all(const kj::Exception* why) {
  // That a line breaks is nobody's fault.
  if (why != nullptr && why->getType() == kj::Exception::Type::FAILED) offence_ = describe(*why);
  end_in_time();
}

void Connection::end_in_time() {
  ending_ = timer_.afterDelay(limits_.patience).then([this] { close(); }).eagerlyEvaluate(nullptr);
}

void keep_alive(kj::AsyncIoStream& socket) {
  const int on = 1, idle_s = 5, interval_s = 3, probes = 3, unacknowledged_ms = 15'000;
  socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  socket.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  socket.setsockopt(IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  socket.setsockopt(IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
  socket.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
  socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace medchain::rpc
