// What an input of fuzz_engine does next: the low half of a byte; the high half says which peer, or whether.
#pragma once

#include <cstdint>

namespace medchain::fuzz {

enum class EngineStep : std::uint8_t {
  kMessage,  // a piece, from a peer
  kPass,     // as many milliseconds as the next byte says
  kTick,
  kConnect,
  kDisconnect,
  kSubmit,       // a piece, the BCS of a Submission
  kKeepWaiting,  // disk and signature checks, or no longer
  kAnswer,       // one of those
};

}  // namespace medchain::fuzz
