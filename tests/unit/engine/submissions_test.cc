// Transactions on their way in: what is refused before its signature costs anything, how clients' ones go on to the
// producers, and what a member does with a block that holds a forged one.
#include "hearing.h"
#include "liar.h"

using namespace medchain;
using namespace medchain::test;

namespace {

SignedTransaction put_of(Network& n, const Payload& payload) {
  Put put;
  put.subject = n.institution(1).address();
  put.readers = {put.subject};
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  return n.transaction(n.institution(0), RecordsBody{put});
}

// As a host's pool would: each job checked, and the answers given back.
Outputs submit_checked(Engine& engine, std::vector<Submission> submissions) {
  Outputs out = engine.submit(1, std::move(submissions), {});
  REQUIRE(out.verifications.size() == 1);
  std::vector<Result<void>> results;
  for (const Outputs::Job& job : out.verifications[0].jobs) results.push_back(check(job, real_signatures()));
  return engine.verified(out.verifications[0].token, std::move(results), {});
}

}  // namespace

TEST_CASE("A payload above the limits is refused before anything is computed over it") {
  Network n(make_test_genesis(4));
  Payload payload;
  SECTION("its bytes") { payload.parts = {Bytes(limits::kMaxPayloadBytes, 7), Bytes(1, 7)}; }
  SECTION("its parts") { payload.parts = std::vector<Bytes>(limits::kMaxPayloadParts + 1, Bytes(1, 7)); }
  const Bytes transaction = bcs::encode(put_of(n, payload));
  const Outputs out = n.net.engine(0).submit(1, {{transaction, payload}}, {});
  CHECK(out.verifications.empty());
  REQUIRE(out.submit_results.size() == 1);
  CHECK(out.submit_results[0].results.at(0).error().code() == ErrorCode::kTooLarge);
  CHECK(n.net.engine(0).counters().submissions_refused == 1);
}

TEST_CASE("One call takes so many transactions, and answers for each of the others, too") {
  constexpr std::size_t kMost = 8192;
  Network n(make_test_genesis(4));
  const Outputs out = n.net.engine(0).submit(1, std::vector<Submission>(kMost + 2, {Bytes(3, 0xff), {}}), {});
  REQUIRE(out.submit_results.size() == 1);
  const auto& results = out.submit_results[0].results;
  REQUIRE(results.size() == kMost + 2);
  CHECK(results[kMost - 1].error().code() == ErrorCode::kMalformed);
  CHECK(results[kMost].error().code() == ErrorCode::kTooLarge);
  CHECK(results[kMost + 1].error().code() == ErrorCode::kTooLarge);
}

TEST_CASE("Large payloads go to the other producers in messages that each keep to the limit") {
  Network n(make_test_genesis(4));
  std::vector<Submission> submissions;
  for (std::uint8_t i = 0; i < 3; ++i) {
    Payload payload{{Bytes(limits::kMaxPayloadBytes / 2 + 1, i), Bytes(10, i)}};
    submissions.push_back({bcs::encode(put_of(n, payload)), payload});
  }
  const std::vector<Submission> sent = submissions;
  const Outputs out = submit_checked(n.net.engine(0), std::move(submissions));
  REQUIRE(out.submit_results.size() == 1);
  for (const auto& result : out.submit_results[0].results) CHECK(result.ok());

  std::map<Address, std::vector<std::size_t>> counts;
  std::map<Address, std::vector<Bytes>> received;
  for (const Outputs::Message& message : out.messages) {
    CHECK(message.bytes->size() < limits::kMaxMessageBytes);
    auto decoded = bcs::decode<PeerMessage>(*message.bytes);
    REQUIRE(decoded);
    auto* relayed = std::get_if<peer::Transactions>(&decoded->body);
    if (relayed == nullptr) continue;
    REQUIRE(message.to);
    counts[*message.to].push_back(relayed->submissions.size());
    for (const Submission& submission : relayed->submissions) received[*message.to].push_back(submission.transaction);
  }
  CHECK(counts.size() == 3);
  CHECK_FALSE(counts.contains(n.node(0)));
  for (const auto& [to, messages] : counts) CHECK(messages == std::vector<std::size_t>{2, 1});
  for (const auto& [to, transactions] : received) {
    REQUIRE(transactions.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) CHECK(transactions[i] == sent[i].transaction);
  }
}

TEST_CASE("A leader's block with a forged transaction is refused by every member, and never final") {
  for (bool forged : {false, true}) {
    CAPTURE(forged);
    Network n(make_test_genesis(4));
    n.net.disconnect(0);
    auto transfer = n.transfer(n.institution(1), n.node(0), 500);
    if (forged) transfer.signature.bytes[7] ^= 1;
    const Tokens before = n.net.engine(1).state().account(n.node(0))->balance;
    Chain chain = *Chain::from_genesis(n.made.genesis, real_signatures());
    std::vector<TxId> rejected;
    const Transition made =
        chain.compose({make_transaction(transfer)}, n.node(0), n.made.genesis.time_ms + 10, rejected);
    REQUIRE(made.block->transactions.size() == 1);
    const Ballot ballot{Round{0}, Height{1}, View{0}, VoteType::kProposal, made.hash};
    for (std::size_t to : {1, 2, 3}) Liar{n, 0}.say(to, consensus::Proposal{0, ballot, {}, made.block, {}});
    n.net.advance(3'000);

    n.check_agreement({1, 2, 3});
    REQUIRE(n.net.engine(1).height() > Height{1});
    auto first = n.net.engine(1).store().block(Height{1});
    REQUIRE((first && *first));
    CHECK(((*first)->certified.block.hash() == made.hash) == !forged);
    for (std::size_t i : {1, 2, 3}) {
      const Tokens now = n.net.engine(i).state().account(n.node(0))->balance;
      CHECK(now == Tokens{before.value + (forged ? 0 : 500)});
      CHECK((n.net.engine(i).counters().messages_refused > 0) == forged);
    }
  }
}

TEST_CASE("A proposal waits for the checks of what came just before it, and none is made twice") {
  for (bool forged : {false, true}) {
    CAPTURE(forged);
    Hearing h;
    auto transfer = h.n.transfer(h.n.institution(1), h.n.node(0), 500);
    if (forged) transfer.signature.bytes[7] ^= 1;
    const Outputs came = h.relay(transfer);
    REQUIRE(came.verifications.size() == 1);
    const Outputs proposed = h.propose({transfer});
    CHECK(proposed.verifications.empty());
    CHECK(proposed.writes.empty());

    const Result<void> result = check(came.verifications[0].jobs[0], real_signatures());
    CHECK(result.ok() == !forged);
    const Outputs checked = h.verified(came, result);
    if (!forged) {
      CHECK(checked.verifications.empty());
      CHECK_FALSE(checked.writes.empty());  // its vote
      CHECK(h.engine.counters().signatures_checked == 1);
      continue;
    }
    REQUIRE(checked.verifications.size() == 1);  // the block's own: why the other one failed is not known here
    const Outputs refused = h.verified(checked, result);
    REQUIRE(refused.refusals.size() == 1);
    CHECK(refused.refusals[0].peer == h.n.node(0));
  }
}

TEST_CASE("A proposal that waits for some checks begins the others; what is relayed of those is not checked") {
  for (bool early_first : {false, true}) {
    CAPTURE(early_first);
    Hearing h;
    const auto early = h.n.transfer(h.n.institution(1), h.n.node(0), 500);
    const auto unknown = h.n.transfer(h.n.institution(2), h.n.node(0), 7);
    const Outputs came = h.relay(early);
    REQUIRE(came.verifications.size() == 1);
    const Outputs proposed = h.propose({early, unknown});
    REQUIRE(proposed.verifications.size() == 1);
    CHECK(proposed.verifications[0].urgent);
    REQUIRE(proposed.verifications[0].jobs.size() == 1);
    CHECK(proposed.verifications[0].jobs[0].transaction->id == make_transaction(unknown)->id);
    CHECK(h.relay(unknown).verifications.empty());

    const Outputs waits = h.verified(early_first ? came : proposed);
    CHECK(waits.verifications.empty());
    CHECK(waits.writes.empty());
    const Outputs votes = h.verified(early_first ? proposed : came);
    CHECK(votes.verifications.empty());
    CHECK_FALSE(votes.writes.empty());
    CHECK(h.engine.counters().signatures_checked == 2);
  }
}

TEST_CASE("What a peer relays again while the first one is checked is not checked again, another peer's is") {
  Hearing h;
  const auto transfer = h.n.transfer(h.n.institution(1), h.n.node(0), 500);
  const Outputs first = h.relay(transfer);
  REQUIRE(first.verifications.size() == 1);
  CHECK(h.relay(transfer).verifications.empty());
  const Outputs other = h.relay(transfer, {}, 2);
  REQUIRE(other.verifications.size() == 1);
  h.verified(other);
  h.verified(first);
  CHECK(h.engine.mempool_size() == 1);
  CHECK(h.relay(transfer).verifications.empty());
  CHECK(h.engine.counters().signatures_checked == 2);
}

TEST_CASE("What is relayed while it is checked with a block, or after, is not checked again") {
  for (bool forged : {false, true}) {
    for (bool late : {false, true}) {
      CAPTURE(forged, late);
      Hearing h;
      auto transfer = h.n.transfer(h.n.institution(1), h.n.node(0), 500);
      if (forged) transfer.signature.bytes[7] ^= 1;
      const Outputs proposed = h.propose({transfer});
      REQUIRE(proposed.verifications.size() == 1);
      const Result<void> result = check(proposed.verifications[0].jobs[0], real_signatures());
      CHECK(result.ok() == !forged);

      if (!late) {
        CHECK(h.relay(transfer).verifications.empty());
        CHECK(h.relay(transfer, Payload{{Bytes(9, 1)}}).verifications.empty());  // that a transfer has not
        CHECK(h.engine.counters().submissions_refused == 1);
      }
      CHECK(h.engine.mempool_size() == 0);
      h.verified(proposed, result);
      if (late) CHECK(h.relay(transfer).verifications.size() == (forged ? 1 : 0));
      CHECK(h.engine.mempool_size() == (forged ? 0 : 1));
      CHECK(h.engine.counters().signatures_checked == (forged && late ? 2 : 1));
    }
  }
}

TEST_CASE("What a node that does not sit checks for its clients is told apart from what those who vote check") {
  Network n(make_test_genesis(5, 4));
  constexpr std::size_t kFollower = 4;
  auto checked = [&](std::size_t node) {
    const Engine::Counters& counters = n.net.engine(node).counters();
    return std::pair(counters.signatures_checked, counters.signatures_checked_unseated);
  };
  const auto transfer = n.transfer(n.institution(0), n.node(1), 5);
  SECTION("checked before it is final") { n.finish(kFollower, transfer); }
  SECTION("final before it is checked") {
    const Outputs waits = n.net.engine(kFollower).submit(1, {{bcs::encode(transfer), {}}}, {});
    REQUIRE(waits.verifications.size() == 1);
    n.finish(0, transfer);
    CHECK(checked(kFollower) == std::pair<std::uint64_t, std::uint64_t>(1, 0));
    n.net.engine(kFollower).verified(waits.verifications[0].token, {Result<void>()}, {});
  }
  CHECK(checked(kFollower) == std::pair<std::uint64_t, std::uint64_t>(1, 1));
  for (std::size_t member = 0; member < 4; ++member) {
    CHECK(checked(member) == std::pair<std::uint64_t, std::uint64_t>(1, 0));
  }
}
