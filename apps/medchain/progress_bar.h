// A line on the terminal that tells how far a long command is: "seal [========            ]  40 %, 12 s left". There is
// none where stderr is no terminal, and none for what is done in a moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace program {

class ProgressBar {
 public:
  // `total`: of whatever advance() counts; 0 when nobody knows it, and then there is no bar.
  ProgressBar(std::string what, std::uint64_t total);
  ~ProgressBar() { hide(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void advance(std::uint64_t by);
  // Before anything else is printed; it comes back with the next advance().
  void hide();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(double seconds);

  std::string what_;
  std::uint64_t total_;  // 0: shows nothing
  std::uint64_t done_ = 0;
  Clock::time_point began_ = Clock::now();
  Clock::time_point drawn_ = began_;
  bool shown_ = false;
};

}  // namespace program
