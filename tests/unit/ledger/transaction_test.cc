#include "fixture.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

std::vector<std::pair<Body, std::string>> all_bodies() {
  return {{TokensBody{Transfer{address(2), Tokens{5}}}, "transfer"},
          {StakeBody{Stake{Tokens{5}}}, "stake"},
          {StakeBody{Unstake{Tokens{5}}}, "unstake"},
          {StakeBody{Vote{{address(2), address(3)}}}, "vote"},
          {StakeBody{Stand{stand_in_key(3), {}}}, "stand"},
          {StakeBody{Resign{}}, "resign"},
          {StakeBody{ReportDoubleVote{stand_in_key(3), {}, {}}}, "report_double_vote"},
          {StakeBody{ReportInvalidProposal{stand_in_key(3), {}, {1, 2}, {}}}, "report_invalid_proposal"},
          {RegistryBody{Register{key_pair(7).public_keys(), Role::kDevice, "bed 7"}}, "register"},
          {RegistryBody{Update{address(2), "bed 8"}}, "update"},
          {RegistryBody{RotateKeys{key_pair(8).public_keys()}}, "rotate_keys"},
          {RegistryBody{Suspend{address(2)}}, "suspend"},
          {RegistryBody{Reinstate{address(2)}}, "reinstate"},
          {RecordsBody{Put{address(4), RecordKind::kAlarm, 7, {1, 2}, {address(5)}, {}, 9, {}}}, "put"},
          {ConsentBody{Grant{{}, address(5), {}, 9}}, "grant"},
          {ConsentBody{Revoke{{}, address(5)}}, "revoke"}};
}

}  // namespace

TEST_CASE("Every kind of transaction has a name and survives its bytes") {
  for (const auto& [body, name] : all_bodies()) {
    CAPTURE(name);
    CHECK(body_name(body) == name);
    Transaction transaction{kChain, address(1), Height{9}, 1, body};
    Bytes bytes = bcs::encode(transaction);
    auto back = bcs::decode<Transaction>(bytes);
    REQUIRE(back);
    CHECK(bcs::encode(*back) == bytes);
    CHECK(back->body.index() == body.index());
  }
}

TEST_CASE("A transaction's id is known before it is signed, and does not depend on who signs") {
  KeyPair alice = key_pair(1);
  KeyPair bob = key_pair(2);
  Transaction transaction = transfer(1);
  TxPtr a = make_transaction(sign_transaction(transaction, alice.signing));
  TxPtr b = make_transaction(sign_transaction(transaction, bob.signing));
  CHECK(a->id == transaction.id());
  CHECK(b->id == transaction.id());
  CHECK(a->leaf != b->leaf);
  CHECK(transfer(2).id() != transaction.id());
  CHECK(transaction.id().bytes == hash_with_domain("medchain/transaction/v1", {bcs::encode(transaction)}).bytes);
}

TEST_CASE("A parsed transaction is what was made, and verifies") {
  for (auto algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kP256}) {
    SigningKey key = SigningKey::generate(algorithm);
    TxPtr made = make_transaction(sign_transaction(transfer(1), key));
    auto parsed = parse_transaction(made->bytes);
    REQUIRE(parsed);
    CHECK((*parsed)->id == made->id);
    CHECK((*parsed)->leaf == made->leaf);
    CHECK((*parsed)->bytes == bcs::encode((*parsed)->content));
    CHECK(verify_transaction(**parsed, real_signatures()));
    CHECK(verify((*parsed)->content.key, "medchain/transaction/v1", kChain, bcs::encode(made->transaction()),
                 made->content.signature));
  }
}

TEST_CASE("Whether the keys of a registration are good is found out once, or taken over from its twin") {
  auto registration = [](const PublicKeys& keys) {
    return make_transaction(sign_transaction(
        Transaction{kChain, address(1), Height{9}, 1, RegistryBody{Register{keys, Role::kDevice, "bed 7"}}},
        key_pair(1).signing));
  };
  PublicKeys unbound = key_pair(7).public_keys();
  unbound.binding.bytes[0] ^= 1;
  TxPtr good = registration(key_pair(7).public_keys());
  TxPtr bad = registration(unbound);
  TxPtr other = registration(key_pair(7).public_keys());

  other->adopt_verdict(*bad);  // that has none yet
  CHECK(other->keys_good());
  CHECK(good->keys_good());
  CHECK_FALSE(bad->keys_good());
  // Not decoded from the same bytes, which nobody does elsewhere: so that what was taken over shows.
  TxPtr taken = registration(key_pair(7).public_keys());
  taken->adopt_verdict(*bad);
  CHECK_FALSE(taken->keys_good());
}

TEST_CASE("A signature does not carry over to another chain, sender, salt, height, body or key") {
  KeyPair alice = key_pair(1);
  const SignedTransaction good = sign_transaction(transfer(1), alice.signing);
  auto verifies = [](const SignedTransaction& s) {
    return verify_transaction(*make_transaction(s), real_signatures());
  };
  REQUIRE(verifies(good));
  auto changed = [&](auto change) {
    SignedTransaction copy = good;
    change(copy);
    return verifies(copy);
  };
  CHECK_FALSE(changed([](auto& s) { s.transaction.chain.bytes[0] ^= 1; }));
  CHECK_FALSE(changed([](auto& s) { s.transaction.sender = address(9); }));
  CHECK_FALSE(changed([](auto& s) { s.transaction.salt ^= 1; }));
  CHECK_FALSE(changed([](auto& s) { s.transaction.valid_until = Height{101}; }));
  CHECK_FALSE(changed([](auto& s) { s.transaction.body = TokensBody{Transfer{address(2), Tokens{6}}}; }));
  CHECK_FALSE(changed([](auto& s) { s.key = key_pair(2).signing.public_key(); }));
  CHECK_FALSE(changed([](auto& s) { s.signature.bytes[0] ^= 1; }));
}

TEST_CASE("No transaction with a bit flipped, bytes cut off or added passes for the same") {
  TxPtr made = signed_transfer(1);
  REQUIRE(verify_transaction(*made, kStandIn));
  std::size_t decoded = 0;
  for_each_flip(made->bytes, [&](const Bytes& flipped, std::size_t bit) {
    auto parsed = parse_transaction(flipped);
    if (!parsed) return;
    ++decoded;
    CAPTURE(bit);
    CHECK((*parsed)->leaf != made->leaf);
    CHECK_FALSE(verify_transaction(**parsed, kStandIn));
  });
  CHECK(decoded > 1000);
  for (std::size_t size = 0; size < made->bytes.size(); ++size) {
    CHECK_FALSE(parse_transaction(to_bytes(ByteView(made->bytes).first(size))));
  }
  Bytes longer = made->bytes;
  longer.push_back(0);
  CHECK(parse_transaction(longer).error().code() == ErrorCode::kMalformed);
}

TEST_CASE("A transaction may fill the limit, and not exceed it") {
  auto with_label = [](std::size_t size) {
    SignedTransaction s{transfer(1), stand_in_key(1), {}};
    s.transaction.body = RegistryBody{Update{address(2), std::string(size, 'x')}};
    return bcs::encode(s);
  };
  const std::size_t overhead = with_label(60'000).size() - 60'000;
  Bytes largest = with_label(limits::kMaxTransactionBytes - overhead);
  REQUIRE(largest.size() == limits::kMaxTransactionBytes);
  CHECK(parse_transaction(largest));
  auto error = parse_transaction(with_label(limits::kMaxTransactionBytes - overhead + 1)).error();
  CHECK(error.code() == ErrorCode::kTooLarge);
  CHECK(error.message() == "a transaction has 65537 bytes, at most 65536 are allowed");
}

TEST_CASE("A transaction of an unknown version, contract, role or key algorithm is not one") {
  TxPtr made = signed_transfer(1);
  auto with = [&](std::size_t at, std::uint8_t value) {
    Bytes bytes = made->bytes;
    bytes[at] = value;
    return parse_transaction(bytes);
  };
  CHECK(with(0, 2).error().code() == ErrorCode::kUnsupportedVersion);
  CHECK_FALSE(with(1 + 32 + 32 + 8 + 8, static_cast<std::uint8_t>(kContracts)));
  CHECK_FALSE(with(1 + 32 + 32 + 8 + 8 + 1, 1));  // tokens has one body
  CHECK_FALSE(with(made->bytes.size() - 64 - 33, 2));
}

TEST_CASE("A record's id depends on chain, author, subject, kind, time and nonce, and not on the content") {
  const Put put{address(4), RecordKind::kAlarm, 7, {1, 2}, {address(5)}, {}, 9, {}};
  const RecordId id = record_id(kChain, address(1), put);
  auto changed = [&](auto change) {
    Put copy = put;
    change(copy);
    return record_id(kChain, address(1), copy);
  };
  CHECK(record_id(ChainId{}, address(1), put) != id);
  CHECK(record_id(kChain, address(2), put) != id);
  CHECK(changed([](Put& p) { p.subject = address(6); }) != id);
  CHECK(changed([](Put& p) { p.kind = RecordKind::kVitals; }) != id);
  CHECK(changed([](Put& p) { p.time_ms = 8; }) != id);
  CHECK(changed([](Put& p) { p.nonce[15] = 1; }) != id);
  CHECK(changed([](Put& p) {
          p.readers.clear();
          p.payload_root.bytes[0] = p.content_commitment.bytes[0] = 1;
          p.payload_bytes = 0;
        }) == id);
}

TEST_CASE("Roles and kinds of records have names that parse back") {
  for (int i = 0; i <= static_cast<int>(Role::kAuditor); ++i) {
    CHECK(*parse_role(to_string(static_cast<Role>(i))) == static_cast<Role>(i));
  }
  for (int i = 0; i <= static_cast<int>(RecordKind::kOther); ++i) {
    CHECK(*parse_record_kind(to_string(static_cast<RecordKind>(i))) == static_cast<RecordKind>(i));
  }
  CHECK(to_string(Role::kClinician) == "clinician");
  CHECK(to_string(RecordKind::kLaboratory) == "laboratory");
  CHECK(parse_role("Device").error().message() ==
        "unknown role, expected device, gateway, patient, family, guardian, clinician, institution, validator or "
        "auditor");
  CHECK(parse_record_kind("").error().code() == ErrorCode::kInvalidArgument);
}
