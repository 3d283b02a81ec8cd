#include <capnp/serialize.h>

#include "channel.h"
#include "convert.h"
#include "medchain/rpc/certificates.h"
#include "medchain/rpc/client.h"
#include "rpc_rig.h"
#include "seeds.h"

namespace medchain::fuzz {
namespace {

using namespace rpc;

constexpr std::size_t kInside = 1;  // the first byte of a port's input: let in, or not
constexpr std::size_t kOutside = 0;

// The promises of some calls as one.
template <class... Calls>
kj::Promise<void> all(Calls... calls) {
  auto promises = kj::heapArrayBuilder<kj::Promise<void>>(sizeof...(calls));
  (promises.add(calls.send().ignoreResult()), ...);
  return kj::joinPromises(promises.finish());
}

template <class Request>
Request with_id(Request request, ByteView id) {
  request.setId(to_data(id));
  return request;
}

kj::Promise<void> ask_everything(schema::ClientService::Client session) {
  const World& world = fuzz::world();
  const TxId id = world.transactions[0].transaction.id();
  auto submit = session.submitRequest();
  auto list = submit.initSubmissions(1);
  list.set(0, to_data(bcs::encode(Submission{bcs::encode(world.transactions[1]), world.payloads[1]})));
  auto wait = session.waitReceiptRequest();
  wait.setTransaction(to_data(id.bytes));
  wait.setWithinMs(5);
  auto block = session.blockRequest();
  block.setHeight(1);
  auto latest = session.blockRequest();
  latest.setLatest(true);
  auto account = session.accountRequest();
  account.setAddress(to_data(world.patient.address().bytes));
  auto proof = session.stateProofRequest();
  auto events = session.subscribeRequest();
  events.setFilter(
      to_data(bcs::encode(EventFilter{.contract = Contract::kRecords, .subject = world.patient.address()})));
  events.setNext(to_data(bcs::encode(EventPosition{Height{1}, 0})));
  events.setWithinMs(5);
  const StateKey key = state_key::account(world.patient.address());
  proof.setContract(static_cast<std::uint8_t>(key.contract));
  proof.setKey(to_data(key.bytes));
  return all(kj::mv(submit), kj::mv(wait), session.statusRequest(), session.committeeRequest(), kj::mv(block),
             kj::mv(latest), with_id(session.transactionRequest(), id.bytes),
             with_id(session.receiptProofRequest(), id.bytes), kj::mv(account),
             with_id(session.recordRequest(), world.record.bytes), with_id(session.fetchRequest(), world.record.bytes),
             kj::mv(proof), kj::mv(events));
}

template <class Request>
Request greeting(Request hello, schema::Purpose purpose, ByteView address) {
  hello.setProtocol(kProtocol);
  hello.setPurpose(purpose);
  hello.setChain(to_data(world().chain.bytes));
  hello.setAddress(to_data(address));
  hello.setNonce(to_data(Hash{{3}}.bytes));
  return hello;
}

kj::Promise<void> shake_hands(schema::Entrance::Client entrance, schema::Purpose purpose) {
  const bool peer = purpose == schema::Purpose::PEER;
  const KeyPair& caller = peer ? world().made.validators[1].node : world().clinician;
  auto enter = entrance.enterRequest();
  enter.setKey(to_data(bcs::encode(caller.signing.public_key())));
  enter.setProof(to_data(Signature{{1}}.bytes));
  auto enter_peer = entrance.enterPeerRequest();
  enter_peer.setKey(enter.getKey());
  enter_peer.setProof(enter.getProof());
  auto hello = greeting(entrance.helloRequest(), purpose, caller.address().bytes);
  return peer ? all(kj::mv(hello), kj::mv(enter_peer)) : all(kj::mv(hello), kj::mv(enter));
}

kj::Promise<void> be_a_guest(schema::Entrance::Client entrance) {
  auto hello = greeting(entrance.helloRequest(), schema::Purpose::CLIENT, {});
  auto greeted = hello.send().ignoreResult();
  auto guest = entrance.guestRequest().send();
  auto session = guest.getSession();
  return greeted.exclusiveJoin(ask_everything(kj::mv(session))).attach(kj::mv(guest));
}

kj::Promise<void> say_everything(schema::PeerService::Client peer) {
  const World& world = fuzz::world();
  auto request = [](auto made, PeerBody body) {
    made.setMessage(to_data(bcs::encode(PeerMessage{std::move(body)})));
    return made.send();
  };
  consensus::VoteMessage vote;
  vote.ballot.height = world.engine().height().next();
  auto promises = kj::heapArrayBuilder<kj::Promise<void>>(6);
  promises.add(request(peer.consensusRequest(), peer::Consensus{vote}));
  promises.add(request(peer.blocksRequest(), peer::Status{Height{3}, {}}));
  promises.add(request(peer.blocksRequest(), peer::BlocksRequest{Height{1}, 2}));
  promises.add(request(peer.payloadsRequest(), peer::PayloadsRequest{{{world.payloads[1].root(), 3}}}));
  promises.add(request(peer.transactionsRequest(), peer::Transactions{{{bcs::encode(world.transactions[0]), {}}}}));
  promises.add(request(peer.blocksRequest(), peer::Blocks{{world.block(Height{1}).certified}}));
  return kj::joinPromises(promises.finish());
}

void put_ports(Seeds& seeds) {
  auto put = [&](const std::string& port, const std::string& name, std::size_t where, auto talk) {
    seeds.put(port, name, Script().byte(where).raw(record_calls(talk)));
  };
  using Bootstrap = capnp::Capability::Client;
  put("client_port", "calls", kInside, [](Bootstrap b) { return ask_everything(b.castAs<schema::ClientService>()); });
  put("client_port", "status", kInside,
      [](Bootstrap b) { return all(b.castAs<schema::ClientService>().statusRequest()); });
  put("client_port", "guest", kOutside, [](Bootstrap b) { return be_a_guest(b.castAs<schema::Entrance>()); });
  put("client_port", "enter", kOutside,
      [](Bootstrap b) { return shake_hands(b.castAs<schema::Entrance>(), schema::Purpose::CLIENT); });
  put("peer_port", "messages", kInside, [](Bootstrap b) { return say_everything(b.castAs<schema::PeerService>()); });
  put("peer_port", "enter", kOutside,
      [](Bootstrap b) { return shake_hands(b.castAs<schema::Entrance>(), schema::Purpose::PEER); });
  put("peer_port", "wrong_port", kOutside, [](Bootstrap b) { return be_a_guest(b.castAs<schema::Entrance>()); });
}

template <class T>
void put_answer(Seeds& seeds, const std::string& name, const Result<T>& result) {
  capnp::MallocMessageBuilder message;
  set_answer(message.initRoot<schema::Answer>(), result);
  auto words = capnp::messageToFlatArray(message);
  seeds.put("answer", name, ByteView(words.asBytes().begin(), words.asBytes().size()));
}

Welcome welcome_of_world() {
  const World& world = fuzz::world();
  const SigningKey& key = world.made.validators[0].node.signing;
  return {world.chain, world.node(0), key.public_key(), Nonce{{4}}, sign_proof({}, world.chain, key), "1.2.3"};
}

void put_answers(Seeds& seeds) {
  const World& world = fuzz::world();
  const State& state = world.engine().state();
  const StoredBlock stored = world.block(Height{1});
  const TxId id = world.transactions[0].transaction.id();
  const Address patient = world.patient.address();
  put_answer(seeds, "id", Result<TxId>(id));
  put_answer(seeds, "receipt", Result<Receipt>(Receipt{id, TxStatus::kOverflow}));
  put_answer(seeds, "status", Result<NodeStatus>(NodeStatus{.version = "1.2.3", .network = "fuzz"}));
  put_answer(seeds, "committee", Result<Committee>(world.committee(Height{5})));
  put_answer(seeds, "block",
             Result<BlockSummary>(BlockSummary{stored.certified.block.header, stored.certified.block.hash(),
                                               stored.certified.certificate, stored.receipts}));
  put_answer(seeds, "transaction",
             Result<TransactionInfo>(TransactionInfo{bcs::encode(world.transactions[0]), Height{1}, 0, {}}));
  put_answer(seeds, "receipt_proof", world.engine().receipt_proof(id));
  put_answer(seeds, "account",
             Result<AccountInfo>(AccountInfo{*state.account(patient), state.participant(patient),
                                             state.candidate(world.node(4)), Height{2}, Height{9}}));
  put_answer(
      seeds, "record",
      Result<RecordInfo>(RecordInfo{*state.record(world.record), state.access(world.record, patient), Height{9}}));
  put_answer(seeds, "state_proof", Result<Bytes>(state.prove(state_key::account(patient)).encode()));
  if (auto release = world.engine().release(world.record, patient)) {
    put_answer(seeds, "released",
               Result<ReleasedRecord>(ReleasedRecord{release->record, release->body, release->wrap}));
  }
  const BlockHeader& header = stored.certified.block.header;
  put_answer(seeds, "events",
             Result<EventBatch>(EventBatch{
                 {{{Height{1}, 0}, BlockSummary{header, header.hash(), stored.certified.certificate, stored.receipts}},
                  {{Height{1}, 1},
                   TransactionEvent{bcs::encode(world.transactions[0]), 7, stored.receipts[0],
                                    EventRecord{world.record, *state.record(world.record)}}}},
                 {Height{2}, 0}}));
  put_answer(seeds, "welcome", Result<Welcome>(welcome_of_world()));
  put_answer(seeds, "failure", Result<TxId>(Error(ErrorCode::kPermissionDenied, "two\nlines")));
}

void put_channel(Seeds& seeds) {
  const World& world = fuzz::world();
  for (std::size_t how : {0, 3 + 8, 16}) {
    Script script;
    script.byte(0).byte(how).piece(world.chain.bytes);
    script.piece(how == 16 ? ByteView{} : world.node(1).view()).piece(Hash{{1}}.bytes);
    script.piece(bcs::encode(world.made.validators[1].node.signing.public_key())).piece(Signature{{1}}.bytes);
    seeds.put("channel", "hello_" + std::to_string(how), script);
  }
  seeds.put("channel", "welcome", Script().byte(1).raw(bcs::encode(welcome_of_world())));
}

void put_certificates(Seeds& seeds) {
  auto authority = make_authority("Seeds", 30);
  auto node = issue_node_certificate(*authority, world().node(0), {"node0.example.org", "10.0.0.1", "::1"}, 30);
  seeds.put("certificate", "hosts", Script().byte(0).piece(view("node0.example.org")).piece(view("10.0.0.1")));
  for (std::size_t what : {1, 3}) {
    Script script;
    script.byte(what).piece(view(authority->certificate)).piece(view(authority->private_key));
    seeds.put("certificate", "authority_" + std::to_string(what), script);
  }
  seeds.put("certificate", "node", Script().byte(2).piece(view(node->certificate)).piece(view(node->private_key)));
}

void put_configuration(Seeds& seeds) {
  const std::string node = world().node(1).text();
  std::string daemon;
  for (const char* key : {"genesis", "data", "node_key", "consensus_key", "ca", "certificate", "private_key"}) {
    daemon += std::string(key) + " = \"" + key + ".file\"\n";
  }
  daemon += "peer_listen = \"127.0.0.1:7000\"\nclient_listen = \"[::1]:7001\"\n";
  seeds.put("config", "daemon", daemon + "\n[[peer]]\nnode = \"" + node + "\"\naddress = \"node1.example.org:7000\"\n");
  seeds.put("config", "daemon_full",
            "node_address = \"" + node + "\"\nsignature_threads = 2\nmax_clients = 10\nmempool_transactions = 100\n" +
                "mempool_megabytes = 64\ncheck_every_signature = true\n" + daemon);
  seeds.put(
      "config", "client",
      "node = \"127.0.0.1:7001\"\nkey = \"alice.key\"\nca = \"ca.crt\"\ngenesis = \"genesis.json\"\naddress = \"" +
          node + "\"\n");
  seeds.put("config", "host_port", std::string_view("[::1]:7001"));
}

}  // namespace

void put_rpc_seeds(Seeds& seeds) {
  put_ports(seeds);
  put_answers(seeds);
  put_channel(seeds);
  put_certificates(seeds);
  put_configuration(seeds);
}

}  // namespace medchain::fuzz
