// What a peer may send is bounded, whatever it is.
#include "liar.h"
#include "support/certificates.h"

using namespace medchain;
using namespace medchain::test;

namespace {

std::size_t answers_to(Engine& engine, const Address& peer, const PeerBody& body) {
  return engine.receive(peer, bcs::encode(PeerMessage{body}), {}).messages.size();
}

}  // namespace

TEST_CASE("Bytes that are no message are counted and dropped") {
  Network n(make_test_genesis(4));
  Engine& engine = n.net.engine(0);
  auto before = engine.counters().messages_refused;
  for (std::size_t size : {0u, 1u, 7u, 1000u}) engine.receive(n.node(1), Bytes(size, 0xfe), {});
  CHECK(engine.counters().messages_refused == before + 4);
}

TEST_CASE("Why a peer's messages were refused is told now and then, with how many they were") {
  Network n(make_test_genesis(4));
  Engine& engine = n.net.engine(0);
  auto garbage_at = [&](std::size_t from, std::uint64_t ms) {
    return engine.receive(n.node(from), Bytes{0x02}, {ms, 0}).refusals;
  };
  auto first = garbage_at(1, 1'000);
  REQUIRE(first.size() == 1);
  CHECK(first[0].peer == n.node(1));
  CHECK(first[0].times == 1);
  INFO(first[0].why);
  CHECK(first[0].why.find("version") != std::string::npos);
  for (std::uint64_t ms : {1'001, 5'000, 10'999}) CHECK(garbage_at(1, ms).empty());
  CHECK(garbage_at(2, 1'001).size() == 1);  // another peer's
  auto next = garbage_at(1, 1'000 + Outputs::Refusal::kEveryMs);
  REQUIRE(next.size() == 1);
  CHECK(next[0].times == 4);
}

TEST_CASE("An invalid block is refused as its proposer's, whatever producer its header names") {
  Network n(make_test_genesis(4));
  Engine& engine = n.net.engine(1);
  consensus::Message proposal = Liar{n, 0}.first_proposal([&](BlockHeader& header) { header.producer = Address{}; });
  consensus::sign(proposal, n.chain(), *n.signers[0]);
  const Now at{1, n.made.genesis.time_ms + 20};
  const Outputs out = engine.receive(n.node(0), bcs::encode(PeerMessage{peer::Consensus{std::move(proposal)}}), at);
  REQUIRE(out.refusals.size() == 1);
  CHECK(out.refusals[0].peer == n.node(0));
}

TEST_CASE("A liar's height makes a node ask, and never stops it") {
  Network n(make_test_genesis(4));
  n.net.advance(300);
  Engine& engine = n.net.engine(0);
  engine.receive(n.node(1), bcs::encode(PeerMessage{peer::Status{Height{1ull << 60}, {}}}), {300, 0});
  n.net.advance(5'000);
  CHECK(n.finish(0, n.transfer(n.institution(0), n.node(1), 1)).status == TxStatus::kSuccess);
}

TEST_CASE("An old block that nobody asked for is ignored; requests beyond the chain are answered empty") {
  Network n(make_test_genesis(4));
  n.net.advance(300);
  Engine& engine = n.net.engine(0);
  Height height = engine.height();
  auto stored = n.net.engine(1).store().block(height);
  CHECK(answers_to(engine, n.node(1), peer::Blocks{{(*stored)->certified}}) == 0);
  CHECK(engine.height() == height);
  CHECK(answers_to(engine, n.node(1), peer::BlocksRequest{Height{1ull << 63}, 0xffffffff}) == 1);
  CHECK(answers_to(engine, n.node(1), peer::BlocksRequest{Height{0}, 10}) == 1);
}

TEST_CASE("A message for a far height, or a huge view, allocates nothing and changes nothing") {
  Network n(make_test_genesis(4));
  n.net.advance(200);
  Engine& engine = n.net.engine(0);
  for (std::uint64_t height : {engine.height().value + 2, ~std::uint64_t{0}}) {
    consensus::VoteMessage vote;
    vote.ballot = {Round{0}, Height{height}, View{~0ull}, VoteType::kCommit, {}};
    answers_to(engine, n.node(1), peer::Consensus{vote});
  }
  n.net.advance(200);
  n.check_agreement({0, 1, 2, 3});
}

TEST_CASE("A follower that lacks a block's certificate does not take the block, whether it asked or not") {
  const bool asks = GENERATE(false, true);
  Network n(make_test_genesis(5, 4));
  n.net.disconnect(4);
  n.net.advance(500);
  Engine& follower = n.net.engine(4);
  Height next = follower.height().next();
  auto stored = n.net.engine(1).store().block(next);
  REQUIRE((stored && *stored));
  if (asks) {
    auto asked = follower.receive(n.node(1), bcs::encode(PeerMessage{peer::Status{next, {}}}), {});
    REQUIRE(asked.messages.size() == 1);
  }
  CertifiedBlock forged = (*stored)->certified;
  SECTION("too few signatures") { forged.certificate.signatures.pop_back(); }
  SECTION("one signer twice") { forged.certificate.signatures[1] = forged.certificate.signatures[0]; }
  SECTION("another block") { forged.block.header.time_ms += 1; }
  SECTION("a transaction more") {
    forged.block.transactions.push_back(make_transaction(n.transfer(n.institution(0), n.node(1), 1)));
  }
  follower.receive(n.node(1), bcs::encode(PeerMessage{peer::Blocks{{forged}}}), {});
  CHECK(follower.height().next() == next);
  CHECK(follower.counters().messages_refused > 0);
}

TEST_CASE("A follower told to check every signature refuses a block that holds a forged one, whoever certified it") {
  for (bool check_all : {false, true}) {
    CAPTURE(check_all);
    TestGenesis made = make_test_genesis(5, 4);
    MemoryStorage storage;
    EngineConfig config{.genesis = made.genesis, .self = made.validators[4].node.address()};
    config.check_every_signature = check_all;
    auto follower = Engine::start(config, storage, {});
    REQUIRE(follower);

    const KeyPair& sender = made.validators[0].institution;
    auto forged = sign_transaction({made.genesis.chain_id(), sender.address(), Height{9}, 1,
                                    TokensBody{Transfer{made.validators[1].node.address(), Tokens{1}}}},
                                   sender.signing);
    forged.signature.bytes[0] ^= 1;
    Chain chain = *Chain::from_genesis(made.genesis, real_signatures());
    std::vector<TxId> rejected;
    Transition made_block =
        chain.compose({make_transaction(forged)}, chain.committee().order[0].validator, 0, rejected);
    const Certificate certificate =
        certify(made, chain.committee(), {Round{0}, Height{1}, View{0}, VoteType::kCommit, made_block.hash});
    Address peer = made.validators[0].node.address();
    follower->receive(peer, bcs::encode(PeerMessage{peer::Status{Height{1}, {}}}), {});
    const Outputs came =
        follower->receive(peer, bcs::encode(PeerMessage{peer::Blocks{{{*made_block.block, certificate}}}}), {});
    REQUIRE(came.verifications.size() == (check_all ? 1 : 0));
    for (const Outputs::Verification& asked : came.verifications) {
      REQUIRE(asked.jobs.size() == 1);
      CHECK(follower->verified(asked.token, {check(asked.jobs[0], real_signatures())}, {}).refusals.size() == 1);
    }
    CHECK(follower->height() == Height{check_all ? 0u : 1u});
  }
}

TEST_CASE("A proposal whose transactions are not those of its signed header is refused, and does not halt the node") {
  TestGenesis made = make_test_genesis(4);
  MemoryStorage storage;
  std::vector<KeySigner> signers;
  for (const TestValidator& validator : made.validators) signers.emplace_back(validator.consensus.clone());
  EngineConfig config{.genesis = made.genesis, .self = made.validators[1].node.address(), .consensus_key = &signers[1]};
  config.begin_vote_log = true;
  auto engine = Engine::start(config, storage, {});
  REQUIRE(engine);
  Chain chain = *Chain::from_genesis(made.genesis, real_signatures());
  auto say = [&](std::uint16_t member, consensus::Message message) {
    consensus::sign(message, chain.id(), signers[member]);
    auto said = bcs::encode(PeerMessage{peer::Consensus{std::move(message)}});
    return engine->receive(made.validators[member].node.address(), said, {0, made.genesis.time_ms});
  };

  std::vector<TxId> rejected;
  const Address& leader = chain.committee().order[0].validator;
  REQUIRE(leader == made.validators[0].node.address());
  const BlockPtr block = chain.compose({}, leader, made.genesis.time_ms, rejected).block;
  Block altered = *block;
  altered.transactions.push_back(make_transaction(sign_transaction(
      {chain.id(), leader, Height{9}, 1, TokensBody{Transfer{leader, Tokens{1}}}}, made.validators[0].node.signing)));
  REQUIRE(altered.hash() == block->hash());

  auto ballot = [&](VoteType type) { return Ballot{Round{0}, Height{1}, View{0}, type, block->hash()}; };
  const consensus::Proposal forged{0, ballot(VoteType::kProposal), {}, std::make_shared<const Block>(altered), {}};
  say(0, forged);
  CHECK(engine->counters().messages_refused == 1);
  for (std::uint16_t member : {0, 2, 3}) {
    CHECK_FALSE(say(member, consensus::VoteMessage{member, ballot(VoteType::kCommit), {}}).halted);
  }
  CHECK(engine->height() == Height{0});
  CHECK_FALSE(say(0, consensus::Proposal{0, ballot(VoteType::kProposal), {}, block, {}}).halted);
  CHECK(engine->height() == Height{1});
}
