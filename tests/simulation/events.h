// What will happen, in the order of time; of two things at one time, the one that was planned first.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace medchain::simulation {

class Events {
 public:
  std::uint64_t now_ms() const { return now_ms_; }
  void at(std::uint64_t time_ms, std::function<void()> what) {
    events_.emplace(std::pair(std::max(time_ms, now_ms_), next_++), std::move(what));
  }
  void after(std::uint64_t delay_ms, std::function<void()> what) { at(now_ms_ + delay_ms, std::move(what)); }

  // Lets the next one happen; false, and the time is `until_ms`, when there is none before.
  bool step(std::uint64_t until_ms) {
    if (events_.empty() || events_.begin()->first.first >= until_ms) {
      now_ms_ = std::max(now_ms_, until_ms);
      return false;
    }
    auto first = events_.extract(events_.begin());
    now_ms_ = first.key().first;
    first.mapped()();
    return true;
  }

 private:
  std::uint64_t now_ms_ = 0;
  std::uint64_t next_ = 0;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::function<void()>> events_;
};

}  // namespace medchain::simulation
