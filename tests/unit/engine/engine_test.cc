#include "network.h"

using namespace medchain;
using namespace medchain::test;

TEST_CASE("Four nodes make a transfer final, and a follower knows it too") {
  Network n(make_test_genesis(5, 4));
  Address to = n.institution(1).address();
  CHECK(n.finish(4, n.transfer(n.institution(0), to, 250)).status == TxStatus::kSuccess);
  n.check_agreement({0, 1, 2, 3, 4});
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(n.net.engine(i).state().account(to)->balance == Tokens{1'000'250});
    CHECK(n.net.engine(i).state().root() == n.net.engine(0).state().root());
  }
  CHECK_FALSE(n.net.engine(4).is_producer());
  CHECK(n.net.engine(0).is_producer());
}

TEST_CASE("An idle network goes on with empty blocks, one per idle interval and no more") {
  Network n(make_test_genesis(4));
  n.net.advance(1000);
  Height height = n.net.engine(0).height();
  CHECK(height.value >= 5);
  CHECK(height.value <= 20);  // idle_ms is 50
  n.check_agreement({0, 1, 2, 3});
}

TEST_CASE("A dead producer is passed by a view change, and catches up when it returns") {
  Network n(make_test_genesis(4));
  n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  n.net.disconnect(2);
  for (int i = 0; i < 6; ++i) n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  CHECK(n.net.engine(0).counters().view_changes > 0);
  CHECK(n.net.engine(2).height() < n.net.engine(0).height());
  n.net.connect(2);
  n.check_agreement({0, 1, 2, 3});
  CHECK(n.finish(2, n.transfer(n.institution(0), n.node(1), 1)).status == TxStatus::kSuccess);
}

TEST_CASE("Without a quorum nothing becomes final; with one again it goes on") {
  Network n(make_test_genesis(4));
  n.lose_quorum();
  Height before = n.net.engine(0).height();
  auto id = n.net.submit(0, n.transfer(n.institution(0), n.node(1), 7));
  REQUIRE(id);
  n.net.advance(5'000);
  CHECK(n.net.engine(0).height() == before);
  CHECK(n.net.engine(0).receipt_proof(*id).error().code() == ErrorCode::kNotFound);
  n.net.connect(3);
  CHECK(n.net.run_until_final(*id)->status == TxStatus::kSuccess);
}

TEST_CASE("A candidate that is not elected follows, and is elected when the votes change") {
  TestGenesis made = make_test_genesis(5);
  Network n(std::move(made));
  CHECK_FALSE(n.net.engine(4).is_producer());
  const KeyPair& voter = n.institution(0);
  CHECK(n.finish(0, n.transaction(voter, StakeBody{Stake{Tokens{900'000}}})).status == TxStatus::kSuccess);
  CHECK(n.finish(0, n.transaction(voter, StakeBody{Vote{{n.node(4)}}})).status == TxStatus::kSuccess);
  n.net.advance(2'000);
  CHECK(n.net.engine(4).is_producer());
  CHECK_FALSE(n.net.engine(3).is_producer());
  auto receipt = n.finish(1, n.transfer(n.institution(0), n.node(1), 3));
  n.check_agreement({0, 1, 2, 3, 4});

  SECTION("and receipts prove themselves across the change of committee, from the genesis alone") {
    auto proof = n.net.engine(2).receipt_proof(receipt.id);
    REQUIRE(proof);
    CHECK(proof->handovers.size() == 1);
    Anchor anchor = genesis_anchor(n.made.genesis);
    auto verified = verify_receipt(*proof, anchor);
    REQUIRE(verified);
    CHECK(verified->receipt == receipt);
    proof->handovers.clear();
    CHECK_FALSE(verify_receipt(*proof, anchor).ok());
  }
}

TEST_CASE("A sealed record travels to every node, and is released to its readers only") {
  TestGenesis made = make_test_genesis(5, 4);
  KeyPair patient = test_keys("patient", KeyAlgorithm::kP256);
  KeyPair doctor = test_keys("doctor");
  KeyPair stranger = test_keys("stranger");
  KeyPair gateway = test_keys("gateway");
  add_participant(made, patient, Role::kPatient, 0);
  add_participant(made, doctor, Role::kClinician, 1);
  add_participant(made, stranger, Role::kClinician, 2);
  add_participant(made, gateway, Role::kGateway, 0, "ward 3");
  Network n(std::move(made));
  Bytes document = to_bytes(view("heart rate 44/min"));
  auto sealed = sealed_put(n.chain(), gateway, patient, {patient.public_keys(), doctor.public_keys()}, document);
  auto put = n.transaction(gateway, RecordsBody{sealed.put});
  REQUIRE(n.finish(0, put, sealed.payload).status == TxStatus::kSuccess);
  n.net.advance(500);

  for (const KeyPair* reader : {&patient, &doctor}) {
    auto release = n.net.engine(4).release(sealed.id, reader->address());
    REQUIRE(release);
    auto opened = open_record(release->body, release->wrap, release->record.content_commitment, *reader);
    REQUIRE(opened);
    CHECK(opened->plaintext == document);
    CHECK(address_of(*opened->author) == gateway.address());
  }
  CHECK(n.net.engine(4).release(sealed.id, stranger.address()).error().code() == ErrorCode::kPermissionDenied);

  SECTION("a grant adds a reader; a revoke ends it on every node") {
    auto own = n.net.engine(1).release(sealed.id, patient.address());
    auto wrap = rewrap(own->body, own->wrap, patient, stranger.public_keys());
    REQUIRE(wrap);
    Payload payload{{bcs::encode(*wrap)}};
    Grant grant{sealed.id, stranger.address(), payload.root(), payload.bytes()};
    CHECK(n.finish(3, n.transaction(patient, ConsentBody{grant}), payload).status == TxStatus::kSuccess);
    n.net.advance(500);
    auto release = n.net.engine(4).release(sealed.id, stranger.address());
    REQUIRE(release);
    CHECK(open_record(release->body, release->wrap, release->record.content_commitment, stranger)->plaintext ==
          document);
    CHECK(n.finish(0, n.transaction(patient, ConsentBody{Revoke{sealed.id, stranger.address()}})).status ==
          TxStatus::kSuccess);
    n.net.advance(500);
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(n.net.engine(i).release(sealed.id, stranger.address()).error().code() == ErrorCode::kPermissionDenied);
    }
  }
  SECTION("a node that was away fetches the payloads that it missed") {
    n.net.disconnect(4);
    auto other = sealed_put(n.chain(), gateway, patient, {patient.public_keys()}, view("second"));
    REQUIRE(n.finish(0, n.transaction(gateway, RecordsBody{other.put}), other.payload).status == TxStatus::kSuccess);
    n.net.connect(4);
    n.net.advance(2'000);
    CHECK(n.net.engine(4).release(other.id, patient.address()).ok());
  }
  SECTION("a payload that does not match its root is refused where it is submitted") {
    auto other = sealed_put(n.chain(), gateway, patient, {patient.public_keys()}, view("third"));
    other.payload.parts[0][40] ^= 1;
    auto refused = n.net.submit(0, n.transaction(gateway, RecordsBody{other.put}), other.payload);
    CHECK(refused.error().code() == ErrorCode::kMalformed);
    auto missing = n.net.submit(0, n.transaction(gateway, RecordsBody{other.put}), {});
    CHECK_FALSE(missing.ok());
  }
}

TEST_CASE("Inadmissible transactions are refused at submission, each with its reason") {
  Network n(make_test_genesis(4));
  const KeyPair& sender = n.institution(0);
  auto refusal = [&](const SignedTransaction& t) {
    auto result = n.net.submit(0, t);
    REQUIRE_FALSE(result.ok());
    return result.error();
  };
  auto good = n.transfer(sender, n.node(1), 5);
  SECTION("a bad signature") {
    auto bad = good;
    bad.signature.bytes[3] ^= 1;
    CHECK(refusal(bad).code() == ErrorCode::kAuthentication);
  }
  SECTION("another chain's id") {
    auto other = good.transaction;
    other.chain.bytes[0] ^= 1;
    CHECK(refusal(sign_transaction(other, sender.signing)).code() == ErrorCode::kInadmissible);
  }
  SECTION("expired, or valid too far ahead") {
    n.net.advance(500);
    CHECK(refusal(n.transaction(sender, good.transaction.body, 0)).code() == ErrorCode::kInadmissible);
    CHECK(refusal(n.transaction(sender, good.transaction.body, 5000)).code() == ErrorCode::kInadmissible);
  }
  SECTION("repeated") {
    n.finish(0, good);
    CHECK(refusal(good).code() == ErrorCode::kInadmissible);
  }
  SECTION("an unregistered sender") {
    CHECK(refusal(n.transfer(test_keys("nobody"), n.node(1), 1)).code() == ErrorCode::kInadmissible);
  }
  SECTION("the wrong key for the sender") {
    auto forged = sign_transaction(good.transaction, n.institution(1).signing);
    CHECK(refusal(forged).code() == ErrorCode::kInadmissible);
  }
  SECTION("garbage and too large") {
    CHECK_FALSE(n.net.engine(0).submit(9, {{Bytes(10, 0xff), {}}}, {}).submit_results.front().results.front().ok());
    auto large = n.net.engine(0).submit(10, {{Bytes(limits::kMaxTransactionBytes + 1), {}}}, {});
    CHECK(large.submit_results.front().results.front().error().code() == ErrorCode::kTooLarge);
  }
  SECTION("overdrawn is admissible, and fails with its reason") {
    CHECK(n.finish(0, n.transfer(sender, n.node(1), 5'000'000)).status == TxStatus::kInsufficientBalance);
    CHECK(n.finish(0, n.transfer(sender, n.node(1), ~0ull)).status == TxStatus::kInsufficientBalance);
  }
}

TEST_CASE("Each node begins to write its state at its own part of the interval, and keeps the distance") {
  constexpr std::uint32_t kEvery = 64;
  Network n(make_test_genesis(4), kEvery);
  REQUIRE(n.net.run_until_height(Height{kEvery}, 3'600'000));
  std::set<std::uint64_t> written;
  for (std::size_t node = 0; node < 4; ++node) {
    const std::uint64_t parts = std::uint64_t{1} + n.node(node).bytes[0];  // of 256
    const std::uint64_t first = (kEvery * parts + 255) / 256;
    const std::uint64_t height = n.net.engine(node).height().value;
    auto point = n.net.engine(node).store().state_point();
    REQUIRE((point && *point));
    CHECK((*point)->height.value == first + (height - first) / kEvery * kEvery);
    written.insert((*point)->height.value);
  }
  CHECK(written.size() > 1);
}
