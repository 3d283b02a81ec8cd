// The thread behind a Client: one event loop with one connection. Other threads hand it calls and get futures.
#pragma once

#include <kj/async-io.h>

#include <algorithm>
#include <future>
#include <memory>
#include <thread>

#include "channel.h"
#include "connection.h"
#include "convert.h"
#include "mailbox.h"
#include "medchain/rpc/client.h"

namespace medchain::rpc {

// A promise that is always kept: whoever drops it unanswered answers kUnavailable.
template <class T>
class Pending {
 public:
  std::future<Result<T>> future() { return promise_.get_future(); }
  void set(Result<T> result) {
    if (!std::exchange(answered_, true)) promise_.set_value(std::move(result));
  }
  ~Pending() { set(Error(ErrorCode::kUnavailable, "the client was closed before the node answered")); }

 private:
  std::promise<Result<T>> promise_;
  bool answered_ = false;
};

inline constexpr std::uint64_t kMaxTimeoutMs = 365ull * 24 * 3600 * 1000;  // longer waits are this one

class ClientLoop {
 public:
  // Connects and runs the handshake, within config.timeout_ms.
  static Result<std::unique_ptr<ClientLoop>> open(const ClientConfig& config);
  ~ClientLoop();

  const Welcome& welcome() const { return welcome_; }  // checked

  template <class T>
  using Call = std::function<kj::Promise<Result<T>>(schema::ClientService::Client&)>;
  // From any thread.
  template <class T>
  std::future<Result<T>> call(Call<T> call, std::uint64_t timeout_ms);

 private:
  struct Loop final : kj::TaskSet::ErrorHandler {
    Loop(kj::AsyncIoContext& context, kj::Promise<void> stop)
        : io(context), timer(io.provider->getTimer()), stopped(stop.fork()), tasks(*this) {}
    void taskFailed(kj::Exception&&) override {}  // every call answers its own failure

    kj::AsyncIoContext& io;
    // Of a call or a step of connecting: it fails as disconnected once the caller has stopped.
    template <class T>
    kj::Promise<T> unless_stopped(kj::Promise<T> promise) {
      return promise.exclusiveJoin(
          stopped.addBranch().then([]() -> kj::Promise<T> { return KJ_EXCEPTION(DISCONNECTED, "stopped"); }));
    }

    kj::Timer& timer;
    kj::ForkedPromise<void> stopped;  // resolves once ClientConfig::stop is requested
    kj::Own<Connection> connection;
    kj::Maybe<schema::ClientService::Client> session;
    kj::TaskSet tasks;
  };

  ClientLoop() = default;
  void run(const ClientConfig& config, std::promise<Result<void>> opened);
  template <class T>
  static std::optional<kj::Exception> wait(Loop& loop, kj::TimePoint deadline, kj::Promise<T> step,
                                           kj::Maybe<T>& result);
  Result<void> connect(Loop& loop, const ClientConfig& config);
  Result<void> greet(Loop& loop, Caller& caller, const std::string& certificate_name, kj::TimePoint deadline);
  Result<void> enter(Loop& loop, const Caller& caller, const ClientConfig& config, kj::TimePoint deadline);

  Mailbox mailbox_;
  Welcome welcome_;
  Loop* loop_ = nullptr;  // on the loop's thread
  std::thread thread_;
};

template <class T>
std::future<Result<T>> ClientLoop::call(Call<T> call, std::uint64_t timeout_ms) {
  auto pending = std::make_shared<Pending<T>>();
  auto future = pending->future();
  mailbox_.post([this, pending, call = std::move(call), timeout_ms] {
    if (loop_ == nullptr) return;
    auto answer = kj::evalNow([&] { return call(KJ_ASSERT_NONNULL(loop_->session)); });
    loop_->tasks.add(
        loop_->timer
            .timeoutAfter(std::min(timeout_ms, kMaxTimeoutMs) * kj::MILLISECONDS, loop_->unless_stopped(kj::mv(answer)))
            .then([pending](Result<T> result) { pending->set(std::move(result)); },
                  [pending](kj::Exception&& exception) { pending->set(to_error(exception).in("the node")); }));
  });
  return future;
}

}  // namespace medchain::rpc
