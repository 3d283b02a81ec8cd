#include "medchain/gateway.h"

#include <kj/async-unix.h>
#include <kj/io.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <future>

#include "http_front.h"
#include "mllp_front.h"
#include "moment.h"
#include "sender.h"
#include "sockets.h"

namespace medchain {
namespace gateway {
namespace {

static_assert(std::atomic<bool>::is_always_lock_free, "stop() is called by signal handlers");

// Rung from any thread and from signal handlers; heard by the event loop.
class Bell {
 public:
  Bell() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  bool usable() const { return fd_.get() >= 0; }
  void ring() {
    const std::uint64_t one = 1;
    // The only failure is a counter at its maximum, and then the bell is ringing already.
    [[maybe_unused]] auto written = write(fd_.get(), &one, sizeof one);
  }
  int fd() const { return fd_.get(); }

 private:
  kj::AutoCloseFd fd_;
};

std::string base64url(ByteView bytes) {
  std::string text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

Result<void> check(const GatewayConfig& config) {
  if (!config.key) return Error(ErrorCode::kInvalidArgument, "the gateway has no key");
  if (config.previous_key && !config.address) {
    return Error(ErrorCode::kInvalidArgument, "previous_key needs address, which the key after it does not give");
  }
  if (config.nodes.empty()) return Error(ErrorCode::kInvalidArgument, "there is no node to send to");
  if (config.devices.empty()) return Error(ErrorCode::kInvalidArgument, "there is no device to take readings from");
  for (const GatewayDevice& device : config.devices) {
    if (device.certificate_name && !config.client_ca) {
      return Error(ErrorCode::kInvalidArgument,
                   "device \"" + device.name + "\": certificate_name needs client_ca, under which it is proved");
    }
  }
  return {};
}

}  // namespace
}  // namespace gateway

using gateway::Identity;

struct Gateway::Impl {
  explicit Impl(GatewayConfig given) : config(std::move(given)), log(gateway::make_log(config.log)) {}

  Result<void> start(Storage& storage);
  Result<void> run();
  Result<void> serve();
  gateway::SenderConfig sender_config() const;
  Address address() const { return config.address.value_or(config.key->address()); }

  GatewayConfig config;
  gateway::Log log;
  gateway::Metrics metrics;
  gateway::Bell bell;
  std::optional<gateway::Devices> devices;
  std::unique_ptr<gateway::Queue> queue;
  std::unique_ptr<gateway::Sender> sender;
  kj::Own<kj::TlsContext> tls;
  std::optional<gateway::Listener> http;
  std::optional<gateway::Listener> mllp;
  std::uint16_t http_port = 0;
  std::uint16_t mllp_port = 0;
  std::stop_source calls;  // to nodes
};

gateway::SenderConfig Gateway::Impl::sender_config() const {
  gateway::SenderConfig sender;
  sender.genesis = &config.genesis;
  sender.gateway = {config.key.get(), address()};
  for (const GatewayDevice& device : config.devices) {
    if (device.key) sender.authors.push_back({device.key.get(), gateway::author_of(device, address())});
  }
  sender.connect = gateway::connect_by_rpc({config.nodes, config.ca, config.genesis.chain_id(), calls.get_token()});
  sender.nodes = config.nodes.size();
  sender.proof_max_age_ms = config.proof_max_age_ms;
  sender.remember_ms = config.remember_ms;
  sender.now_ms = gateway::unix_now_ms;
  return sender;
}

Result<void> Gateway::Impl::start(Storage& storage) {
  MEDCHAIN_TRY(gateway::check(config));
  if (!bell.usable()) return Error(ErrorCode::kIo, "the system has no file descriptor left");
  auto known = gateway::Devices::create(config.devices, config.limits.requests_per_second);
  if (!known) return known.error();
  devices = std::move(*known);
  auto context = gateway::make_tls(config.certificate, config.private_key, config.client_ca);
  if (!context) return context.error();
  tls = kj::mv(*context);
  // The ports before the queue: two gateways started on one configuration by mistake stop here.
  auto listener = gateway::listen_on(config.listen);
  if (!listener) return listener.error();
  http = std::move(*listener);
  http_port = http->port;
  if (config.mllp_listen) {
    auto second = gateway::listen_on(*config.mllp_listen);
    if (!second) return second.error();
    mllp = std::move(*second);
    mllp_port = mllp->port;
  }
  auto opened = gateway::Queue::open(storage, *config.key, address(), config.genesis.chain_id(),
                                     {config.limits.max_queued_readings, config.limits.max_queued_bytes},
                                     config.previous_key.get());
  if (!opened) return opened.error();
  queue = std::move(*opened);
  sender = std::make_unique<gateway::Sender>(sender_config(), *queue, metrics, log);
  return {};
}

// The event loop, until the bell rings.
Result<void> Gateway::Impl::serve() {
  std::optional<Error> failed;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                 auto io = kj::setupAsyncIo();
                 gateway::Places places{config.limits.max_connections};
                 auto& timer = io.provider->getTimer();
                 gateway::Intake intake(*queue, metrics, timer, address(), [this] { sender->wake(); });
                 auto reachable = [this] { return sender->ledger_reachable(); };
                 gateway::Site site{config.limits, *devices, *queue, intake, metrics, log, timer, places, reachable};
                 gateway::HttpFront http_front(site, io.lowLevelProvider->wrapListenSocketFd(kj::mv(http->fd)), *tls);
                 std::optional<gateway::MllpFront> mllp_front;
                 if (mllp) {
                   mllp_front.emplace(site, io.lowLevelProvider->wrapListenSocketFd(kj::mv(mllp->fd)),
                                      config.mllp_tls ? tls.get() : nullptr);
                 }
                 kj::UnixEventPort::FdObserver bell_observer(io.unixEventPort, bell.fd(),
                                                             kj::UnixEventPort::FdObserver::OBSERVE_READ);
                 bell_observer.whenBecomesReadable().wait(io.waitScope);
               })) {
    failed = Error(ErrorCode::kInternal, "the event loop: " + gateway::describe(*exception));
  }
  if (failed) return *failed;
  return {};
}

Result<void> Gateway::Impl::run() {
  log.info("devices over HTTP on " + config.listen);
  if (config.mllp_listen) log.info("HL7 v2 on " + *config.mllp_listen + (config.mllp_tls ? "" : ", without TLS"));
  if (const auto waiting = queue->counts().readings; waiting > 0) {
    log.info(std::to_string(waiting) + " readings wait from before");
  }
  auto sending = std::async(std::launch::async, [this] {
    auto sent = sender->run();
    bell.ring();
    return sent;
  });
  auto served = serve();
  sender->stop();
  calls.request_stop();
  auto sent = sending.get();
  return served ? sent : served;
}

Gateway::Gateway(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gateway::~Gateway() = default;

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayConfig config, Storage& storage) {
  auto impl = std::make_unique<Impl>(std::move(config));
  MEDCHAIN_TRY(impl->start(storage));
  return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

Result<void> Gateway::run() { return impl_->run(); }
void Gateway::stop() { impl_->bell.ring(); }
std::uint16_t Gateway::port() const { return impl_->http_port; }
std::uint16_t Gateway::mllp_port() const { return impl_->mllp_port; }

GatewayToken make_gateway_token() {
  std::array<std::uint8_t, 32> random{};
  GatewayToken made;
  do {
    random_bytes(random);
    made.token = gateway::base64url(random);
  } while (made.token.starts_with('-'));
  wipe(random);
  made.sha256 = sha256(view(made.token));
  return made;
}

}  // namespace medchain
