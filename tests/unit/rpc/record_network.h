// A network with a few participants, and one with a record of theirs.
#pragma once

#include "rpc_network.h"

namespace medchain::test {

inline const KeyPair kPatient = test_keys("patient");
inline const KeyPair kGateway = test_keys("gateway", KeyAlgorithm::kP256);
inline const KeyPair kDoctor = test_keys("doctor", KeyAlgorithm::kP256);
inline const KeyPair kOtherDoctor = test_keys("other doctor");
inline const KeyPair kStranger = test_keys("stranger");

inline TestGenesis genesis(std::size_t validators, std::size_t candidates) {
  auto made = make_test_genesis(validators, candidates);
  made.genesis.parameters.committee_size = static_cast<std::uint16_t>(std::min<std::size_t>(candidates, 4));
  add_participant(made, kPatient, Role::kPatient, 0);
  add_participant(made, kGateway, Role::kGateway, 0, "gateway");
  add_participant(made, kDoctor, Role::kClinician, 0);
  add_participant(made, kOtherDoctor, Role::kClinician, 0);
  return made;
}

inline Submission submission(const RpcNetwork& network, const KeyPair& sender, Body body, Payload payload = {},
                             Height valid_until = Height{200}) {
  Transaction transaction;
  transaction.chain = network.chain();
  transaction.sender = sender.address();
  transaction.valid_until = valid_until;
  transaction.salt = random_fixed<8, struct SaltTag>().bytes[0];
  transaction.body = std::move(body);
  return {bcs::encode(sign_transaction(std::move(transaction), sender.signing)), std::move(payload)};
}

struct SealedRecord {
  RecordId id;
  Hash commitment;
  Submission submission;
};

inline SealedRecord seal_for(const RpcNetwork& network, std::string_view document,
                             const std::vector<PublicKeys>& readers) {
  Put put;
  put.subject = kPatient.address();
  put.kind = RecordKind::kVitals;
  put.time_ms = 1'700'000'000'000;
  random_bytes(put.nonce);
  for (const auto& reader : readers) put.readers.push_back(reader.address());
  const RecordId id = record_id(network.chain(), kGateway.address(), put);
  auto sealed = seal_record(view(document), readers, {network.chain(), id}, kGateway.signing);
  REQUIRE(sealed);
  Payload payload;
  payload.parts.push_back(sealed->body);
  for (const Wrap& wrap : sealed->wraps) payload.parts.push_back(bcs::encode(wrap));
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = sealed->content_commitment;
  return {id, sealed->content_commitment, submission(network, kGateway, RecordsBody{put}, std::move(payload))};
}

inline TxId accepted(rpc::Client& client, std::vector<Submission> submissions) {
  auto results = client.submit(std::move(submissions));
  if (!results) FAIL(results.error().message());
  REQUIRE(results->size() == 1);
  if (!results->front()) FAIL(results->front().error().message());
  return *results->front();
}

// Four producers and a follower, node 4, which has the record that the gateway put at node 0 for patient and doctor.
struct WithRecord {
  WithRecord() : network(genesis(5, 4), 4) {
    network.start_all();
    auto gateway = network.client(0, &kGateway);
    record = seal_for(network, document, {kPatient.public_keys(), kDoctor.public_keys()});
    id = accepted(gateway, {record.submission});
    auto here = gateway.wait_receipt(id, 30'000);
    if (!here) FAIL(here.error().message());
    receipt = *here;
    auto follower = network.client(4, &kDoctor);
    auto there = follower.wait_receipt(id, 30'000);
    if (!there) FAIL(there.error().message());
    CHECK(*there == receipt);
  }

  const std::string document = "pulse 61/min";
  RpcNetwork network;
  SealedRecord record;
  TxId id;
  Receipt receipt;
};

}  // namespace medchain::test
