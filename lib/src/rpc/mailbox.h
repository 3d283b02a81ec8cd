// How other threads reach the one that runs an event loop: they post closures, which run there in order.
#pragma once

#include <kj/async-unix.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace medchain::rpc {

class Mailbox {
 public:
  Mailbox();

  // From any thread. Closures posted after serve()'s loop has ended are destroyed unrun with the mailbox.
  void post(std::function<void()> work);
  // From any thread, and async-signal-safe: serve() resolves soon.
  void stop();

  // On the loop's thread: runs what is posted until stop().
  kj::Promise<void> serve(kj::UnixEventPort& port);

 private:
  void ring();
  void drain();
  void run_posted();
  kj::Promise<void> listen(kj::UnixEventPort::FdObserver& observer);

  kj::AutoCloseFd bell_;  // an eventfd
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace medchain::rpc
