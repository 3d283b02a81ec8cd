// What a stranger sends to the peer port inside TLS: frames, the handshake, and, where the first byte is odd, the
// messages of a validator that is let in without it. No exception leaves the connection, no peer comes in without a
// proof, and only blocks that a quorum signed become final.
#include "dialler.h"
#include "rpc_rig.h"

using namespace medchain;
using namespace medchain::rpc;

namespace {

// Takes what the node says, and says nothing.
class Silent final : public schema::PeerService::Server {
 public:
  kj::Promise<void> consensus(ConsensusContext) override { return kj::READY_NOW; }
  kj::Promise<void> transactions(TransactionsContext) override { return kj::READY_NOW; }
  kj::Promise<void> blocks(BlocksContext) override { return kj::READY_NOW; }
  kj::Promise<void> payloads(PayloadsContext) override { return kj::READY_NOW; }
};

capnp::Capability::Client inbox_for_validator(fuzz::NodeRig& rig, const LifelinePtr& lifeline) {
  const KeyPair& peer = fuzz::world().made.validators[1].node;
  auto inbox = rig.peers().admit_peer(peer.address(), peer.signing.public_key(), kj::heap<Silent>(), lifeline);
  MEDCHAIN_ASSERT(inbox, "a validator in good standing");
  lifeline->greeted = true;
  lifeline->proven = true;
  return kj::mv(*inbox);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  fuzz::NodeRig rig;
  const bool inside = data[0] % 2 != 0;
  LifelinePtr seen;
  rig.serve(ByteView(data, size).subspan(1), peer_limits(), [&](LifelinePtr lifeline) {
    seen = lifeline;
    if (inside) return inbox_for_validator(rig, lifeline).castAs<schema::Entrance>();
    return make_entrance(rig.doorkeeper(ChannelPurpose::kPeer, fuzz::world().node(1)), std::move(lifeline),
                         rig.peers());
  });
  MEDCHAIN_ASSERT(inside || !seen->proven, "a stranger that came in without a proof");
  const Engine& engine = rig.host().engine();
  MEDCHAIN_ASSERT(engine.height() == fuzz::world().engine().height(), "a block that became final without a quorum");
  return 0;
}
