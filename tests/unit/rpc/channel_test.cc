// The handshake's rules, without a network.
#include "channel.h"

#include "support/catch.h"
#include "support/genesis.h"

namespace medchain::rpc {
namespace {

ChainId chain(std::uint8_t n) {
  ChainId value;
  value.bytes.fill(n);
  return value;
}

const ChainId kChain = chain(1);
const KeyPair kNode = test::test_keys("node");
const KeyPair kAlice = test::test_keys("alice", KeyAlgorithm::kP256);
const KeyPair kMallory = test::test_keys("mallory");

Doorkeeper client_door() { return {ChannelPurpose::kClient, kChain, kNode.address(), kNode.signing, std::nullopt}; }
Doorkeeper peer_door(const std::string& certificate_name) {
  return {ChannelPurpose::kPeer, kChain, kNode.address(), kNode.signing, certificate_name};
}
Caller alice() { return {ChannelPurpose::kClient, kChain, kAlice.address(), &kAlice.signing}; }
const std::string kNodeCertificate = kNode.address().text();

TEST_CASE("both sides prove their keys") {
  Doorkeeper door = client_door();
  Caller caller = alice();
  auto welcome = door.hello(caller.hello());
  REQUIRE(welcome);
  CHECK(caller.check(*welcome, kNodeCertificate));
  auto entered = door.enter(kAlice.signing.public_key(), caller.prove());
  REQUIRE(entered);
  CHECK(*entered == kAlice.address());
}

TEST_CASE("a guest is greeted, and cannot enter") {
  Doorkeeper door = client_door();
  Caller guest(ChannelPurpose::kClient, std::nullopt, std::nullopt, nullptr);
  auto welcome = door.hello(guest.hello());
  REQUIRE(welcome);
  CHECK(guest.check(*welcome, kNodeCertificate));
  CHECK_FALSE(Doorkeeper(door).enter(kMallory.signing.public_key(), Signature{}));
  CHECK(door.guest());
  CHECK_FALSE(door.guest());
}

TEST_CASE("who has named an address is no guest") {
  Doorkeeper door = client_door();
  REQUIRE(door.hello(alice().hello()));
  CHECK_FALSE(door.guest());
}

TEST_CASE("another chain is refused by both sides") {
  Doorkeeper door = client_door();
  Caller elsewhere(ChannelPurpose::kClient, chain(2), kAlice.address(), &kAlice.signing);
  CHECK(door.hello(elsewhere.hello()).error().code() == ErrorCode::kConflict);
  auto welcome = client_door().hello(alice().hello());
  REQUIRE(welcome);
  CHECK(elsewhere.check(*welcome, kNodeCertificate).error().code() == ErrorCode::kConflict);
}

TEST_CASE("a proof holds for one connection only") {
  Doorkeeper first = client_door();
  Caller caller = alice();
  auto welcome = first.hello(caller.hello());
  REQUIRE(caller.check(*welcome, kNodeCertificate));
  const Signature proof = caller.prove();
  REQUIRE(Doorkeeper(first).enter(kAlice.signing.public_key(), proof));

  SECTION("not for the next one, whose nonce differs") {
    Doorkeeper second = client_door();
    REQUIRE(second.hello(caller.hello()));
    CHECK(second.enter(kAlice.signing.public_key(), proof).error().code() == ErrorCode::kAuthentication);
  }
  SECTION("not twice for the same one") {
    REQUIRE(first.enter(kAlice.signing.public_key(), proof));
    CHECK_FALSE(first.enter(kAlice.signing.public_key(), proof));
  }
  SECTION("not for another node") {
    const KeyPair other = test::test_keys("other node");
    Doorkeeper door(ChannelPurpose::kClient, kChain, other.address(), other.signing, std::nullopt);
    REQUIRE(door.hello(caller.hello()));
    CHECK_FALSE(door.enter(kAlice.signing.public_key(), proof));
  }
  SECTION("and the node's own proof not for the client") {
    CHECK(first.enter(kNode.signing.public_key(), welcome->proof).error().code() == ErrorCode::kAuthentication);
  }
}

TEST_CASE("a wrong signature or key does not enter") {
  Caller caller = alice();
  Doorkeeper door = client_door();
  auto welcome = door.hello(caller.hello());
  REQUIRE(caller.check(*welcome, kNodeCertificate));
  Signature proof = caller.prove();
  CHECK_FALSE(Doorkeeper(door).enter(kMallory.signing.public_key(), proof));
  proof.bytes[40] ^= 1;
  CHECK(door.enter(kAlice.signing.public_key(), proof).error().code() == ErrorCode::kAuthentication);
}

TEST_CASE("a node that is not whom its certificate names is refused by the caller") {
  Caller caller = alice();
  auto welcome = client_door().hello(caller.hello());
  CHECK(caller.check(*welcome, kMallory.address().text()).error().code() == ErrorCode::kAuthentication);
  CHECK_FALSE(caller.check(*welcome, "nobody"));

  // Relayed from the true node by one with a certificate of its own, or with anything in it changed.
  auto altered = *welcome;
  altered.node = kMallory.address();
  CHECK_FALSE(caller.check(altered, kMallory.address().text()));
  altered = *welcome;
  altered.nonce.bytes[0] ^= 1;
  CHECK_FALSE(caller.check(altered, kNodeCertificate));
  altered = *welcome;
  altered.key = kMallory.signing.public_key();
  CHECK_FALSE(caller.check(altered, kNodeCertificate));
  CHECK_FALSE(alice().check(*welcome, kNodeCertificate));  // another caller's nonce
}

TEST_CASE("a peer must be whom its certificate names") {
  Caller mallory(ChannelPurpose::kPeer, kChain, kMallory.address(), &kMallory.signing);
  CHECK(peer_door(kMallory.address().text()).hello(mallory.hello()));
  CHECK(peer_door(kAlice.address().text()).hello(mallory.hello()).error().code() == ErrorCode::kAuthentication);
  Doorkeeper without(ChannelPurpose::kPeer, kChain, kNode.address(), kNode.signing, std::nullopt);
  CHECK(without.hello(mallory.hello()).error().code() == ErrorCode::kAuthentication);
  Caller itself(ChannelPurpose::kPeer, kChain, kNode.address(), &kNode.signing);
  CHECK(peer_door(kNodeCertificate).hello(itself.hello()).error().code() == ErrorCode::kConflict);
  Caller nameless(ChannelPurpose::kPeer, kChain, std::nullopt, nullptr);
  CHECK_FALSE(peer_door(kNodeCertificate).hello(nameless.hello()));
}

TEST_CASE("proofs of clients and peers are not interchangeable") {
  Caller as_client(ChannelPurpose::kClient, kChain, kMallory.address(), &kMallory.signing);
  CHECK_FALSE(peer_door(kMallory.address().text()).hello(as_client.hello()));
  Hello hello = as_client.hello();
  hello.purpose = ChannelPurpose::kPeer;
  Doorkeeper door = peer_door(kMallory.address().text());
  auto welcome = door.hello(hello);
  REQUIRE(welcome);
  CHECK_FALSE(as_client.check(*welcome, kNodeCertificate));  // signed as an accepting peer
}

TEST_CASE("steps out of order, and versions that are not ours, are errors") {
  CHECK_FALSE(client_door().enter(kAlice.signing.public_key(), Signature{}));
  CHECK_FALSE(client_door().guest());
  Doorkeeper door = client_door();
  REQUIRE(door.hello(alice().hello()));
  CHECK_FALSE(door.hello(alice().hello()));
  Hello hello = alice().hello();
  hello.protocol = kProtocol + 1;
  CHECK(client_door().hello(hello).error().code() == ErrorCode::kUnsupportedVersion);
}

TEST_CASE("a hello of the wrong sizes is malformed") {
  const Bytes ok(32, 7), small(31, 7), large(33, 7), none;
  CHECK(read_hello(1, ChannelPurpose::kClient, ok, ok, ok));
  CHECK(read_hello(1, ChannelPurpose::kClient, none, none, ok));
  for (const Bytes& bad : {small, large}) {
    CHECK_FALSE(read_hello(1, ChannelPurpose::kClient, bad, ok, ok));
    CHECK_FALSE(read_hello(1, ChannelPurpose::kClient, ok, bad, ok));
    CHECK_FALSE(read_hello(1, ChannelPurpose::kClient, ok, ok, bad));
  }
  CHECK_FALSE(read_hello(1, ChannelPurpose::kClient, ok, ok, none));
}

TEST_CASE("standing: registered, current key, not suspended, and for peers a validator") {
  Participant participant;
  participant.role = Role::kValidator;
  participant.keys = kNode.public_keys();
  const Address who = kNode.address();
  const SigningPublicKey key = kNode.signing.public_key();
  CHECK(check_standing(who, key, participant, ChannelPurpose::kPeer));
  CHECK(check_standing(who, key, participant, ChannelPurpose::kClient));
  CHECK_FALSE(check_standing(who, key, std::nullopt, ChannelPurpose::kClient));
  CHECK_FALSE(check_standing(who, kAlice.signing.public_key(), participant, ChannelPurpose::kClient));
  participant.suspended = true;
  CHECK(check_standing(who, key, participant, ChannelPurpose::kClient).error().code() == ErrorCode::kPermissionDenied);
  participant.suspended = false;
  for (Role role : {Role::kDevice, Role::kGateway, Role::kPatient, Role::kInstitution, Role::kAuditor}) {
    participant.role = role;
    CHECK(check_standing(who, key, participant, ChannelPurpose::kClient));
    CHECK_FALSE(check_standing(who, key, participant, ChannelPurpose::kPeer));
  }
}

}  // namespace
}  // namespace medchain::rpc
