// The proof in the channel, with both sides' nonces fresh. Nothing that the other side can send is taken for a proof,
// since none is good twice: no dialler enters, and no acceptor is believed.
#include "channel.h"
#include "pieces.h"
#include "world.h"

using namespace medchain;
using namespace medchain::rpc;

namespace {

void dial_in(fuzz::Pieces& pieces) {
  const fuzz::World& world = fuzz::world();
  const std::uint8_t how = pieces.byte();
  const auto purpose = how % 2 == 0 ? ChannelPurpose::kClient : ChannelPurpose::kPeer;
  std::optional<std::string> name;
  if (how & 2) name = world.node(1).text();
  const std::uint16_t protocol = how & 4 ? pieces.byte() : kProtocol;
  const ByteView chain = pieces.piece();
  const ByteView address = pieces.piece();
  auto hello = read_hello(protocol, purpose, chain, address, pieces.piece());
  Doorkeeper doorkeeper(how & 8 ? ChannelPurpose::kPeer : ChannelPurpose::kClient, world.chain, world.node(0),
                        world.made.validators[0].node.signing, name);
  auto welcome = hello ? doorkeeper.hello(*hello) : Result<Welcome>(hello.error());
  if (how & 16) doorkeeper.guest().ok();
  if (welcome) fuzz::canonical<Welcome>(bcs::encode(*welcome));
  auto key = bcs::decode<SigningPublicKey>(pieces.piece());
  auto signature = Signature::from(pieces.piece(), "signature");
  if (key && signature) MEDCHAIN_ASSERT(!doorkeeper.enter(*key, *signature), "a proof that was guessed");
}

void be_dialled(ByteView bytes) {
  const fuzz::World& world = fuzz::world();
  auto welcome = fuzz::canonical<Welcome>(bytes);
  if (!welcome) return;
  Caller peer(ChannelPurpose::kPeer, world.chain, world.node(0), &world.made.validators[0].node.signing);
  MEDCHAIN_ASSERT(!peer.check(*welcome, welcome->node.text()), "a node that is believed without a proof");
  Caller guest(ChannelPurpose::kClient, std::nullopt, std::nullopt, nullptr);
  MEDCHAIN_ASSERT(!guest.check(*welcome, welcome->node.text()), "a node that is believed without a proof");
  check_standing(welcome->node, welcome->key, world.engine().state().participant(welcome->node), ChannelPurpose::kPeer)
      .ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Pieces pieces({data, size});
  if (pieces.byte() % 2 == 0) {
    dial_in(pieces);
  } else {
    be_dialled(pieces.rest());
  }
  return 0;
}
