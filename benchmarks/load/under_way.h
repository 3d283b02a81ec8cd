// What is under way, shared by those who submit and the one who observes; and when the next batch is due.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

#include "load.h"

namespace medchain::benchmark {

using Clock = std::chrono::steady_clock;

inline double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

class UnderWay {
 public:
  explicit UnderWay(const LoadOptions& options) : options_(options) {}

  const LoadOptions& options() const { return options_; }
  void start() { start_ = Clock::now(); }
  double now_s() const { return seconds_between(start_, Clock::now()); }

  struct Batch {
    std::size_t first = 0, count = 0;  // of the load's numbers; none: the end
  };
  // The next one, when it is time for it.
  Batch take();
  // The transaction of this number: made beforehand, or now.
  Made make(const Maker& maker, std::size_t number, std::uint32_t replay_window);
  void submitted(const std::vector<TxId>& ids);
  // When each was submitted, if it was; and it is no longer under way. A block's at once: who submits is woken once.
  std::vector<std::optional<double>> settle(const std::vector<Receipt>& final);
  void refuse(const TxId& id, const std::string& why);
  void end();
  bool idle();       // nothing is under way
  bool exhausted();  // what was made beforehand is used up
  std::size_t taken();

  std::atomic<std::uint64_t> height{0};  // the newest that the observer saw
  std::vector<Made> made;                // beforehand; what was submitted is moved from
  std::uint64_t refused = 0;
  std::string first_refusal;

 private:
  double due_s() const;
  std::size_t size() const;
  bool is_time() const;
  bool all_taken() const;

  const LoadOptions& options_;
  Clock::time_point start_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::unordered_map<TxId, double> submitted_s_;
  std::size_t next_ = 0, batches_ = 0;
  std::size_t settled_ = 0;  // final, or refused
  bool ending_ = false;
};

}  // namespace medchain::benchmark
