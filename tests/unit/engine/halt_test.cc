// A node stops when a quorum has certified what its own execution contradicts, and for nothing less.
#include "liar.h"
#include "support/certificates.h"

using namespace medchain;
using namespace medchain::test;

namespace {

// Every consensus key in one hand: more liars than the protocol bears, so that what must not be certified is.
struct Conspiracy {
  TestGenesis made = make_test_genesis(5, 4);
  Chain chain = *Chain::from_genesis(made.genesis, real_signatures());
  std::vector<KeySigner> signers;

  Conspiracy() {
    for (const TestValidator& validator : made.validators) signers.emplace_back(validator.consensus.clone());
  }

  BlockPtr first_block(const std::function<void(BlockHeader&)>& change) const {
    std::vector<TxId> rejected;
    Block block = *chain.compose({}, node(0), made.genesis.time_ms + 10, rejected).block;
    change(block.header);
    return std::make_shared<const Block>(std::move(block));
  }
  CertifiedBlock certified(const BlockPtr& block) const {
    return {*block, certify(made, chain.committee(), ballot(VoteType::kCommit, block))};
  }
  Ballot ballot(VoteType type, const BlockPtr& block) const {
    return {Round{0}, Height{1}, View{0}, type, block->hash()};
  }
  Address node(std::size_t i) const { return made.validators[i].node.address(); }
};

void wrong_state_root(BlockHeader& header) { header.state_root.bytes[0] ^= 1; }

Outputs tell(Engine& engine, const Address& peer, PeerBody body) {
  return engine.receive(peer, bcs::encode(PeerMessage{std::move(body)}), {10, 0});
}

void check_halted(const std::optional<Error>& error) {
  REQUIRE(error);
  CHECK(error->message().find("height 1 contradicts this node's own execution") != std::string::npos);
}

}  // namespace

TEST_CASE("A follower halts at a certified block that its own execution contradicts, and stores nothing of it") {
  const Conspiracy all;
  MemoryStorage storage;
  const EngineConfig config{.genesis = all.made.genesis, .self = all.node(4)};
  auto engine = Engine::start(config, storage, {});
  REQUIRE(engine);
  BlockPtr wrong;
  SECTION("the state root") { wrong = all.first_block(wrong_state_root); }
  SECTION("the receipts root") {
    wrong = all.first_block([](BlockHeader& header) { header.receipts_root.bytes[0] ^= 1; });
  }
  SECTION("the next committee") {
    wrong = all.first_block([](BlockHeader& header) { header.next_committee_order.bytes[0] ^= 1; });
  }
  REQUIRE(tell(*engine, all.node(0), peer::Status{Height{1}, {}}).messages.size() == 1);
  const Outputs out = tell(*engine, all.node(0), peer::Blocks{{all.certified(wrong)}});
  check_halted(out.halted);
  CHECK(out.writes.empty());
  CHECK(out.committed.empty());
  CHECK(engine->height() == Height{0});

  // It says nothing and takes nothing from then on, but why.
  CHECK_FALSE(out.tick_at_ms);
  CHECK(engine->tick({5'000, 0}).messages.empty());
  CHECK(engine->peer_connected(all.node(1), {5'000, 0}).messages.empty());
  CHECK(tell(*engine, all.node(1), peer::Status{Height{9}, {}}).messages.empty());
  CHECK(tell(*engine, all.node(1), peer::BlocksRequest{Height{1}, 1}).messages.empty());
  check_halted(engine->tick({6'000, 0}).halted);
  const KeyPair& sender = all.made.validators[0].institution;
  const auto transfer = sign_transaction(
      {all.chain.id(), sender.address(), Height{9}, 1, TokensBody{Transfer{all.node(1), Tokens{1}}}}, sender.signing);
  const Outputs answer = engine->submit(1, {{bcs::encode(transfer), {}}}, {6'000, 0});
  REQUIRE(answer.submit_results.size() == 1);
  CHECK(answer.submit_results[0].results.at(0).error().code() == ErrorCode::kUnavailable);

  // The block that the quorum should have certified is still the next one after a restart.
  auto again = Engine::start(config, storage, {});
  REQUIRE(again);
  tell(*again, all.node(0), peer::Status{Height{1}, {}});
  const CertifiedBlock right = all.certified(all.first_block([](BlockHeader&) {}));
  CHECK_FALSE(tell(*again, all.node(0), peer::Blocks{{right}}).halted);
  CHECK(again->height() == Height{1});
}

TEST_CASE("A member refuses a liar's state root, and halts only when a quorum has committed to it") {
  const Conspiracy all;
  MemoryStorage storage;
  EngineConfig config{.genesis = all.made.genesis, .self = all.node(1), .consensus_key = &all.signers[1]};
  config.begin_vote_log = true;
  auto engine = Engine::start(config, storage, {});
  REQUIRE(engine);
  auto say = [&](std::uint16_t member, consensus::Message message) {
    consensus::sign(message, all.chain.id(), all.signers[member]);
    return engine->receive(all.node(member), bcs::encode(PeerMessage{peer::Consensus{std::move(message)}}),
                           {10, all.made.genesis.time_ms});
  };
  const BlockPtr wrong = all.first_block(wrong_state_root);
  CHECK_FALSE(say(0, consensus::Proposal{0, all.ballot(VoteType::kProposal, wrong), {}, wrong, {}}).halted);
  CHECK(engine->counters().messages_refused == 1);
  CHECK(engine->view() == View{1});  // it gave the liar up
  for (std::uint16_t member : {0, 2, 3}) {
    CHECK_FALSE(say(member, consensus::VoteMessage{member, all.ballot(VoteType::kPrepare, wrong), {}}).halted);
  }
  auto commit = [&](std::uint16_t member) {
    return say(member, consensus::VoteMessage{member, all.ballot(VoteType::kCommit, wrong), {}}).halted;
  };
  CHECK_FALSE(commit(0));
  CHECK_FALSE(commit(2));
  check_halted(commit(3));
  CHECK(engine->height() == Height{0});
}

TEST_CASE("A network in one process ends with the reason when one of its nodes halts") {
  const Conspiracy all;
  Network n(make_test_genesis(5, 4));
  n.net.disconnect(4);
  n.net.post(0, 4, PeerMessage{peer::Status{Height{1}, {}}});
  n.net.advance(5);
  n.net.post(0, 4, PeerMessage{peer::Blocks{{all.certified(all.first_block(wrong_state_root))}}});
  n.net.advance(5);
  check_halted(n.net.run_until_height(Height{1'000}).error());
  const Height height = n.net.engine(0).height();
  n.net.advance(1'000);
  CHECK(n.net.engine(0).height() == height);
  CHECK(n.net.submit(4, n.transfer(n.institution(0), n.node(1), 1)).error().code() == ErrorCode::kUnavailable);
  check_halted(n.net.run_until_final(TxId{}).error());
}
