#include "channel.h"

namespace medchain::rpc {
namespace {

Error out_of_order() { return {ErrorCode::kInvalidArgument, "the handshake's steps came out of order"}; }

Error wrong_chain(const ChainId& ours, const ChainId& theirs) {
  return {ErrorCode::kConflict, "the node belongs to chain " + ours.hex().substr(0, 16) + "..., not to " +
                                    theirs.hex().substr(0, 16) + "..."};
}

ChannelRole dialler_role(ChannelPurpose purpose) {
  return purpose == ChannelPurpose::kPeer ? ChannelRole::kDiallingPeer : ChannelRole::kClient;
}

ChannelRole acceptor_role(ChannelPurpose purpose) {
  return purpose == ChannelPurpose::kPeer ? ChannelRole::kAcceptingPeer : ChannelRole::kServer;
}

ChannelProof with_role(ChannelProof proof, ChannelRole role) {
  proof.role = role;
  return proof;
}

}  // namespace

Signature sign_proof(const ChannelProof& proof, const ChainId& chain, const SigningKey& key) {
  return key.sign(kChannelDomain, chain, bcs::encode(proof));
}

bool verify_proof(const ChannelProof& proof, const ChainId& chain, const SigningPublicKey& key,
                  const Signature& signature) {
  return verify(key, kChannelDomain, chain, bcs::encode(proof), signature);
}

Result<Hello> read_hello(std::uint16_t protocol, ChannelPurpose purpose, ByteView chain, ByteView address,
                         ByteView nonce) {
  Hello hello;
  hello.protocol = protocol;
  hello.purpose = purpose;
  if (!chain.empty()) {
    auto value = ChainId::from(chain, "hello: chain");
    if (!value) return value.error();
    hello.chain = *value;
  }
  if (!address.empty()) {
    auto value = FixedBytes<32, AddressTag>::from(address, "hello: address");
    if (!value) return value.error();
    hello.address = Address{*value};
  }
  auto value = Nonce::from(nonce, "hello: nonce");
  if (!value) return value.error();
  hello.nonce = *value;
  return hello;
}

Result<void> check_standing(const Address& address, const SigningPublicKey& key,
                            const std::optional<Participant>& registered, ChannelPurpose purpose) {
  auto denied = [&](std::string_view why) {
    return Error(ErrorCode::kPermissionDenied, address.text() + " " + std::string(why));
  };
  if (!registered) return denied("is not registered on this chain");
  if (registered->keys.signing != key) return denied("has another signing key on this chain");
  if (registered->suspended) return denied("is suspended");
  if (purpose == ChannelPurpose::kPeer && registered->role != Role::kValidator) return denied("is not a validator");
  return {};
}

Doorkeeper::Doorkeeper(ChannelPurpose purpose, const ChainId& chain, const Address& self, const SigningKey& key,
                       std::optional<std::string> certificate_name)
    : purpose_(purpose), chain_(chain), self_(self), key_(&key), certificate_name_(std::move(certificate_name)) {}

Result<Welcome> Doorkeeper::hello(const Hello& hello) {
  if (stage_ != Stage::kNew) return out_of_order();
  if (hello.protocol != kProtocol) {
    return Error(ErrorCode::kUnsupportedVersion,
                 "protocol " + std::to_string(hello.protocol) + ": this node speaks " + std::to_string(kProtocol));
  }
  if (hello.purpose != purpose_) {
    return Error(ErrorCode::kInvalidArgument, purpose_ == ChannelPurpose::kPeer
                                                  ? "this is the port for nodes; clients have another"
                                                  : "this is the port for clients; nodes have another");
  }
  if (hello.chain && *hello.chain != chain_) return wrong_chain(chain_, *hello.chain);
  if (purpose_ == ChannelPurpose::kPeer) {
    if (!hello.address) return Error(ErrorCode::kAuthentication, "a node without an address");
    if (!certificate_name_ || *certificate_name_ != hello.address->text()) {
      return Error(ErrorCode::kAuthentication, "it claims to be " + hello.address->text() +
                                                   ", but its certificate names " +
                                                   certificate_name_.value_or("nobody"));
    }
    if (*hello.address == self_) return Error(ErrorCode::kConflict, "it claims to be this very node");
  }
  stage_ = Stage::kGreeted;
  named_ = hello.address.has_value();
  proof_.dialler = hello.address.value_or(Address{});
  proof_.acceptor = self_;
  proof_.dialler_nonce = hello.nonce;
  proof_.acceptor_nonce = random_fixed<32, ChannelNonceTag>();
  return Welcome{.chain = chain_,
                 .node = self_,
                 .key = key_->public_key(),
                 .nonce = proof_.acceptor_nonce,
                 .proof = sign_proof(with_role(proof_, acceptor_role(purpose_)), chain_, *key_),
                 .version = MEDCHAIN_VERSION};
}

Result<void> Doorkeeper::guest() {
  if (stage_ != Stage::kGreeted || named_ || purpose_ != ChannelPurpose::kClient) return out_of_order();
  stage_ = Stage::kDone;
  return {};
}

Result<Address> Doorkeeper::enter(const SigningPublicKey& key, const Signature& signature) {
  if (stage_ != Stage::kGreeted || !named_) return out_of_order();
  stage_ = Stage::kDone;
  if (!verify_proof(with_role(proof_, dialler_role(purpose_)), chain_, key, signature)) {
    return Error(ErrorCode::kAuthentication, "the proof of " + proof_.dialler.text() + " does not verify");
  }
  return proof_.dialler;
}

Caller::Caller(ChannelPurpose purpose, std::optional<ChainId> chain, std::optional<Address> address,
               const SigningKey* key)
    : key_(key) {
  hello_.purpose = purpose;
  hello_.chain = chain;
  hello_.address = address;
  hello_.nonce = random_fixed<32, ChannelNonceTag>();
}

Result<void> Caller::check(const Welcome& welcome, const std::string& certificate_name) {
  if (hello_.chain && *hello_.chain != welcome.chain) return wrong_chain(welcome.chain, *hello_.chain);
  if (welcome.node.text() != certificate_name) {
    return Error(ErrorCode::kAuthentication,
                 "the node claims to be " + welcome.node.text() + ", but its certificate names " + certificate_name);
  }
  chain_ = welcome.chain;
  proof_.dialler = hello_.address.value_or(Address{});
  proof_.acceptor = welcome.node;
  proof_.dialler_nonce = hello_.nonce;
  proof_.acceptor_nonce = welcome.nonce;
  if (!verify_proof(with_role(proof_, acceptor_role(hello_.purpose)), chain_, welcome.key, welcome.proof)) {
    return Error(ErrorCode::kAuthentication, "the node's proof that it is " + welcome.node.text() + " does not verify");
  }
  return {};
}

Signature Caller::prove() const {
  MEDCHAIN_ASSERT(key_ != nullptr && hello_.address, "a guest has nothing to prove");
  return sign_proof(with_role(proof_, dialler_role(hello_.purpose)), chain_, *key_);
}

}  // namespace medchain::rpc
