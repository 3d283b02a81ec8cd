#include "log.h"

#include "medchain/rpc/log.h"

namespace medchaind {

programs::LogModules log_modules() {
  namespace named = medchain::rpc::log_module;
  static constexpr std::array<std::string_view, 6> kNames{named::kNode,    named::kNetwork, named::kConsensus,
                                                          named::kStorage, named::kIndex,   "http"};
  return {kNames};
}

programs::Logger& logger() {
  static programs::Logger one(log_modules());
  return one;
}

}  // namespace medchaind
