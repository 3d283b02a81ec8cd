// Nodes and clients together: the main job over real sockets.
#include "record_network.h"

namespace medchain {
namespace {

using namespace test;

TEST_CASE("a record put at one node is opened from another by its reader") {
  WithRecord with;
  CHECK(with.receipt.status == TxStatus::kSuccess);
  CHECK(with.receipt.id == with.id);
  auto doctor = with.network.client(4, &kDoctor);
  CHECK(doctor.chain() == with.network.chain());
  CHECK(doctor.node() == with.network.made().validators[4].node.address());
  auto released = doctor.fetch(with.record.id);
  if (!released) FAIL(released.error().message());
  auto opened = open_record(released->body, released->wrap, with.record.commitment, kDoctor);
  REQUIRE(opened);
  CHECK(text(opened->plaintext) == with.document);
  auto info = doctor.record(with.record.id);
  REQUIRE(info);
  CHECK(info->record.author == kGateway.address());
  REQUIRE(info->access);
  CHECK(info->access->allowed);
}

TEST_CASE("receipts, transactions and blocks prove themselves to who holds the genesis") {
  WithRecord with;
  auto doctor = with.network.client(4, &kDoctor);
  auto proof = doctor.receipt_proof(with.id);
  if (!proof) FAIL(proof.error().message());
  auto verified = verify_receipt(*proof, genesis_anchor(with.network.made().genesis));
  REQUIRE(verified);
  CHECK(verified->receipt == with.receipt);
  auto transaction = doctor.transaction(with.id);
  REQUIRE(transaction);
  CHECK(transaction->transaction == with.record.submission.transaction);
  auto block = doctor.block(transaction->height);
  REQUIRE(block);
  CHECK(block->receipts.at(transaction->index) == with.receipt);
  CHECK(block->hash == block->header.hash());

  bool proved = false;
  for (int attempt = 0; attempt < 100 && !proved; ++attempt) {
    auto before = doctor.latest_block();
    auto access = doctor.state_proof(state_key::access(with.record.id, kDoctor.address()));
    REQUIRE(before);
    REQUIRE(access);
    CHECK(access->value.has_value());
    proved = verify_state_proof(*access, before->header.state_root).ok();  // a block may have come in between
  }
  CHECK(proved);
}

TEST_CASE("a participant without access learns nothing, not even that a record exists") {
  WithRecord with;
  auto other = with.network.client(4, &kOtherDoctor);
  auto refused = other.fetch(with.record.id);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::kPermissionDenied);
  RecordId unknown = with.record.id;
  unknown.bytes[0] ^= 1;
  CHECK(other.fetch(unknown).error().message() == refused.error().message());
  auto hidden = other.record(with.record.id);
  REQUIRE_FALSE(hidden);
  CHECK(hidden.error().code() == ErrorCode::kPermissionDenied);
  CHECK(other.record(unknown).error().message() == hidden.error().message());
  CHECK(other.transaction(with.id).error().code() == ErrorCode::kPermissionDenied);
  CHECK(other.receipt_proof(with.id).error().code() == ErrorCode::kPermissionDenied);
  auto proof = other.state_proof(state_key::record(with.record.id));
  CHECK(proof.error().code() == ErrorCode::kPermissionDenied);
  CHECK(other.state_proof(state_key::record(unknown)).error().message() == proof.error().message());
}

TEST_CASE("status, committee and accounts") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto gateway = network.client(1, &kGateway);
  auto status = gateway.status();
  REQUIRE(status);
  CHECK(status->chain == network.chain());
  CHECK(status->network == "test");
  CHECK(status->producer);
  CHECK_FALSE(status->version.empty());
  CHECK(status->replay_window == network.made().genesis.parameters.replay_window);
  auto committee = gateway.committee();
  REQUIRE(committee);
  CHECK(committee->size() == 4);

  auto own = gateway.account(kGateway.address());
  REQUIRE(own);
  CHECK(own->account.balance == Tokens{10'000});
  REQUIRE(own->participant);
  CHECK(own->participant->keys.sealing == kGateway.sealing.public_key());
  auto doctors = gateway.account(kDoctor.address());
  REQUIRE(doctors);
  CHECK(doctors->account.balance == Tokens{0});  // not shown
  CHECK(doctors->participant->keys.sealing == kDoctor.sealing.public_key());
  auto institution = network.client(1, &network.made().validators[0].institution);
  CHECK(institution.account(kDoctor.address())->account.balance == Tokens{10'000});
  CHECK(gateway.account(kStranger.address()).error().code() == ErrorCode::kNotFound);
  CHECK(gateway.block(Height{1'000'000}).error().code() == ErrorCode::kNotFound);
  CHECK(gateway.transaction(TxId{}).error().code() == ErrorCode::kNotFound);
}

TEST_CASE("guests see status, committee and blocks; strangers and the suspended are not let in") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto guest = network.client(0, nullptr);
  CHECK(guest.status());
  CHECK(guest.committee());
  CHECK(guest.latest_block());  // it names validators and nobody else
  CHECK(guest.account(kDoctor.address()).error().code() == ErrorCode::kPermissionDenied);
  CHECK(guest.fetch(RecordId{}).error().code() == ErrorCode::kPermissionDenied);
  CHECK(guest.wait_receipt(TxId{}, 1).error().code() == ErrorCode::kPermissionDenied);
  auto submitted = guest.submit({submission(network, kGateway, TokensBody{Transfer{kDoctor.address(), Tokens{1}}})});
  REQUIRE(submitted);
  CHECK(submitted->front().error().code() == ErrorCode::kPermissionDenied);
  for (int i = 0; i < 500; ++i) REQUIRE(guest.status());  // more than what may be sent before a proof

  auto stranger = rpc::Client::connect(network.client_config(0, &kStranger));
  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().code() == ErrorCode::kPermissionDenied);
  CHECK(network.log(0).wait_for("on the client port: permission_denied"));
  CHECK(network.log(0).all().find(kStranger.address().text()) == std::string::npos);

  auto doctor = network.client(0, &kDoctor);
  CHECK(doctor.latest_block());
  auto institution = network.client(0, &network.made().validators[0].institution);
  const TxId id = accepted(institution, {submission(network, network.made().validators[0].institution,
                                                    RegistryBody{Suspend{kDoctor.address()}})});
  REQUIRE(institution.wait_receipt(id, 30'000));
  CHECK(doctor.account(kDoctor.address()).error().code() == ErrorCode::kPermissionDenied);  // the open session too
  CHECK(rpc::Client::connect(network.client_config(0, &kDoctor)).error().code() == ErrorCode::kPermissionDenied);
}

TEST_CASE("a node that stops and starts again rejoins, and large batches pass") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto gateway = network.client(0, &kGateway);
  network.stop(3);
  std::vector<Submission> batch;
  for (int i = 0; i < 1500; ++i) {
    Transaction transaction{network.chain(), kGateway.address(), Height{500}, static_cast<std::uint64_t>(i),
                            TokensBody{Transfer{kDoctor.address(), Tokens{1}}}};
    batch.push_back({bcs::encode(sign_transaction(std::move(transaction), kGateway.signing)), {}});
  }
  auto results = gateway.submit(batch);
  if (!results) FAIL(results.error().message());
  REQUIRE(results->size() == batch.size());
  std::vector<std::future<Result<Receipt>>> receipts;
  for (const auto& result : *results) {
    if (!result) FAIL(result.error().message());
    receipts.push_back(gateway.wait_receipt_async(*result, 60'000));
  }
  for (auto& receipt : receipts) {
    auto final = receipt.get();
    if (!final) FAIL(final.error().message());
    CHECK(final->status == TxStatus::kSuccess);
  }
  network.start(3);
  auto back = network.client(3, &kGateway);
  CHECK(back.wait_receipt(*results->back(), 60'000));
  CHECK(back.account(kGateway.address())->account.balance == Tokens{8'500});
}

TEST_CASE("all nodes dial one another, and one connection between any two stays") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  const KeyPair& identity = network.made().validators[0].institution;
  for (std::size_t i = 0; i < 4; ++i) {
    auto client = network.client(i, &identity);
    std::uint32_t peers = 0;
    // Every look waits for a block, so that this ends with the chain's progress and not with the clock's.
    for (int look = 0; look < 200 && peers != 3; ++look) {
      peers = client.status()->peers;
      const Height before = client.status()->height;
      for (int wait = 0; wait < 1000 && client.status()->height == before; ++wait) std::this_thread::yield();
    }
    CHECK(peers == 3);
  }
  auto connections = [&] {
    std::size_t count = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string log = network.log(i).all();
      for (auto at = log.find(" connected "); at != std::string::npos; at = log.find(" connected ", at + 1)) ++count;
    }
    return count;
  };
  const std::size_t settled = connections();
  CHECK(settled >= 12);
  CHECK(settled <= 36);
  auto client = network.client(0, &identity);
  const Height start = client.status()->height;
  for (int look = 0; look < 100'000 && client.status()->height.value < start.value + 20; ++look) {
  }
  CHECK(connections() == settled);
}

TEST_CASE("a bad submission fails alone") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto gateway = network.client(0, &kGateway);
  auto good = submission(network, kGateway, TokensBody{Transfer{kDoctor.address(), Tokens{1}}});
  auto garbage = Submission{Bytes(100, 0xff), {}};
  auto forged = submission(network, kGateway, TokensBody{Transfer{kDoctor.address(), Tokens{2}}});
  forged.transaction.back() ^= 1;
  auto unregistered = submission(network, kStranger, TokensBody{Transfer{kDoctor.address(), Tokens{3}}});
  auto huge = Submission{good.transaction, Payload{{Bytes(limits::kMaxPayloadBytes + 1024 * 1024)}}};
  auto results = gateway.submit({garbage, forged, good, unregistered, huge});
  if (!results) FAIL(results.error().message());
  REQUIRE(results->size() == 5);
  CHECK_FALSE((*results)[0]);
  CHECK_FALSE((*results)[1]);
  REQUIRE((*results)[2]);
  CHECK((*results)[3].error().code() == ErrorCode::kInadmissible);
  CHECK((*results)[4].error().code() == ErrorCode::kTooLarge);
  CHECK(gateway.wait_receipt(*(*results)[2], 30'000));
}

TEST_CASE("a disk that fails ends the node, which says why") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto gateway = network.client(0, &kGateway);
  network.node(0).storage->fail_writes(true);
  auto ended = network.join(0);
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code() == ErrorCode::kIo);
  CHECK(network.log(0).all().find(ended.error().message()) == std::string::npos);  // its caller says it, once
  CHECK(gateway.status().error().code() == ErrorCode::kUnavailable);
  // The other three go on.
  auto other = network.client(1, &kGateway);
  const TxId id = accepted(other, {submission(network, kGateway, TokensBody{Transfer{kDoctor.address(), Tokens{1}}})});
  CHECK(other.wait_receipt(id, 60'000));
}

}  // namespace
}  // namespace medchain
