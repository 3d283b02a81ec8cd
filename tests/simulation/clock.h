// A host's two clocks: both run too fast or too slow, and the one that tells the date also jumps.
#pragma once

#include <cstdint>

#include "medchain/engine.h"

namespace medchain::simulation {

class Clock {
 public:
  explicit Clock(std::uint64_t unix_ms) : started_unix_ms_(unix_ms) {}

  Now read(std::uint64_t true_ms) const {
    const std::uint64_t local = local_ms(true_ms);
    return {local, started_unix_ms_ + local + static_cast<std::uint64_t>(correction_ms_)};
  }
  // When this clock will show `local`: never before.
  std::uint64_t true_ms(std::uint64_t local) const {
    if (local <= local_from_) return true_from_;
    return true_from_ + ((local - local_from_) * 1000 + per_mille_ - 1) / per_mille_;
  }

  // From now on, `per_mille` of its milliseconds pass in a true second.
  void run_at(std::uint64_t per_mille, std::uint64_t true_ms) {
    local_from_ = local_ms(true_ms);
    true_from_ = true_ms;
    per_mille_ = per_mille;
  }
  void jump(std::int64_t by_ms) { correction_ms_ += by_ms; }
  void set_right(std::uint64_t true_ms) {
    correction_ms_ = static_cast<std::int64_t>(true_ms) - static_cast<std::int64_t>(local_ms(true_ms));
  }

 private:
  std::uint64_t local_ms(std::uint64_t true_ms) const {
    return local_from_ + (true_ms - true_from_) * per_mille_ / 1000;
  }

  std::uint64_t true_from_ = 0, local_from_ = 0;
  std::uint64_t per_mille_ = 1000;
  std::uint64_t started_unix_ms_;
  std::int64_t correction_ms_ = 0;
};

}  // namespace medchain::simulation
