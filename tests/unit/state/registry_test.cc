#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Body register_(const KeyPair& keys, Role role, std::string label = {}) {
  return RegistryBody{Register{keys.public_keys(), role, std::move(label)}};
}
Body update(const KeyPair& who, std::string label) { return RegistryBody{Update{who.address(), std::move(label)}}; }
Body rotate(const PublicKeys& keys) { return RegistryBody{RotateKeys{keys}}; }
Body suspend(const KeyPair& who) { return RegistryBody{Suspend{who.address()}}; }
Body reinstate(const KeyPair& who) { return RegistryBody{Reinstate{who.address()}}; }

}  // namespace

TEST_CASE("an institution registers a participant of its own") {
  for (auto algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kP256}) {
    World world;
    KeyPair keys = test_keys("newcomer", algorithm);
    PublicKeys shown = keys.public_keys();  // once: P-256 signs the binding anew each time
    Body body = RegistryBody{Register{shown, Role::kDevice, "Bett 7 – Überwachung"}};
    CHECK(world.run(world.institution(2), body) == TxStatus::kSuccess);
    auto participant = world.state.participant(keys.address());
    REQUIRE(participant);
    CHECK(participant->role == Role::kDevice);
    CHECK(participant->institution == world.institution(2).address());
    CHECK(participant->keys == shown);
    CHECK(participant->label == "Bett 7 – Überwachung");
    CHECK(participant->registered == Height{1});
    CHECK_FALSE(participant->suspended);
    CHECK(world.state.account(keys.address())->balance == Tokens{0});
    CHECK(world.run(world.doctor, TokensBody{Transfer{keys.address(), Tokens{5}}}) == TxStatus::kSuccess);
    CHECK(world.run(keys, TokensBody{Transfer{world.doctor.address(), Tokens{5}}}) == TxStatus::kSuccess);
  }
}

TEST_CASE("registrations that are refused say why and change nothing") {
  World world;
  const KeyPair& hospital = world.institution(0);
  KeyPair keys = test_keys("newcomer");
  auto refused = [&](const KeyPair& sender, Body body) {
    Hash before = world.state.root();
    TxStatus status = world.run(sender, std::move(body));
    CHECK(world.state.root() == before);
    return status;
  };
  CHECK(refused(world.doctor, register_(keys, Role::kPatient)) == TxStatus::kNotAllowed);
  CHECK(refused(hospital, register_(keys, Role::kInstitution, "Hospital")) == TxStatus::kNotAllowed);
  CHECK(refused(hospital, register_(world.patient, Role::kPatient)) == TxStatus::kParticipantExists);
  for (Role person : {Role::kPatient, Role::kFamily, Role::kGuardian, Role::kClinician}) {
    CHECK(refused(hospital, register_(keys, person, "Jane Doe")) == TxStatus::kInvalidValue);
  }
  CHECK(refused(hospital, register_(keys, Role::kDevice, std::string(limits::kMaxLabelBytes + 1, 'a'))) ==
        TxStatus::kLabelTooLong);
  for (std::string control : {"a\nb", "\x01", "\x7f", "a\xc2\x85", "\xc2\x80"}) {
    CHECK(refused(hospital, register_(keys, Role::kDevice, control)) == TxStatus::kInvalidValue);
  }
  CHECK(refused(hospital, register_(keys, Role::kDevice, "\xff")) == TxStatus::kInvalidValue);

  Register foreign{keys.public_keys(), Role::kPatient, ""};
  foreign.keys.sealing = world.doctor.public_keys().sealing;  // no longer what the binding signs
  CHECK(refused(hospital, RegistryBody{foreign}) == TxStatus::kInvalidKeys);
  foreign.keys = PublicKeys{};
  CHECK(refused(hospital, RegistryBody{foreign}) == TxStatus::kInvalidKeys);
}

TEST_CASE("the longest label, and letters just above the control characters, are fine") {
  World world;
  CHECK(world.run(world.institution(0), update(world.device, std::string(limits::kMaxLabelBytes, 'a'))) ==
        TxStatus::kSuccess);
  CHECK(world.run(world.institution(0), update(world.device, "\xc2\xa0~ ")) == TxStatus::kSuccess);
  CHECK(world.state.participant(world.device.address())->label == "\xc2\xa0~ ");
}

TEST_CASE("only the institution that registered a participant changes its label") {
  World world;
  CHECK(world.run(world.institution(0), update(world.device, "bed 4")) == TxStatus::kSuccess);
  CHECK(world.state.participant(world.device.address())->label == "bed 4");
  CHECK(world.run(world.institution(0), update(world.institution(0), "Hospital Zero")) == TxStatus::kSuccess);
  CHECK(world.run(world.institution(1), update(world.device, "mine")) == TxStatus::kNotAllowed);
  CHECK(world.run(world.institution(1), update(world.institution(0), "mine")) == TxStatus::kNotAllowed);
  CHECK(world.run(world.device, update(world.device, "bed 5")) == TxStatus::kNotAllowed);
  CHECK(world.run(world.institution(0), update(world.stranger, "x")) == TxStatus::kUnknownParticipant);
  CHECK(world.run(world.institution(0), update(world.patient, "Jane Doe")) == TxStatus::kInvalidValue);
  CHECK(world.run(world.institution(0), update(world.device, std::string(129, 'a'))) == TxStatus::kLabelTooLong);
  CHECK(world.state.participant(world.device.address())->label == "bed 4");
}

TEST_CASE("suspending and reinstating") {
  World world;
  const KeyPair& hospital = world.institution(0);
  CHECK(world.run(hospital, reinstate(world.doctor)) == TxStatus::kNotSuspended);
  CHECK(world.run(world.institution(1), suspend(world.doctor)) == TxStatus::kNotAllowed);
  CHECK(world.run(world.doctor, suspend(world.doctor)) == TxStatus::kNotAllowed);
  CHECK(world.run(hospital, suspend(hospital)) == TxStatus::kNotAllowed);
  CHECK(world.run(hospital, suspend(world.stranger)) == TxStatus::kUnknownParticipant);
  CHECK(world.run(hospital, reinstate(world.stranger)) == TxStatus::kUnknownParticipant);
  CHECK(world.run(hospital, suspend(world.doctor)) == TxStatus::kSuccess);
  CHECK(world.state.participant(world.doctor.address())->suspended);
  CHECK(world.run(hospital, suspend(world.doctor)) == TxStatus::kParticipantSuspended);
  CHECK(world.run(world.institution(1), reinstate(world.doctor)) == TxStatus::kNotAllowed);
  CHECK_FALSE(world.state.admissible(*world.make(world.doctor, StakeBody{Stake{Tokens{1}}})));
  CHECK(world.run(hospital, reinstate(world.doctor)) == TxStatus::kSuccess);
  CHECK(world.state.admissible(*world.make(world.doctor, StakeBody{Stake{Tokens{1}}})));
}

TEST_CASE("rotating keys keeps the address, and old keys stay their owner's") {
  World world;
  KeyPair fresh = test_keys("fresh", KeyAlgorithm::kP256);
  PublicKeys shown = fresh.public_keys();
  Address address = world.doctor.address();
  CHECK(world.run(world.doctor, rotate(shown)) == TxStatus::kSuccess);
  CHECK(world.state.participant(address)->keys == shown);
  CHECK_FALSE(world.state.participant(fresh.address()));

  Body body = StakeBody{Stake{Tokens{1}}};
  Height until{world.state.height().value + 5};
  CHECK_FALSE(world.state.admissible(*world.make(world.doctor, body)));
  auto with_new = world.make(address, fresh.signing.public_key(), body, until);
  CHECK(world.block({with_new}) == std::vector{TxStatus::kSuccess});

  // Neither key can be registered, or rotated to, by anybody else.
  CHECK(world.run(world.institution(0), register_(fresh, Role::kPatient)) == TxStatus::kParticipantExists);
  CHECK(world.run(world.institution(0), register_(world.doctor, Role::kPatient)) == TxStatus::kParticipantExists);
  CHECK(world.run(world.nurse, rotate(fresh.public_keys())) == TxStatus::kParticipantExists);
  CHECK(world.run(world.nurse, rotate(world.doctor.public_keys())) == TxStatus::kParticipantExists);
  CHECK(world.run(world.nurse, rotate(world.patient.public_keys())) == TxStatus::kParticipantExists);

  PublicKeys swapped = world.nurse.public_keys();
  swapped.sealing = fresh.public_keys().sealing;
  CHECK(world.run(world.nurse, rotate(swapped)) == TxStatus::kInvalidKeys);
}

TEST_CASE("a new sealing key under the same signing key is a rotation too") {
  World world;
  KeyPair changed{world.nurse.signing.clone(), test_keys("another").sealing.clone()};
  CHECK(world.run(world.nurse, rotate(changed.public_keys())) == TxStatus::kSuccess);
  CHECK(world.state.participant(world.nurse.address())->keys == changed.public_keys());
}
