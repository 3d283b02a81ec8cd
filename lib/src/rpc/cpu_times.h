// CPU time of each stage (stages.h), of all threads of a node together.
#pragma once

#include <atomic>
#include <vector>

#include "medchain/stages.h"

namespace medchain::rpc {

class CpuTimes {
 public:
  void add(Stage stage, std::uint64_t ns) { ns_[static_cast<std::size_t>(stage)] += ns; }
  std::vector<std::uint64_t> microseconds() const;  // by stage

 private:
  std::array<std::atomic<std::uint64_t>, kStages> ns_{};
};

// Measures the thread that makes it, until it ends. What that thread does in no stage counts as `rest`.
class CpuMeter final : public StageMeter {
 public:
  CpuMeter(CpuTimes& times, Stage rest);
  ~CpuMeter() override;
  void enter(Stage stage) override;
  void leave() override;

 private:
  void settle();  // what passed since the last time, to the stage that the thread is in

  CpuTimes& times_;
  std::vector<Stage> inside_;
  std::uint64_t since_ns_;
};

}  // namespace medchain::rpc
