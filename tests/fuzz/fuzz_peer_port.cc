// What a stranger sends to the peer port inside TLS: frames, the handshake, and, where the first byte is odd, the
// messages of a validator that is let in without it. No exception leaves the connection, no peer comes in without a
// proof, and only blocks that a quorum signed become final.
#include "dialler.h"
#include "rpc_rig.h"

using namespace medchain;

namespace {

// Takes what the node says, and says nothing.
class Silent final : public rpc::schema::PeerService::Server {
 public:
  kj::Promise<void> consensus(ConsensusContext) override { return kj::READY_NOW; }
  kj::Promise<void> transactions(TransactionsContext) override { return kj::READY_NOW; }
  kj::Promise<void> blocks(BlocksContext) override { return kj::READY_NOW; }
  kj::Promise<void> payloads(PayloadsContext) override { return kj::READY_NOW; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::NodeRig rig;
  const KeyPair& peer = fuzz::world().made.validators[1].node;
  auto admit = [&](const rpc::LifelinePtr& lifeline) {
    auto callback = kj::heap<Silent>();
    return fuzz::let_in(rig.peers().admit_peer(peer.address(), peer.signing.public_key(), kj::mv(callback), lifeline));
  };
  rig.serve(ByteView(data, size), {rpc::ChannelPurpose::kPeer, peer.address(), rpc::peer_limits(), rig.peers(), admit});
  return 0;
}
