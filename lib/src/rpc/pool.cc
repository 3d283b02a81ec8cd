#include "pool.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace medchain::rpc {
namespace {

constexpr std::size_t kSliceJobs = 64;  // some 4 ms of signatures
constexpr int kNice = 5;                // a third of the share that other threads have, where there is too much to do

// Where more comes than the machine can check, what decides blocks goes first: the loop and the disk's thread. Without,
// they would wait among the checks, and views be given up. In Linux a thread has a priority of its own.
void yield_to_others() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice); }

}  // namespace

Pool::Pool(std::size_t threads, const SignatureVerifier& verifier, CpuTimes& cpu, Done done)
    : verifier_(verifier), cpu_(cpu), done_(std::move(done)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) threads_.emplace_back([this] { run(); });
}

Pool::~Pool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Pool::enqueue(Outputs::Verification verification) {
  auto task = std::make_shared<Task>();
  task->left = verification.jobs.size();
  task->results.resize(verification.jobs.size());
  task->verification = std::move(verification);
  if (task->left == 0) return finish(*task);
  std::lock_guard lock(mutex_);
  auto& slices = task->verification.urgent ? urgent_ : slices_;
  for (std::size_t begin = 0; begin < task->results.size(); begin += kSliceJobs) {
    slices.push_back({task, begin, std::min(begin + kSliceJobs, task->results.size())});
  }
  changed_.notify_all();
}

void Pool::finish(Task& task) {
  std::vector<Result<void>> results;
  results.reserve(task.results.size());
  for (auto& result : task.results) results.push_back(std::move(*result));
  done_(task.verification.token, std::move(results));
}

void Pool::run() {
  yield_to_others();
  CpuMeter meter(cpu_, Stage::kVerify);
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !urgent_.empty() || !slices_.empty(); });
    if (stopping_) return;
    auto& slices = urgent_.empty() ? slices_ : urgent_;
    Slice slice = std::move(slices.front());
    slices.pop_front();
    lock.unlock();
    {
      InStage stage(Stage::kVerify);
      for (std::size_t i = slice.begin; i < slice.end; ++i) {
        slice.task->results[i] = check(slice.task->verification.jobs[i], verifier_);
      }
    }
    lock.lock();
    slice.task->left -= slice.end - slice.begin;
    if (slice.task->left > 0) continue;
    lock.unlock();
    finish(*slice.task);
    slice.task.reset();
    lock.lock();
  }
}

}  // namespace medchain::rpc
