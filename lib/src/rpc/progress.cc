#include "progress.h"

#include <algorithm>

namespace medchain::rpc {
namespace {

constexpr double kMost = 1e15;  // heights that a peer made up fit no integer

std::string rounded(double value) { return std::to_string(static_cast<std::uint64_t>(std::min(value, kMost))); }

}  // namespace

std::string progress_text(std::uint64_t from, std::uint64_t at, std::uint64_t of, std::uint64_t ms) {
  const double share = of == 0 ? 1 : static_cast<double>(at) / static_cast<double>(of);
  const double per_second = static_cast<double>(at - from) * 1000 / static_cast<double>(std::max<std::uint64_t>(ms, 1));
  std::string text = std::to_string(at) + " of " + std::to_string(of) + ", " + rounded(100 * share) + " %, " +
                     rounded(per_second) + " a second";
  if (at == from || of < at) return text;
  return text + ", about " + rounded(static_cast<double>(of - at) / per_second) + " s left";
}

}  // namespace medchain::rpc
