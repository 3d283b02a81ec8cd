#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct WorldWithRecord : World {
  RecordId id;
  Hash root = hash_of("payload");

  WorldWithRecord() {
    Put put;
    put.subject = patient.address();
    put.readers = {patient.address(), doctor.address()};
    put.payload_root = root;
    put.payload_bytes = 100;
    id = record_id(state.chain(), device.address(), put);
    REQUIRE(run(device, RecordsBody{put}) == TxStatus::kSuccess);
  }
  Body grant(const KeyPair& reader, std::uint64_t bytes = 80) const {
    return ConsentBody{Grant{id, reader.address(), hash_of("wrap"), bytes}};
  }
  Body revoke(const KeyPair& reader) const { return ConsentBody{Revoke{id, reader.address()}}; }
  std::optional<Access> access(const KeyPair& reader) const { return state.access(id, reader.address()); }
};

}  // namespace

TEST_CASE("the subject grants, revokes and grants again") {
  WorldWithRecord world;
  CHECK(world.run(world.patient, world.grant(world.nurse)) == TxStatus::kSuccess);
  auto access = world.access(world.nurse);
  REQUIRE(access);
  CHECK(access->allowed);
  CHECK(access->granted_by == world.patient.address());
  CHECK(access->payload_root == hash_of("wrap"));
  CHECK(access->part == 0);
  CHECK(access->since == Height{2});

  CHECK(world.run(world.patient, world.revoke(world.doctor)) == TxStatus::kSuccess);
  access = world.access(world.doctor);
  REQUIRE(access);
  CHECK_FALSE(access->allowed);
  CHECK(access->granted_by == world.device.address());
  CHECK(access->payload_root == world.root);  // what nodes are to withhold
  CHECK(access->part == 2);
  CHECK(access->since == Height{3});

  CHECK(world.run(world.patient, world.grant(world.doctor)) == TxStatus::kSuccess);
  CHECK(world.access(world.doctor)->allowed);
  CHECK(world.access(world.doctor)->payload_root == hash_of("wrap"));
}

TEST_CASE("consents that are refused say why and change nothing") {
  WorldWithRecord world;
  auto refused = [&](const KeyPair& sender, Body body) {
    Hash before = world.state.root();
    TxStatus status = world.run(sender, std::move(body));
    CHECK(world.state.root() == before);
    return status;
  };
  RecordId unknown{hash_of("no such record").bytes};
  CHECK(refused(world.doctor, world.grant(world.nurse)) == TxStatus::kNotAllowed);
  CHECK(refused(world.device, world.grant(world.nurse)) == TxStatus::kNotAllowed);
  CHECK(refused(world.other_patient, world.grant(world.other_patient)) == TxStatus::kNotAllowed);
  CHECK(refused(world.patient, ConsentBody{Grant{unknown, world.nurse.address(), hash_of("wrap"), 80}}) ==
        TxStatus::kUnknownRecord);
  CHECK(refused(world.patient, world.grant(world.stranger)) == TxStatus::kUnknownReader);
  CHECK(refused(world.patient, world.grant(world.doctor)) == TxStatus::kAlreadyReader);
  CHECK(refused(world.patient, world.grant(world.nurse, 0)) == TxStatus::kInvalidValue);
  CHECK(refused(world.patient, world.grant(world.nurse, limits::kMaxPayloadBytes + 1)) == TxStatus::kPayloadTooLarge);

  CHECK(refused(world.doctor, world.revoke(world.doctor)) == TxStatus::kNotAllowed);
  CHECK(refused(world.other_patient, world.revoke(world.doctor)) == TxStatus::kNotAllowed);
  CHECK(refused(world.patient, ConsentBody{Revoke{unknown, world.doctor.address()}}) == TxStatus::kUnknownRecord);
  CHECK(refused(world.patient, world.revoke(world.nurse)) == TxStatus::kNotReader);
  CHECK(refused(world.patient, world.revoke(world.patient)) == TxStatus::kNotAllowed);
  REQUIRE(world.run(world.patient, world.revoke(world.doctor)) == TxStatus::kSuccess);
  CHECK(refused(world.patient, world.revoke(world.doctor)) == TxStatus::kNotReader);
}

TEST_CASE("nothing is granted to a suspended reader, and its access can still be revoked") {
  WorldWithRecord world;
  REQUIRE(world.run(world.institution(0), RegistryBody{Suspend{world.nurse.address()}}) == TxStatus::kSuccess);
  REQUIRE(world.run(world.institution(0), RegistryBody{Suspend{world.doctor.address()}}) == TxStatus::kSuccess);
  CHECK(world.run(world.patient, world.grant(world.nurse)) == TxStatus::kParticipantSuspended);
  CHECK(world.run(world.patient, world.revoke(world.doctor)) == TxStatus::kSuccess);
}

TEST_CASE("a patient keeps a standing list of readers, and replaces it whole") {
  World world;
  auto listed = [&] { return world.state.standing_readers(world.patient.address()); };
  auto set = [&](std::vector<Address> readers) { return ConsentBody{SetReaders{std::move(readers)}}; };
  CHECK_FALSE(listed());
  REQUIRE(world.run(world.patient, set({world.nurse.address(), world.doctor.address()})) == TxStatus::kSuccess);
  REQUIRE(listed());
  CHECK(listed()->readers == std::vector{world.nurse.address(), world.doctor.address()});
  CHECK(listed()->since == world.state.height());
  CHECK_FALSE(world.state.standing_readers(world.other_patient.address()));
  REQUIRE(world.run(world.patient, set({})) == TxStatus::kSuccess);
  CHECK(listed()->readers.empty());
}

TEST_CASE("a standing list that is refused says why and changes nothing") {
  World world;
  auto refused = [&](const KeyPair& sender, std::vector<Address> readers) {
    Hash before = world.state.root();
    TxStatus status = world.run(sender, ConsentBody{SetReaders{std::move(readers)}});
    CHECK(world.state.root() == before);
    return status;
  };
  const Address nurse = world.nurse.address();
  CHECK(refused(world.doctor, {nurse}) == TxStatus::kNotAllowed);
  CHECK(refused(world.patient, {nurse, nurse}) == TxStatus::kDuplicate);
  CHECK(refused(world.patient, {world.patient.address()}) == TxStatus::kDuplicate);  // she reads anyway
  CHECK(refused(world.patient, {world.stranger.address()}) == TxStatus::kUnknownReader);
  CHECK(refused(world.patient, std::vector<Address>(limits::kMaxReaders, nurse)) == TxStatus::kTooManyReaders);
}

TEST_CASE("that a patient has no standing list can be proved, and that she has one") {
  World world;
  const StateKey key = state_key::standing_readers(world.patient.address());
  CHECK_FALSE(world.state.prove(key).value);
  CHECK(verify_state_proof(world.state.prove(key), world.state.root()));
  REQUIRE(world.run(world.patient, ConsentBody{SetReaders{{world.nurse.address()}}}) == TxStatus::kSuccess);
  const StateProof proof = world.state.prove(key);
  REQUIRE(proof.value);
  CHECK(bcs::decode<StandingReaders>(*proof.value)->readers == std::vector{world.nurse.address()});
  CHECK(verify_state_proof(proof, world.state.root()));
}
