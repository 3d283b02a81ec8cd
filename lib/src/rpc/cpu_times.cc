#include "cpu_times.h"

#include <ctime>
#include <utility>

namespace medchain::rpc {
namespace {

std::uint64_t thread_cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace

std::vector<std::uint64_t> CpuTimes::microseconds() const {
  std::vector<std::uint64_t> all;
  for (const auto& ns : ns_) all.push_back(ns / 1000);
  return all;
}

CpuMeter::CpuMeter(CpuTimes& times, Stage rest) : times_(times), inside_{rest}, since_ns_(thread_cpu_ns()) {
  measure_stages(this);
}

CpuMeter::~CpuMeter() {
  measure_stages(nullptr);
  settle();
}

void CpuMeter::settle() {
  const std::uint64_t now_ns = thread_cpu_ns();
  times_.add(inside_.back(), now_ns - std::exchange(since_ns_, now_ns));
}

void CpuMeter::enter(Stage stage) {
  settle();
  inside_.push_back(stage);
}

void CpuMeter::leave() {
  settle();
  inside_.pop_back();
}

}  // namespace medchain::rpc
