#include "client_loop.h"

#include "listen.h"
#include "medchain/limits.h"
#include "medchain/rpc/certificates.h"
#include "tls.h"

namespace medchain::rpc {
namespace {

bool overdue(const kj::Exception& exception) { return exception.getType() == kj::Exception::Type::OVERLOADED; }

Error late(const ClientConfig& config) {
  return {ErrorCode::kTimeout, config.node + " did not answer within " + std::to_string(config.timeout_ms) + " ms"};
}

}  // namespace

// Waits for a step of connecting; what it throws becomes a value.
template <class T>
std::optional<kj::Exception> ClientLoop::wait(Loop& loop, kj::TimePoint deadline, kj::Promise<T> step,
                                              kj::Maybe<T>& result) {
  std::optional<kj::Exception> failure;
  auto bounded = loop.timer.timeoutAt(deadline, loop.unless_stopped(kj::mv(step)));
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { result = bounded.wait(loop.io.waitScope); })) {
    failure.emplace(kj::mv(*exception));
  }
  return failure;
}

Result<std::unique_ptr<ClientLoop>> ClientLoop::open(const ClientConfig& config) {
  if (auto address = parse_host_port(config.node); !address) return address.error();
  std::unique_ptr<ClientLoop> loop(new ClientLoop());
  std::promise<Result<void>> opened;
  auto result = opened.get_future();
  loop->thread_ = std::thread(
      [raw = loop.get(), &config, opened = std::move(opened)]() mutable { raw->run(config, std::move(opened)); });
  if (auto connected = result.get(); !connected) {
    if (config.stop.stop_requested())
      return Error(ErrorCode::kUnavailable, "stopped while connecting to " + config.node);
    return connected.error();
  }
  return loop;
}

ClientLoop::~ClientLoop() {
  mailbox_.stop();
  if (thread_.joinable()) thread_.join();
}

void ClientLoop::run(const ClientConfig& config, std::promise<Result<void>> opened) {
  bool answered = false;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                 auto io = kj::setupAsyncIo();
                 auto stop = kj::newPromiseAndCrossThreadFulfiller<void>();
                 Loop loop(io, kj::mv(stop.promise));
                 std::stop_callback on_stop(config.stop, [&stop] { stop.fulfiller->fulfill(); });
                 auto connected = connect(loop, config);
                 loop_ = connected ? &loop : nullptr;
                 const bool serve = connected.ok();
                 answered = true;
                 opened.set_value(std::move(connected));  // `config` is gone after this
                 if (serve) mailbox_.serve(io.unixEventPort).wait(io.waitScope);
                 loop_ = nullptr;
               })) {
    loop_ = nullptr;
    if (!answered) opened.set_value(Error(ErrorCode::kInternal, "the client failed: " + describe(*exception)));
  }
}

Result<void> ClientLoop::connect(Loop& loop, const ClientConfig& config) {
  auto tls = make_tls({config.ca, {}, {}}, TlsUse::kClient);
  if (!tls) return tls.error();
  const auto deadline = loop.timer.now() + std::min(config.timeout_ms, kMaxTimeoutMs) * kj::MILLISECONDS;

  auto connecting = loop.io.provider->getNetwork().parseAddress(to_kj(config.node)).then([](auto address) {
    auto stream = address->connectAuthenticated();
    return stream.attach(kj::mv(address));
  });
  kj::Maybe<kj::AuthenticatedStream> plain;
  if (auto failure = wait(loop, deadline, kj::mv(connecting), plain)) {
    if (overdue(*failure)) return late(config);
    return Error(ErrorCode::kUnavailable, "cannot connect to " + config.node + ": " +
                                              explain_handshake(*failure, "the node") + "; is the node running?");
  }
  keep_alive(*KJ_ASSERT_NONNULL(plain).stream);
  kj::Maybe<kj::AuthenticatedStream> secure;
  auto wrapping = (*tls)->wrapClient(kj::mv(KJ_ASSERT_NONNULL(plain)), kNodeName);
  if (auto failure = wait(loop, deadline, kj::mv(wrapping), secure)) {
    if (overdue(*failure)) return late(config);
    // A node that ends in the middle says nothing about its certificate.
    const bool gone = failure->getType() == kj::Exception::Type::DISCONNECTED;
    return Error(gone ? ErrorCode::kUnavailable : ErrorCode::kAuthentication,
                 config.node + ": " + explain_handshake(*failure, "the node"));
  }
  auto& stream = KJ_ASSERT_NONNULL(secure);
  const std::string certificate_name = peer_name(*stream.peerIdentity).value_or("nobody");
  loop.connection = kj::heap<Connection>(
      kj::mv(stream.stream), config.node,
      ConnectionLimits{.max_message_bytes = limits::kMaxMessageBytes, .max_unread_bytes = UINT64_MAX}, loop.timer);

  std::optional<Address> self = config.address;
  if (config.identity != nullptr && !self) self = config.identity->address();
  if (config.identity == nullptr) self.reset();
  Caller caller(ChannelPurpose::kClient, config.chain, self,
                config.identity == nullptr ? nullptr : &config.identity->signing);
  if (auto greeted = greet(loop, caller, certificate_name, deadline); !greeted) {
    return greeted.error().code() == ErrorCode::kTimeout ? late(config) : greeted.error();
  }
  return enter(loop, caller, config, deadline);
}

Result<void> ClientLoop::greet(Loop& loop, Caller& caller, const std::string& certificate_name,
                               kj::TimePoint deadline) {
  const Hello& hello = caller.hello();
  auto request = loop.connection->entrance().helloRequest();
  request.setProtocol(hello.protocol);
  request.setPurpose(schema::Purpose::CLIENT);
  if (hello.chain) request.setChain(to_data(hello.chain->bytes));
  if (hello.address) request.setAddress(to_data(hello.address->bytes));
  request.setNonce(to_data(hello.nonce.bytes));
  auto answer = request.send().then(
      [](auto&& response) { return decode_answer<Welcome>(response.getWelcome(), "the node's welcome"); });
  kj::Maybe<Result<Welcome>> welcome;
  if (auto failure = wait(loop, deadline, kj::mv(answer), welcome)) {
    return to_error(*failure).in("the node");
  }
  auto& value = KJ_ASSERT_NONNULL(welcome);
  if (!value) return value.error();
  MEDCHAIN_TRY(caller.check(*value, certificate_name));
  welcome_ = *value;
  return {};
}

Result<void> ClientLoop::enter(Loop& loop, const Caller& caller, const ClientConfig& config, kj::TimePoint deadline) {
  using Session = Result<schema::ClientService::Client>;
  auto read = [](auto&& response) -> Session {
    if (response.hasFailure()) return to_error(response.getFailure());
    return response.getSession();
  };
  kj::Promise<Session> answer = nullptr;
  if (config.identity == nullptr) {
    answer = loop.connection->entrance().guestRequest().send().then(read);
  } else {
    auto request = loop.connection->entrance().enterRequest();
    request.setKey(to_data(bcs::encode(config.identity->signing.public_key())));
    request.setProof(to_data(caller.prove().bytes));
    answer = request.send().then(read);
  }
  kj::Maybe<Session> session;
  if (auto failure = wait(loop, deadline, kj::mv(answer), session)) {
    if (overdue(*failure)) return late(config);
    return to_error(*failure).in("the node");
  }
  auto& value = KJ_ASSERT_NONNULL(session);
  if (!value) return value.error();
  loop.session = kj::mv(*value);
  return {};
}

}  // namespace medchain::rpc
