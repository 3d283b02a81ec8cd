#include "progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace program {
namespace {

constexpr auto kFirstAfter = std::chrono::milliseconds(500);
constexpr auto kAgainAfter = std::chrono::milliseconds(100);
constexpr std::size_t kWidth = 30;

void put(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

ProgressBar::ProgressBar(std::string what, std::uint64_t total)
    : what_(std::move(what)), total_(::isatty(STDERR_FILENO) == 1 ? total : 0) {}

void ProgressBar::advance(std::uint64_t by) {
  if (total_ == 0) return;
  done_ = std::min(total_, done_ + by);  // a file may grow while it is read
  const auto now = Clock::now();
  if (done_ == 0 || now - began_ < kFirstAfter || (shown_ && now - drawn_ < kAgainAfter)) return;
  drawn_ = now;
  draw(std::chrono::duration<double>(now - began_).count());
}

void ProgressBar::draw(double seconds) {
  const double share = static_cast<double>(done_) / static_cast<double>(total_);
  const std::string filled(static_cast<std::size_t>(share * kWidth), '=');
  put(fmt::format("\r\x1b[K{} [{:<{}}] {:3.0f} %, {:.0f} s left", what_, filled, kWidth, 100 * share,
                  seconds * (1 - share) / share));
  shown_ = true;
}

void ProgressBar::hide() {
  if (!shown_) return;
  put("\r\x1b[K");
  shown_ = false;
}

}  // namespace program
