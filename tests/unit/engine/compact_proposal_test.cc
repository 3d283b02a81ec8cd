// Proposals that name their transactions instead of carrying them.
#include <algorithm>

#include "hearing.h"
#include "support/certificates.h"

using namespace medchain;
using namespace medchain::test;

namespace {

peer::CompactProposal compact(const consensus::Proposal& proposal) {
  peer::CompactProposal made{proposal, {}};
  for (const TxPtr& transaction : proposal.block->transactions) made.transactions.push_back(transaction->id);
  made.proposal.block = std::make_shared<const Block>(Block{proposal.block->header, {}});
  return made;
}

// Of those messages, the blocks that are asked for.
std::vector<std::pair<Address, Hash>> asked_for(const Outputs& out) {
  std::vector<std::pair<Address, Hash>> asked;
  for (const Outputs::Message& message : out.messages) {
    auto decoded = bcs::decode<PeerMessage>(*message.bytes);
    REQUIRE(decoded);
    if (auto* request = std::get_if<peer::ProposalRequest>(&decoded->body))
      asked.emplace_back(*message.to, request->block);
  }
  return asked;
}

// The leader of the first height names two transfers to a member.
struct Naming : Hearing {
  SignedTransaction first = n.transfer(n.institution(1), n.node(0), 500);
  SignedTransaction second = n.transfer(n.institution(2), n.node(0), 7);
  consensus::Proposal whole = proposal({first, second});

  Outputs name() { return receive(0, compact(whole)); }
  // Of a block of the first height, by all.
  Certificate certificate(const Hash& block) const {
    return certify(n.made, genesis_committee(n.made.genesis), {Round{0}, Height{1}, View{0}, VoteType::kCommit, block});
  }
  // The member votes at the end of this: what it checks is answered well.
  bool votes(const Outputs& out) {
    if (!out.writes.empty()) return true;
    for (const Outputs::Verification& asked : out.verifications) {
      if (votes(engine.verified(asked.token, std::vector<Result<void>>(asked.jobs.size()), at))) return true;
    }
    return false;
  }
  Outputs tick_at(std::uint64_t ms) {
    at.monotonic_ms = ms;
    return engine.tick(at);
  }
};

struct Spoken {
  std::size_t compact = 0, whole = 0, requests = 0;
};

}  // namespace

TEST_CASE("A proposal of many transactions names them, a small one carries them, and nobody asks for either") {
  const std::size_t count = GENERATE(3, 4);
  CAPTURE(count);
  Network n(make_test_genesis(4));
  for (std::size_t node = 0; node < 4; ++node) {
    n.net.config(node).compact_from = 4;
    REQUIRE(n.net.crash_and_restart(node));
  }
  Spoken spoken;
  n.net.watch([&](std::size_t, std::size_t, ByteView bytes) {
    auto message = bcs::decode<PeerMessage>(bytes);
    REQUIRE(message);
    if (std::holds_alternative<peer::CompactProposal>(message->body)) ++spoken.compact;
    if (std::holds_alternative<peer::ProposalRequest>(message->body)) ++spoken.requests;
    auto* said = std::get_if<peer::Consensus>(&message->body);
    auto* proposal = said ? std::get_if<consensus::Proposal>(&said->message) : nullptr;
    if (proposal && !proposal->block->transactions.empty()) ++spoken.whole;
  });
  std::vector<Submission> submissions;
  std::vector<TxId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    const auto transfer = n.transfer(n.institution(i % 4), n.node(0), i + 1);
    ids.push_back(transfer.transaction.id());
    // Accepted together, so that they are proposed together.
    submissions.push_back({bcs::encode(transfer), {}});
  }
  for (std::size_t node = 0; node < 4; ++node) {
    n.net.post((node + 1) % 4, node, PeerMessage{peer::Transactions{submissions}});
  }
  for (const TxId& id : ids) CHECK(n.net.run_until_final(id)->status == TxStatus::kSuccess);
  CHECK(spoken.requests == 0);
  CHECK((spoken.compact > 0) == (count >= 4));
  CHECK((spoken.whole > 0) == (count < 4));
  n.check_agreement({0, 1, 2, 3});
}

TEST_CASE("Transactions that are named are those that wait, or are being checked, and none is checked twice") {
  Naming s;
  const bool checked_before = GENERATE(false, true);
  CAPTURE(checked_before);
  const Outputs first = s.relay(s.first);
  const Outputs second = s.relay(s.second, {}, 2);
  if (checked_before) s.verified(first);
  const Outputs named = s.name();
  CHECK(named.verifications.empty());
  CHECK(asked_for(named).empty());
  CHECK_FALSE(s.votes(named));
  const bool early = !checked_before && s.votes(s.verified(first));
  CHECK_FALSE(early);
  CHECK(s.votes(s.verified(second)));
  CHECK(s.engine.counters().signatures_checked == 2);
}

TEST_CASE("What a proposal names is waited for, and completes it when it comes") {
  Naming s;
  s.verified(s.relay(s.first));
  const Outputs named = s.name();
  CHECK(named.verifications.empty());
  CHECK(asked_for(named).empty());
  REQUIRE(named.tick_at_ms);
  CHECK(*named.tick_at_ms <= s.at.monotonic_ms + 20);
  const Outputs came = s.relay(s.second, {}, 3);
  REQUIRE(came.verifications.size() == 1);
  CHECK(s.votes(s.verified(came)));
  CHECK(asked_for(s.tick_at(30)).empty());
}

TEST_CASE("What has not come after 20 ms is asked for with its block, of who proposed it, once") {
  Naming s;
  s.verified(s.relay(s.first));
  s.name();
  CHECK(asked_for(s.tick_at(20)).empty());
  const std::vector<std::pair<Address, Hash>> expected{{s.n.node(0), s.whole.ballot.digest}};
  CHECK(asked_for(s.tick_at(21)) == expected);
  CHECK(asked_for(s.tick_at(60)).empty());
  SECTION("and taken from whoever gives it") {
    const Outputs given = s.receive(2, peer::ProposalBlock{*s.whole.block});
    REQUIRE(given.verifications.size() == 1);
    CHECK(given.verifications[0].jobs.size() == 1);
    CHECK(s.votes(given));
  }
  SECTION("not under the same header with others") {
    Block other = *s.whole.block;
    other.transactions.pop_back();
    CHECK(s.receive(0, peer::ProposalBlock{other}).refusals.size() == 1);
    CHECK(s.votes(s.receive(0, peer::ProposalBlock{*s.whole.block})));
  }
  SECTION("unless it comes by itself meanwhile") { CHECK(s.votes(s.relay(s.second))); }
  SECTION("or the proposal comes again, and carries it") {
    CHECK(s.votes(s.receive(0, peer::Consensus{s.whole})));
    CHECK_FALSE(s.votes(s.receive(0, peer::ProposalBlock{*s.whole.block})));
  }
}

TEST_CASE("Of a transaction that was signed twice the one that is proposed is asked for at once") {
  Naming s;
  SignedTransaction again = s.first;
  again.signature.bytes[7] ^= 1;  // refused when its check ends; it is at hand until then
  const Outputs under_check = s.relay(again);
  REQUIRE(under_check.verifications.size() == 1);
  s.verified(s.relay(s.second));
  CHECK(asked_for(s.name()).size() == 1);
  CHECK(s.votes(s.receive(0, peer::ProposalBlock{*s.whole.block})));
}

TEST_CASE("What was at hand and is refused meanwhile is missed") {
  Naming s;
  SignedTransaction forged = s.second;
  forged.signature.bytes[7] ^= 1;
  const Outputs under_check = s.relay(forged);
  s.name();  // misses the first, and has a second
  s.verified(under_check, Error(ErrorCode::kAuthentication, "forged"));
  s.verified(s.relay(s.first));
  CHECK(asked_for(s.tick_at(21)).size() == 1);
}

TEST_CASE("A proposal that names its transactions is taken from who signed it, and with as many as it counts") {
  Naming s;
  peer::CompactProposal said = compact(s.whole);
  SECTION("passed on") { CHECK(s.receive(2, said).refusals.size() == 1); }
  SECTION("one too few") {
    said.transactions.pop_back();
    CHECK(s.receive(0, said).refusals.size() == 1);
  }
  SECTION("one too many") {
    said.transactions.push_back(said.transactions[0]);
    CHECK(s.receive(0, said).refusals.size() == 1);
  }
  SECTION("carried, too") {
    said.proposal.block = s.whole.block;
    CHECK(s.receive(0, said).refusals.size() == 1);
  }
  SECTION("not signed by its leader") {
    said.proposal.signature.bytes[0] ^= 1;
    CHECK(s.receive(0, said).refusals.size() == 1);
  }
  s.verified(s.relay(s.first));
  CHECK_FALSE(s.votes(s.relay(s.second)));
  // None of them is in the way of the right one.
  const Outputs right = s.name();
  CHECK(right.refusals.empty());
  CHECK_FALSE(right.writes.empty());
}

TEST_CASE("Two proposals of one view contradict each other, though nobody has what they name") {
  Naming s;
  s.name();
  const Outputs other = s.receive(0, compact(s.proposal({s.first, s.second}, 11)));
  CHECK(other.reported == std::vector<Address>{s.n.node(0)});
}

TEST_CASE("What a proposal for the next height names is looked for when that begins") {
  Naming s;
  Chain chain = *Chain::from_genesis(s.n.made.genesis, real_signatures());
  std::vector<TxId> rejected;
  Transition decided = chain.compose({}, s.n.node(0), s.n.made.genesis.time_ms + 10, rejected);
  const CertifiedBlock first{*decided.block, s.certificate(decided.hash)};
  chain.commit(std::move(decided), first.certificate);

  const std::size_t leader = chain.committee().leader(Height{2}, View{0});
  const std::size_t hearer = leader == 3 ? 2 : 3;
  const Address proposer = chain.committee().order[leader].validator;
  const Transition next = chain.compose({make_transaction(s.first)}, proposer, s.at.unix_ms, rejected);
  const Ballot ballot{Round{0}, Height{2}, View{0}, VoteType::kProposal, next.hash};
  consensus::Message message = consensus::Proposal{static_cast<std::uint16_t>(leader), ballot, {}, next.block, {}};
  consensus::sign(message, s.n.chain(), *s.n.signers[leader]);

  Engine& engine = s.n.net.engine(hearer);
  auto hear = [&](const Address& from, PeerBody body) {
    return engine.receive(from, bcs::encode(PeerMessage{std::move(body)}), s.at);
  };
  hear(proposer, compact(std::get<consensus::Proposal>(message)));
  hear(s.n.node(0), peer::Blocks{{first}});
  REQUIRE(engine.height() == Height{1});
  s.at.monotonic_ms += 20;
  CHECK(asked_for(engine.tick(s.at)) == std::vector<std::pair<Address, Hash>>{{proposer, next.hash}});
}

TEST_CASE("A proposal that is sent again, since nothing was decided, carries its transactions") {
  Network n(make_test_genesis(4));
  for (std::size_t node = 0; node < 4; ++node) {
    n.net.config(node).compact_from = 1;
    REQUIRE(n.net.crash_and_restart(node));
  }
  n.finish(0, n.transfer(n.institution(0), n.node(1), 4));
  const Height height = n.net.engine(0).height().next();
  const std::size_t leader = n.net.engine(0).committee().leader(height, View{0});
  const std::size_t other = (leader + 1) % 4;
  for (std::size_t apart : {2, 3}) n.net.disconnect((leader + apart) % 4);
  std::vector<bool> named;  // what the leader proposes to the other, in order
  n.net.watch([&](std::size_t from, std::size_t to, ByteView bytes) {
    auto message = bcs::decode<PeerMessage>(bytes);
    REQUIRE(message);
    if (from != leader || to != other) return;
    if (std::holds_alternative<peer::CompactProposal>(message->body)) named.push_back(true);
    auto* said = std::get_if<peer::Consensus>(&message->body);
    if (said && std::holds_alternative<consensus::Proposal>(said->message)) named.push_back(false);
  });
  REQUIRE(n.net.submit(leader, n.transfer(n.institution(0), n.node(1), 5)));
  CHECK(named == std::vector<bool>{true});
  n.net.advance(n.made.genesis.parameters.view_timeout_ms - 1);
  REQUIRE(named.size() > 1);
  CHECK(std::ranges::count(named, true) == 1);
}
