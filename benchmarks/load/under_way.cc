#include "under_way.h"

#include <algorithm>

namespace medchain::benchmark {
namespace {

// The load of the experiment of 2020: five connections every 1.5 s, of 80 to 150 requests each.
constexpr std::size_t kCallsInBurst = 5;
constexpr double kBurstEveryS = 1.5;
constexpr std::size_t kFewest = 80, kMost = 150;

}  // namespace

std::size_t UnderWay::size() const {
  if (!options_.bursts) return options_.batch;
  return kFewest + batches_ * 37 % (kMost - kFewest + 1);
}

double UnderWay::due_s() const {
  if (options_.bursts) return kBurstEveryS * static_cast<double>(batches_ / kCallsInBurst);
  return options_.rate > 0 ? static_cast<double>(next_) / options_.rate : 0;
}

bool UnderWay::all_taken() const {
  return ending_ || (options_.count > 0 && next_ >= options_.count) || (options_.sign_for > 0 && next_ >= made.size());
}

bool UnderWay::is_time() const {
  const bool closed = options_.rate == 0 && !options_.bursts;
  return closed ? next_ - settled_ + size() <= std::max(options_.window, size()) : now_s() >= due_s();
}

UnderWay::Batch UnderWay::take() {
  std::unique_lock lock(mutex_);
  while (!all_taken() && !is_time()) {
    const auto due = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(due_s()));
    if (due.count() > 0) {
      moved_.wait_until(lock, start_ + due);
    } else {
      moved_.wait(lock);
    }
  }
  if (all_taken()) return {};
  std::size_t end = next_ + size();
  if (options_.count > 0) end = std::min<std::size_t>(end, options_.count);
  if (options_.sign_for > 0) end = std::min(end, made.size());
  ++batches_;
  const std::size_t first = std::exchange(next_, end);
  return {first, end - first};
}

Made UnderWay::make(const Maker& maker, std::size_t number, std::uint32_t replay_window) {
  if (options_.sign_for > 0) return std::move(made[number]);
  return maker.make(number, Height{height + replay_window});
}

void UnderWay::submitted(const std::vector<TxId>& ids) {
  const double at_s = now_s();
  std::lock_guard lock(mutex_);
  for (const TxId& id : ids) submitted_s_.emplace(id, at_s);
}

std::vector<std::optional<double>> UnderWay::settle(const std::vector<Receipt>& final) {
  std::vector<std::optional<double>> submitted_s(final.size());
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < final.size(); ++i) {
    auto found = submitted_s_.find(final[i].id);
    if (found == submitted_s_.end()) continue;
    submitted_s[i] = found->second;
    submitted_s_.erase(found);
    ++settled_;
  }
  moved_.notify_all();
  return submitted_s;
}

void UnderWay::refuse(const TxId& id, const std::string& why) {
  std::lock_guard lock(mutex_);
  // It may have become final all the same.
  if (submitted_s_.erase(id) == 0) return;
  ++refused;
  ++settled_;
  if (first_refusal.empty()) first_refusal = why;
  moved_.notify_all();
}

void UnderWay::end() {
  std::lock_guard lock(mutex_);
  ending_ = true;
  moved_.notify_all();
}

bool UnderWay::idle() {
  std::lock_guard lock(mutex_);
  return settled_ >= next_;
}

bool UnderWay::exhausted() {
  std::lock_guard lock(mutex_);
  return !ending_ && options_.sign_for > 0 && options_.count == 0 && next_ >= made.size();
}

std::size_t UnderWay::taken() {
  std::lock_guard lock(mutex_);
  return next_;
}

}  // namespace medchain::benchmark
