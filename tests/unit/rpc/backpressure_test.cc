// A client that asks and does not read: bounded at the node, and served in full once it reads.
#include <kj/async-io.h>

#include "channel.h"
#include "clients.h"
#include "convert.h"
#include "rpc_network.h"
#include "tls.h"

namespace medchain {
namespace {

using test::RpcNetwork;

const KeyPair kGateway = test::test_keys("gateway");
const KeyPair kPatient = test::test_keys("patient");

// A client on KJ's own terms, whose reading can be held back.
class HeldBack {
 public:
  HeldBack(RpcNetwork& network, const KeyPair& identity) {
    auto context = rpc::make_tls({network.authority().certificate, {}, {}}, rpc::TlsUse::kClient);
    auto address = io.provider->getNetwork().parseAddress("127.0.0.1", network.node(0).node->client_port());
    auto plain = address.wait(io.waitScope)->connectAuthenticated().wait(io.waitScope);
    auto secure = (*context)->wrapClient(kj::mv(plain), rpc::kNodeName).wait(io.waitScope);
    const std::string certificate_name = *rpc::peer_name(*secure.peerIdentity);
    stream = kj::heap<rpc::GuardedStream>(kj::mv(secure.stream), UINT64_MAX, io.provider->getTimer(),
                                          [this] { return held; });
    connection = kj::heap<rpc::Connection>(kj::mv(stream), "test", rpc::ConnectionLimits{128 << 20, UINT64_MAX},
                                           io.provider->getTimer());
    rpc::Caller caller(rpc::ChannelPurpose::kClient, network.chain(), identity.address(), &identity.signing);
    auto hello = connection->entrance().helloRequest();
    hello.setProtocol(rpc::kProtocol);
    hello.setAddress(rpc::to_data(identity.address().bytes));
    hello.setNonce(rpc::to_data(caller.hello().nonce.bytes));
    auto answer = hello.send().wait(io.waitScope);
    REQUIRE(caller.check(*rpc::decode_answer<rpc::Welcome>(answer.getWelcome(), "welcome"), certificate_name));
    auto enter = connection->entrance().enterRequest();
    enter.setKey(rpc::to_data(bcs::encode(identity.signing.public_key())));
    enter.setProof(rpc::to_data(caller.prove().bytes));
    session = enter.send().wait(io.waitScope).getSession();
  }
  void let_pass(kj::Duration time) { io.provider->getTimer().afterDelay(time).wait(io.waitScope); }
  rpc::schema::ClientService::Client& service() { return KJ_ASSERT_NONNULL(session); }

  kj::AsyncIoContext io = kj::setupAsyncIo();
  bool held = false;
  kj::Own<kj::AsyncIoStream> stream;
  kj::Own<rpc::Connection> connection;
  kj::Maybe<rpc::schema::ClientService::Client> session;
};

test::TestGenesis with_participants() {
  auto made = test::make_test_genesis(1, 1);
  test::add_participant(made, kGateway, Role::kGateway, 0, "gateway");
  test::add_participant(made, kPatient, Role::kPatient, 0);
  return made;
}

RecordId put_large_record(RpcNetwork& network, std::size_t size) {
  Put put;
  put.subject = kPatient.address();
  put.readers = {kPatient.address(), kGateway.address()};
  const RecordId id = record_id(network.chain(), kGateway.address(), put);
  auto sealed = seal_record(Bytes(size, 0x5a), {kPatient.public_keys(), kGateway.public_keys()}, {network.chain(), id},
                            kGateway.signing);
  REQUIRE(sealed);
  Payload payload{{sealed->body}};
  for (const Wrap& wrap : sealed->wraps) payload.parts.push_back(bcs::encode(wrap));
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = sealed->content_commitment;
  Transaction transaction{network.chain(), kGateway.address(), Height{500}, 1, RecordsBody{put}};
  auto client = network.client(0, &kGateway);
  auto accepted = client.submit({{bcs::encode(sign_transaction(transaction, kGateway.signing)), std::move(payload)}});
  if (!accepted) FAIL(accepted.error().message());
  if (!accepted->front()) FAIL(accepted->front().error().message());
  auto receipt = client.wait_receipt(*accepted->front(), 30'000);
  if (!receipt) FAIL(receipt.error().message());
  CHECK(receipt->status == TxStatus::kSuccess);
  return id;
}

// A node that holds one large record, and is asked for it.
struct LargeRecord {
  static constexpr std::size_t kSize = 1 << 20;

  LargeRecord() : network(with_participants(), 1) {
    network.start(0);
    id = put_large_record(network, kSize);
  }
  auto ask(HeldBack& client) const {
    auto request = client.service().fetchRequest();
    request.setId(rpc::to_data(id.bytes));
    return request.send();
  }
  bool served_to_patient() { return network.client(0, &kPatient).fetch(id).ok(); }

  RpcNetwork network;
  RecordId id;
};

TEST_CASE_METHOD(LargeRecord,
                 "a client that does not read its answers holds up nobody, and gets them all when it does") {
  constexpr int kFetches = 100;
  HeldBack slow(network, kGateway);
  slow.held = true;
  std::vector<kj::Promise<bool>> answers;
  for (int i = 0; i < kFetches; ++i) {
    answers.push_back(ask(slow)
                          .then([&](auto&& response) {
                            auto record = rpc::decode_answer<rpc::ReleasedRecord>(response.getAnswer(), "fetch");
                            return record && record->body.size() > kSize;
                          })
                          .eagerlyEvaluate(nullptr));
  }
  slow.let_pass(300 * kj::MILLISECONDS);
  CHECK(served_to_patient());
  int came = 0;
  for (auto& answer : answers) came += answer.poll(slow.io.waitScope) ? 1 : 0;
  CHECK(came < kFetches / 2);  // held back indeed
  slow.held = false;
  for (auto& answer : answers) CHECK(answer.wait(slow.io.waitScope));
}

TEST_CASE_METHOD(LargeRecord, "clients that vanish with calls under way leave the node as it was") {
  for (int round = 0; round < 10; ++round) {
    HeldBack client(network, kGateway);
    client.held = round % 2 == 0;
    std::vector<kj::Promise<void>> calls;
    for (int i = 0; i < 50; ++i) {
      calls.push_back(ask(client).ignoreResult().eagerlyEvaluate(nullptr));
      auto wait = client.service().waitReceiptRequest();
      wait.setTransaction(rpc::to_data(TxId{}.bytes));
      wait.setWithinMs(60'000);
      calls.push_back(wait.send().ignoreResult().eagerlyEvaluate(nullptr));
    }
    client.let_pass((round * 10 + 1) * kj::MILLISECONDS);
  }
  CHECK(served_to_patient());
}

}  // namespace
}  // namespace medchain
