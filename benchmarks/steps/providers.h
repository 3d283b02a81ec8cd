// The same benchmark with each provider of P-256, AES-256-GCM and SHA-256 that the build has.
#pragma once

#include <string>
#include <vector>

#include "parts.h"
#include "provider.h"

namespace medchain::benchmark {

// While it lives, the library uses this provider.
class UsedProvider {
 public:
  explicit UsedProvider(const crypto::Provider& chosen) { crypto::use_provider(chosen); }
  ~UsedProvider() { crypto::use_provider(*before_); }
  UsedProvider(const UsedProvider&) = delete;
  UsedProvider& operator=(const UsedProvider&) = delete;

 private:
  const crypto::Provider* before_ = &crypto::provider();
};

// As `name`/<provider>, and so for each of `arguments` if there are any. `run` takes the state and the provider, which
// the library uses meanwhile.
template <class Run>
bool with_each_provider(const std::string& name, Run run, const std::vector<std::int64_t>& arguments = {}) {
  for (const crypto::Provider* provider : crypto::providers()) {
    auto* made = ::benchmark::RegisterBenchmark((name + "/" + std::string(provider->name())).c_str(),
                                                [provider, run](State& state) {
                                                  const UsedProvider used(*provider);
                                                  run(state, *provider);
                                                });
    for (std::int64_t argument : arguments) made->Arg(argument);
  }
  return true;
}

}  // namespace medchain::benchmark
