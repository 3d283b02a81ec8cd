// What a stranger sends to the client port inside TLS: Cap'n Proto frames, the handshake, and, where the first byte is
// odd, the calls of a participant that is let in without it (nobody guesses a proof). No exception leaves the
// connection, no call changes the chain, and nobody but a guest comes in.
#include "rpc_rig.h"

using namespace medchain;
using namespace medchain::rpc;

namespace {

capnp::Capability::Client session_of_clinician(fuzz::NodeRig& rig, const LifelinePtr& lifeline) {
  const KeyPair& caller = fuzz::world().clinician;
  auto session = rig.clients().admit(caller.address(), caller.signing.public_key(), lifeline);
  MEDCHAIN_ASSERT(session, "a participant in good standing");
  lifeline->greeted = true;
  lifeline->proven = true;
  return kj::mv(*session);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  fuzz::NodeRig rig;
  const bool inside = data[0] % 2 != 0;
  LifelinePtr seen;
  rig.serve(ByteView(data, size).subspan(1), client_limits(), [&](LifelinePtr lifeline) {
    seen = lifeline;
    if (inside) return session_of_clinician(rig, lifeline).castAs<schema::Entrance>();
    return make_entrance(rig.doorkeeper(ChannelPurpose::kClient, std::nullopt), std::move(lifeline), rig.clients());
  });
  MEDCHAIN_ASSERT(inside || !seen->proven, "a stranger that came in without a proof");
  MEDCHAIN_ASSERT(rig.host().engine().height() == fuzz::world().engine().height(), "a call that changed the chain");
  return 0;
}
