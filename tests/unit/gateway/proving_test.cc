// What the gateway believes of the chain, and to whom it seals: nothing that a node alone says.
#include "fake_ledger.h"
#include "readers.h"

namespace medchain::gateway {
namespace {

using medchain::test::Network;
using test::addresses;
using test::Lies;
using test::World;

constexpr std::uint64_t kMaxAgeMs = 60'000;

struct Proving : World {
  explicit Proving(medchain::test::TestGenesis made = test::gateway_genesis()) : World(std::move(made)) {}
  Chain chain{genesis()};
  Readers readers{chain, kMaxAgeMs};

  Result<std::vector<Reader>> of(const KeyPair& patient) {
    auto ledger = node();
    readers.forget();
    return readers.of(ledger, patient.address(), now_ms());
  }
  ErrorCode refusal() {
    auto list = of(patient);
    REQUIRE_FALSE(list);
    return list.error().code();
  }
};

TEST_CASE("the patient is her own first reader, and her standing readers follow") {
  Proving world;
  auto alone = world.of(world.patient);
  REQUIRE(alone);
  CHECK(addresses(*alone) == std::vector{world.patient.address()});
  CHECK(alone->front().keys == world.patient.public_keys());
  world.set_readers({world.nurse.address(), world.doctor.address()});
  auto all = world.of(world.patient);
  REQUIRE(all);
  CHECK(addresses(*all) == std::vector{world.patient.address(), world.nurse.address(), world.doctor.address()});
  world.set_readers({});
  auto ended = world.of(world.patient);
  REQUIRE(ended);
  CHECK(ended->size() == 1);
}

TEST_CASE("a suspended reader is left out, and one with new keys is sealed to under these") {
  Proving world;
  world.set_readers({world.nurse.address(), world.doctor.address()});
  Network& network = world.network;
  auto suspend = network.transaction(network.institution(0), RegistryBody{Suspend{world.nurse.address()}});
  REQUIRE(network.finish(0, suspend).status == TxStatus::kSuccess);
  const KeyPair renewed = medchain::test::test_keys("the doctor's next keys");
  auto rotate = network.transaction(world.doctor, RegistryBody{RotateKeys{renewed.public_keys()}});
  REQUIRE(network.finish(0, rotate).status == TxStatus::kSuccess);
  auto list = world.of(world.patient);
  REQUIRE(list);
  CHECK(addresses(*list) == std::vector{world.patient.address(), world.doctor.address()});
  CHECK(list->back().keys == renewed.public_keys());
}

TEST_CASE("nobody seals about who is no patient, or a suspended one") {
  Proving world;
  for (const KeyPair& who : {world.doctor.clone(), test::test_keys("nobody")}) {
    auto list = world.of(who);
    REQUIRE_FALSE(list);
    CHECK(list.error().code() == ErrorCode::kInadmissible);
  }
  Network& network = world.network;
  auto suspend = network.transaction(network.institution(0), RegistryBody{Suspend{world.patient.address()}});
  REQUIRE(network.finish(0, suspend).status == TxStatus::kSuccess);
  CHECK(world.refusal() == ErrorCode::kInadmissible);
}

TEST_CASE("a lying node adds no reader, no key, and takes nobody away") {
  Proving world;
  world.set_readers({world.doctor.address()});
  const StateKey list_key = state_key::standing_readers(world.patient.address());
  Lies& lies = world.lies[0];
  SECTION("another list") {
    lies.proof = [&](StateProof& proof) {
      if (proof.key == list_key) {
        proof.value = bcs::encode(StandingReaders{{world.doctor.address(), world.nurse.address()}, Height{2}});
      }
    };
  }
  SECTION("no list") {
    lies.proof = [&](StateProof& proof) {
      if (proof.key == list_key) proof.value.reset();
    };
  }
  SECTION("the list of another patient") {
    auto other =
        world.network.transaction(test::test_keys("other patient"), ConsentBody{SetReaders{{world.nurse.address()}}});
    REQUIRE(world.network.finish(0, other).status == TxStatus::kSuccess);
    lies.proof = [&](StateProof& proof) {
      if (proof.key == list_key) {
        proof = world.network.net.engine(0).state().prove(
            state_key::standing_readers(test::test_keys("other patient").address()));
      }
    };
  }
  SECTION("other keys of a reader") {
    lies.proof = [&](StateProof& proof) {
      if (proof.key != state_key::participant(world.doctor.address())) return;
      auto doctor = bcs::decode<Participant>(*proof.value);
      REQUIRE(doctor);
      doctor->keys = world.nurse.public_keys();
      proof.value = bcs::encode(*doctor);
    };
  }
  SECTION("another participant for a reader") {
    lies.proof = [&](StateProof& proof) {
      if (proof.key != state_key::participant(world.doctor.address())) return;
      proof = world.network.net.engine(0).state().prove(state_key::participant(world.nurse.address()));
    };
  }
  CHECK_FALSE(world.of(world.patient));
  lies.proof = [](StateProof&) {};
  CHECK(world.of(world.patient));
}

TEST_CASE("a state root that no committee signed proves nothing") {
  Proving world;
  Lies& lies = world.lies[0];
  SECTION("in a block with the right certificate") {
    lies.block = [](rpc::BlockSummary& block) { block.header.state_root.bytes[3] ^= 1; };
  }
  SECTION("in a block without signatures") {
    lies.block = [](rpc::BlockSummary& block) { block.certificate.signatures.clear(); };
  }
  SECTION("with a committee of its own") {
    lies.block = [&](rpc::BlockSummary& block) {
      const std::vector<Member> own{{world.gateway.address(), world.gateway.signing.public_key()}};
      block.header.committee_set = committee_set_hash(own);
      block.certificate.ballot.digest = block.header.hash();
      const Signature signature =
          sign_ballot(block.certificate.ballot, world.network.chain(), KeySigner(world.gateway.signing.clone()));
      block.certificate.signatures = {{0, signature}};
    };
    lies.committee = [&](Committee& committee) {
      committee.order = {{world.gateway.address(), world.gateway.signing.public_key()}};
    };
  }
  SECTION("with a committee that the one before never elected") {
    const Height top = world.network.net.engine(0).height();
    const std::vector<Member> own{{world.gateway.address(), world.gateway.signing.public_key()}};
    lies.block = [&world, top, own](rpc::BlockSummary& block) {
      if (block.header.height == top.previous()) block.header.next_committee_set = committee_set_hash(own);
      if (block.header.height != top) return;
      block.header.committee_set = committee_set_hash(own);
      block.certificate.ballot.digest = block.header.hash();
      const Signature signature =
          sign_ballot(block.certificate.ballot, world.network.chain(), KeySigner(world.gateway.signing.clone()));
      block.certificate.signatures = {{0, signature}};
    };
    lies.committee = [top, own](Committee& committee) {
      committee.first_height = top;
      committee.order = own;
    };
  }
  CHECK_FALSE(world.of(world.patient));
  lies.block = [](rpc::BlockSummary&) {};
  lies.committee = [](Committee&) {};
  CHECK(world.of(world.patient));
}

TEST_CASE("an old state proves nothing, however well it is signed") {
  Proving world;
  REQUIRE(world.of(world.patient));
  world.ahead_ms = kMaxAgeMs;
  CHECK(world.of(world.patient));
  world.ahead_ms = kMaxAgeMs + 1;
  CHECK(world.refusal() == ErrorCode::kUnavailable);
}

TEST_CASE("what was proved is used for a moment, and not beyond the age that a proof may have") {
  Proving world;
  auto ledger = world.node();
  REQUIRE(world.readers.of(ledger, world.patient.address(), world.now_ms()));
  world.lies[0].dead = true;
  CHECK(world.readers.of(ledger, world.patient.address(), world.now_ms() + 500));
  CHECK_FALSE(world.readers.of(ledger, world.patient.address(), world.now_ms() + 2'000));
}

TEST_CASE("receipts that are not their block's are refused") {
  Proving world;
  auto ledger = world.node();
  auto transaction = world.network.transfer(world.network.institution(0), world.patient.address(), 5);
  world.network.finish(0, transaction);
  auto place = world.network.net.engine(0).find_transaction(transaction.transaction.id());
  REQUIRE(place);
  const Height height = (*place)->height;
  REQUIRE(world.chain.block(ledger, height));
  world.lies[0].block = [](rpc::BlockSummary& block) {
    if (!block.receipts.empty()) block.receipts[0].status = TxStatus::kNotAllowed;
  };
  CHECK_FALSE(world.chain.block(ledger, height));
  world.lies[0].block = [&](rpc::BlockSummary& block) { block.receipts.push_back({transaction.transaction.id()}); };
  CHECK_FALSE(world.chain.block(ledger, height));
}

// --- committees

struct Elections : Proving {
  Elections() : Proving(test::gateway_genesis(6)) {}

  // The candidate leaves, and the chain goes on with other members.
  void resign(std::size_t k) {
    const Hash before = network.net.engine(0).committee().set_hash();
    auto transaction = network.transaction(network.made.validators[k].node, StakeBody{Resign{}});
    REQUIRE(network.finish(0, transaction).status == TxStatus::kSuccess);
    for (int i = 0; i < 100 && network.net.engine(0).committee().set_hash() == before; ++i) network.net.advance(100);
    REQUIRE(network.net.engine(0).committee().set_hash() != before);
    network.net.advance(1'000);
  }
};

TEST_CASE("a committee that changed is followed, one change after the other") {
  Elections world;
  auto ledger = world.node();
  REQUIRE(world.chain.latest(ledger));
  for (std::size_t k : {1, 2}) {
    world.resign(k);
    auto latest = world.chain.latest(ledger);
    INFO((latest ? std::string("good") : latest.error().message()));
    CHECK(latest);
    CHECK_FALSE(world.chain.missing_handovers());
  }
  CHECK(world.chain.block(ledger, Height{2}));
  CHECK(world.of(world.patient));
}

TEST_CASE("changes that were missed need a proof by a transaction of one's own") {
  Elections world;
  auto ledger = world.node();
  world.resign(1);
  world.resign(2);
  auto lost = world.chain.latest(ledger);
  REQUIRE_FALSE(lost);
  CHECK(world.chain.missing_handovers());
  auto own = world.network.transfer(world.network.institution(0), world.patient.address(), 5);
  world.network.finish(0, own);
  world.chain.prove_with(own.transaction.id());
  auto latest = world.chain.latest(ledger);
  INFO((latest ? std::string("good") : latest.error().message()));
  CHECK(latest);
  CHECK_FALSE(world.chain.missing_handovers());
  CHECK(world.chain.block(ledger, Height{2}));
}

}  // namespace
}  // namespace medchain::gateway
