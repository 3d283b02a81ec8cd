// A message between nodes, and the lanes that it waits in. No exception, no crash; what decodes has one encoding, and
// the port finds its method and lane by its first bytes, without decoding; lanes never hold more than they may.
#include "medchain/peer_message.h"
#include "peer_lanes.h"
#include "pieces.h"

using namespace medchain;

namespace {

constexpr std::size_t kLanesBytes = 2048;

void queue_pieces(ByteView input) {
  rpc::PeerLanes lanes(kLanesBytes);
  for (fuzz::Pieces pieces(input); !pieces.empty();) {
    lanes.push(std::make_shared<const Bytes>(to_bytes(pieces.piece())));
    MEDCHAIN_ASSERT(lanes.bytes() <= kLanesBytes, "lanes hold more than they may");
  }
  while (lanes.pop() != nullptr) {
  }
  MEDCHAIN_ASSERT(lanes.bytes() == 0, "empty lanes that count bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto method = rpc::method_of(input);
  rpc::is_urgent(input);
  if (fuzz::canonical<PeerMessage>(input)) MEDCHAIN_ASSERT(method, "a message that no method carries");
  queue_pieces(input);
  return 0;
}
