#include "mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "medchain/assert.h"

namespace medchain::rpc {

static_assert(std::atomic<bool>::is_always_lock_free, "stop() is called by signal handlers");

Mailbox::Mailbox() : bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  MEDCHAIN_ASSERT(bell_.get() >= 0, "the system has no file descriptor left for an eventfd");
}

void Mailbox::ring() {
  const std::uint64_t one = 1;
  // The only failure is a counter at its maximum, and then the bell is ringing already.
  [[maybe_unused]] auto written = write(bell_.get(), &one, sizeof one);
}

void Mailbox::drain() {
  std::uint64_t count = 0;
  [[maybe_unused]] auto size = read(bell_.get(), &count, sizeof count);
}

void Mailbox::post(std::function<void()> work) {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(work));
  }
  if (first) ring();
}

void Mailbox::stop() {
  stopped_.store(true);
  ring();
}

void Mailbox::run_posted() {
  std::vector<std::function<void()>> batch;
  {
    std::lock_guard lock(mutex_);
    batch.swap(posted_);
  }
  for (auto& work : batch) work();
}

kj::Promise<void> Mailbox::serve(kj::UnixEventPort& port) {
  auto observer =
      kj::heap<kj::UnixEventPort::FdObserver>(port, bell_.get(), kj::UnixEventPort::FdObserver::OBSERVE_READ);
  auto& watched = *observer;
  return listen(watched).attach(kj::mv(observer));
}

// The bell is drained before the posts are taken: one rung in between is heard in the next turn.
kj::Promise<void> Mailbox::listen(kj::UnixEventPort::FdObserver& observer) {
  drain();
  run_posted();
  if (stopped_.load()) return kj::READY_NOW;
  return observer.whenBecomesReadable().then([this, &observer] { return listen(observer); });
}

}  // namespace medchain::rpc
