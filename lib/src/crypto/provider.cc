#include "provider.h"

#include <atomic>

namespace medchain::crypto {
namespace {

std::atomic<const Provider*>& chosen_provider() {
  static std::atomic<const Provider*> chosen = providers().front();
  return chosen;
}

}  // namespace

const std::vector<const Provider*>& providers() {
  static const std::vector<const Provider*> all {
#if MEDCHAIN_OPENSSL
    &openssl_provider(),
#endif
#if MEDCHAIN_MBEDTLS
        &mbedtls_provider(),
#endif
  };
  return all;
}

const Provider& provider() { return *chosen_provider().load(std::memory_order_relaxed); }
void use_provider(const Provider& chosen) { chosen_provider().store(&chosen, std::memory_order_relaxed); }

}  // namespace medchain::crypto
