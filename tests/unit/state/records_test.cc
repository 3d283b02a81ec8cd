#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Put example(const World& world) {
  Put put;
  put.subject = world.patient.address();
  put.kind = RecordKind::kVitals;
  put.time_ms = 1'700'000'123'000;
  put.nonce = {1, 2, 3};
  put.readers = {world.patient.address(), world.doctor.address()};
  put.payload_root = hash_of("payload");
  put.payload_bytes = 1'000;
  put.content_commitment = hash_of("content");
  return put;
}

}  // namespace

TEST_CASE("a record and who may read it enter the state") {
  World world;
  Put put = example(world);
  TxPtr transaction = world.make(world.gateway, RecordsBody{put});
  REQUIRE(world.block({transaction}) == std::vector{TxStatus::kSuccess});
  RecordId id = record_id(world.state.chain(), world.gateway.address(), put);
  auto record = world.state.record(id);
  REQUIRE(record);
  CHECK(record->author == world.gateway.address());
  CHECK(record->subject == put.subject);
  CHECK(record->kind == put.kind);
  CHECK(record->time_ms == put.time_ms);
  CHECK(record->payload_root == put.payload_root);
  CHECK(record->payload_bytes == 1'000);
  CHECK(record->payload_parts == 3);
  CHECK(record->content_commitment == put.content_commitment);
  CHECK(record->transaction == transaction->id);
  CHECK(record->height == Height{1});
  for (std::uint16_t i = 0; i < 2; ++i) {
    auto access = world.state.access(id, put.readers[i]);
    REQUIRE(access);
    CHECK(access->allowed);
    CHECK(access->granted_by == world.gateway.address());
    CHECK(access->payload_root == put.payload_root);
    CHECK(access->part == 1 + i);
    CHECK(access->since == Height{1});
  }
  CHECK_FALSE(world.state.access(id, world.nurse.address()));
}

TEST_CASE("records that are refused say why and change nothing") {
  World world;
  auto status = [&](const KeyPair& author, auto change) {
    Put put = example(world);
    change(put);
    Hash before = world.state.root();
    TxStatus status = world.run(author, RecordsBody{put});
    CHECK(world.state.root() == before);
    return status;
  };
  auto as_is = [](Put&) {};
  CHECK(status(world.family, as_is) == TxStatus::kNotAllowed);
  CHECK(status(world.node(0), as_is) == TxStatus::kNotAllowed);
  CHECK(status(world.auditor, as_is) == TxStatus::kNotAllowed);
  CHECK(status(world.gateway, [&](Put& p) { p.subject = world.stranger.address(); }) == TxStatus::kUnknownSubject);
  CHECK(status(world.gateway, [&](Put& p) { p.subject = world.doctor.address(); }) == TxStatus::kUnknownSubject);
  CHECK(status(world.gateway, [](Put& p) { p.readers.clear(); }) == TxStatus::kInvalidValue);
  CHECK(status(world.gateway, [](Put& p) { p.payload_bytes = 0; }) == TxStatus::kInvalidValue);
  CHECK(status(world.gateway, [](Put& p) { p.payload_bytes = limits::kMaxPayloadBytes + 1; }) ==
        TxStatus::kPayloadTooLarge);
  CHECK(status(world.gateway, [](Put& p) { p.readers.push_back(p.readers[0]); }) == TxStatus::kDuplicate);
  CHECK(status(world.gateway, [&](Put& p) { p.readers.push_back(world.stranger.address()); }) ==
        TxStatus::kUnknownReader);
  CHECK(status(world.gateway, [](Put& p) { p.readers.resize(limits::kMaxReaders + 1); }) == TxStatus::kTooManyReaders);
}

TEST_CASE("the largest payload is accepted") {
  World world;
  Put put = example(world);
  put.payload_bytes = limits::kMaxPayloadBytes;
  CHECK(world.run(world.gateway, RecordsBody{put}) == TxStatus::kSuccess);
}

TEST_CASE("a record id is used once; another author's record is another") {
  World world;
  Put put = example(world);
  CHECK(world.run(world.gateway, RecordsBody{put}) == TxStatus::kSuccess);
  Put other_content = put;
  other_content.payload_root = hash_of("other payload");
  CHECK(world.run(world.gateway, RecordsBody{other_content}) == TxStatus::kRecordExists);
  CHECK(world.run(world.device, RecordsBody{other_content}) == TxStatus::kSuccess);
  RecordId id = record_id(world.state.chain(), world.gateway.address(), put);
  CHECK(world.state.record(id)->payload_root == put.payload_root);
}

TEST_CASE("suspended patients and readers receive no records") {
  World world;
  REQUIRE(world.run(world.institution(0), RegistryBody{Suspend{world.doctor.address()}}) == TxStatus::kSuccess);
  CHECK(world.run(world.gateway, RecordsBody{example(world)}) == TxStatus::kParticipantSuspended);
  REQUIRE(world.run(world.institution(0), RegistryBody{Reinstate{world.doctor.address()}}) == TxStatus::kSuccess);
  REQUIRE(world.run(world.institution(0), RegistryBody{Suspend{world.patient.address()}}) == TxStatus::kSuccess);
  Put put = example(world);
  put.readers = {world.doctor.address()};
  CHECK(world.run(world.gateway, RecordsBody{put}) == TxStatus::kParticipantSuspended);
}
