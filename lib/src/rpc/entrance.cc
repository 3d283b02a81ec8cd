#include "entrance.h"

#include <kj/debug.h>

#include "convert.h"

namespace medchain::rpc {
namespace {

constexpr capnp::MessageSize kCapability{8, 1};

struct Proof {
  SigningPublicKey key;
  Signature signature;
};

Result<Proof> read_proof(capnp::Data::Reader key, capnp::Data::Reader signature) {
  auto decoded = bcs::decode<SigningPublicKey>(to_view(key));
  if (!decoded) return decoded.error().in("the proof's key");
  auto bytes = Signature::from(to_view(signature), "the proof's signature");
  if (!bytes) return bytes.error();
  return Proof{*decoded, *bytes};
}

class EntranceServer final : public schema::Entrance::Server {
 public:
  EntranceServer(Doorkeeper doorkeeper, LifelinePtr lifeline, Gate& gate)
      : doorkeeper_(std::move(doorkeeper)), lifeline_(std::move(lifeline)), gate_(gate) {}

  kj::Promise<void> hello(HelloContext context) override {
    KJ_REQUIRE(lifeline_->connection != nullptr, "the connection has ended");
    auto params = context.getParams();
    const auto purpose = params.getPurpose() == schema::Purpose::PEER ? ChannelPurpose::kPeer : ChannelPurpose::kClient;
    auto hello = read_hello(params.getProtocol(), purpose, to_view(params.getChain()), to_view(params.getAddress()),
                            to_view(params.getNonce()));
    auto welcome = hello ? doorkeeper_.hello(*hello) : Result<Welcome>(hello.error());
    if (!welcome) gate_.refused(lifeline_, welcome.error());
    const auto encoded = encode_answer(welcome);
    set_answer(context.getResults(room_for(encoded)).initWelcome(), encoded);
    return kj::READY_NOW;
  }

  kj::Promise<void> guest(GuestContext context) override {
    KJ_REQUIRE(lifeline_->connection != nullptr, "the connection has ended");
    auto allowed = doorkeeper_.guest();
    auto session = allowed ? gate_.admit_guest(lifeline_) : Result<schema::ClientService::Client>(allowed.error());
    if (session) {
      lifeline_->connection->let_in(false);
      context.getResults(kCapability).setSession(kj::mv(*session));
    } else {
      refuse(context, session.error());
    }
    return kj::READY_NOW;
  }

  kj::Promise<void> enter(EnterContext context) override {
    KJ_REQUIRE(lifeline_->connection != nullptr, "the connection has ended");
    auto params = context.getParams();
    auto session = enter_with(read_proof(params.getKey(), params.getProof()));
    if (session) {
      lifeline_->connection->let_in(true);
      context.getResults(kCapability).setSession(kj::mv(*session));
    } else {
      refuse(context, session.error());
    }
    return kj::READY_NOW;
  }

  kj::Promise<void> enterPeer(EnterPeerContext context) override {
    KJ_REQUIRE(lifeline_->connection != nullptr, "the connection has ended");
    auto params = context.getParams();
    auto peer = enter_peer_with(read_proof(params.getKey(), params.getProof()), params.getCallback());
    if (peer) {
      lifeline_->connection->let_in(true);
      context.getResults(kCapability).setPeer(kj::mv(*peer));
    } else {
      refuse(context, peer.error());
    }
    return kj::READY_NOW;
  }

 private:
  Result<schema::ClientService::Client> enter_with(const Result<Proof>& proof) {
    if (!proof) return proof.error();
    auto address = doorkeeper_.enter(proof->key, proof->signature);
    if (!address) return address.error();
    return gate_.admit(*address, proof->key, lifeline_);
  }

  Result<schema::PeerService::Client> enter_peer_with(const Result<Proof>& proof,
                                                      schema::PeerService::Client callback) {
    if (!proof) return proof.error();
    auto address = doorkeeper_.enter(proof->key, proof->signature);
    if (!address) return address.error();
    return gate_.admit_peer(*address, proof->key, kj::mv(callback), lifeline_);
  }

  template <class Context>
  void refuse(Context& context, const Error& why) {
    gate_.refused(lifeline_, why);
    set_failure(context.getResults(room_for(why)).initFailure(), why);
  }

  Doorkeeper doorkeeper_;
  LifelinePtr lifeline_;
  Gate& gate_;
};

}  // namespace

schema::Entrance::Client make_entrance(Doorkeeper doorkeeper, LifelinePtr lifeline, Gate& gate) {
  return kj::heap<EntranceServer>(std::move(doorkeeper), std::move(lifeline), gate);
}

}  // namespace medchain::rpc
