// Threads that check signatures and payloads for the engine.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "cpu_times.h"
#include "medchain/engine.h"

namespace medchain::rpc {

class Pool {
 public:
  // `done` is called on some thread of the pool, once for each verification, with a result for each job, in order.
  using Done = std::function<void(std::uint64_t token, std::vector<Result<void>> results)>;

  Pool(std::size_t threads, const SignatureVerifier& verifier, CpuTimes& cpu, Done done);
  ~Pool();  // lets the checks under way end, drops the others

  void enqueue(Outputs::Verification verification);

 private:
  // One verification, checked in slices by whoever is free.
  struct Task {
    Outputs::Verification verification;
    std::vector<std::optional<Result<void>>> results;
    std::size_t left = 0;  // jobs without a result; guarded by mutex_
  };
  struct Slice {
    std::shared_ptr<Task> task;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  void run();
  void finish(Task& task);

  const SignatureVerifier& verifier_;
  CpuTimes& cpu_;
  Done done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Slice> urgent_, slices_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace medchain::rpc
