// MEDCHAIN_ASSERT: an invariant of our own code, checked in every build. When it breaks, the process ends before it can
// sign or store anything built on it. Bytes that a peer, a client or a disk chose never reach one: those give a Result.
#pragma once

namespace medchain {

// Prints where and why on stderr, then aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace medchain

#define MEDCHAIN_ASSERT(condition, why) \
  ((condition) ? static_cast<void>(0) : ::medchain::assertion_failed(#condition, why, __FILE__, __LINE__))
