// What a stranger sends to the client port inside TLS: Cap'n Proto frames, the handshake, and, where the first byte is
// odd, the calls of a participant that is let in without it (nobody guesses a proof). No exception leaves the
// connection, no call changes the chain, and nobody but a guest comes in.
#include "rpc_rig.h"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::NodeRig rig;
  const KeyPair& caller = fuzz::world().clinician;
  auto admit = [&](const rpc::LifelinePtr& lifeline) {
    return fuzz::let_in(rig.clients().admit(caller.address(), caller.signing.public_key(), lifeline));
  };
  rig.serve(ByteView(data, size),
            {rpc::ChannelPurpose::kClient, std::nullopt, rpc::client_limits(), rig.clients(), admit});
  return 0;
}
