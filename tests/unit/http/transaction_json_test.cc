#include "transaction_json.h"

#include <nlohmann/json.hpp>
#include <set>

#include "support/catch.h"
#include "support/genesis.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::http;

namespace {

// Random values of every field, found through what BCS lists and not through the lists of the code under test.
struct Randomiser {
  test::Rng& rng;

  void fill(std::span<std::uint8_t> bytes) const {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.below(256));
  }
  void operator()(std::uint64_t& value) const { value = rng.next() >> rng.below(64); }
  template <class Tag, class Rep>
  void operator()(StrongInt<Tag, Rep>& value) const {
    value.value = rng.next() >> rng.below(64);
  }
  template <std::size_t N, class Tag>
  void operator()(FixedBytes<N, Tag>& value) const {
    fill(value.bytes);
  }
  void operator()(std::array<std::uint8_t, 16>& value) const { fill(value); }
  void operator()(Bytes& value) const {
    value.resize(rng.below(40));
    fill(value);
  }
  void operator()(std::string& value) const {
    const char* pieces[] = {"a", "\"", "\\", "/", "\n", "\x01", "\xc3\xa4", "\xf0\x9f\x98\x80", "\x7f", " "};
    for (std::size_t left = rng.below(8); left > 0; --left) value += pieces[rng.below(std::size(pieces))];
    if (rng.chance(20)) value.push_back('\0');
  }
  void operator()(std::vector<Address>& value) const {
    value.resize(rng.below(4));
    for (Address& address : value) (*this)(address);
  }
  template <std::size_t N>
  void operator()(BasicPublicKey<N>& value) const {
    value.algorithm = static_cast<KeyAlgorithm>(rng.below(2));
    fill(std::span(value.storage).first(value.size()));
  }
  template <bcs::Enum T>
  void operator()(T& value) const {
    auto [first, last] = bcs_enum_range(T{});
    value = static_cast<T>(rng.below(static_cast<std::size_t>(last) + 1 - static_cast<std::size_t>(first)));
  }
  template <bcs::Struct T>
  void operator()(T& value) const {
    std::apply([this](auto&... field) { ((*this)(field), ...); }, value.bcs_fields());
  }
};

// Calls visit with an empty one of every kind of every contract.
template <class Visit>
void for_each_kind(Visit visit) {
  auto of_contract = [&]<class Contract>(Contract) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (visit.template operator()<Contract>(std::variant_alternative_t<I, Contract>{}), ...);
    }(std::make_index_sequence<std::variant_size_v<Contract>>{});
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (of_contract(std::variant_alternative_t<I, Body>{}), ...);
  }(std::make_index_sequence<kContracts>{});
}

SignedTransaction sample() {
  const KeyPair alice = test::test_keys("alice");
  Transaction transaction{ChainId{{1}}, alice.address(), Height{1200}, 0xffffffffffffffff,
                          TokensBody{Transfer{test::test_keys("bob").address(), Tokens{5}}}};
  return sign_transaction(std::move(transaction), alice.signing);
}

std::string why(const nlohmann::json& json) {
  auto read = read_signed_transaction(json);
  return read ? "good" : std::string(error_name(read.error().code())) + ": " + read.error().message();
}

}  // namespace

TEST_CASE("Reading what was written gives the same bytes, for every kind of transaction") {
  test::Rng rng(7);
  std::set<std::string> kinds;
  std::size_t visited = 0;
  for_each_kind([&]<class ContractBody, class Asked>(Asked) {
    ++visited;
    for (int i = 0; i < 200; ++i) {
      SignedTransaction made;
      Asked asked;
      Randomiser{rng}(asked);
      Randomiser{rng}(made.transaction.chain);
      Randomiser{rng}(made.transaction.sender);
      Randomiser{rng}(made.transaction.valid_until);
      Randomiser{rng}(made.transaction.salt);
      made.transaction.body = ContractBody{std::move(asked)};
      Randomiser{rng}(made.key);
      Randomiser{rng}(made.signature);
      const std::string text = json_line(json_of(made));
      CAPTURE(text);
      auto back = read_signed_transaction_text(text);
      REQUIRE(back);
      CHECK(bcs::encode(*back) == bcs::encode(made));
      auto unsigned_back = read_transaction_text(json_line(json_of(made.transaction)));
      REQUIRE(unsigned_back);
      CHECK(bcs::encode(*unsigned_back) == bcs::encode(made.transaction));
      kinds.insert(body_name(made.transaction.body));
    }
  });
  CHECK(kinds.size() == visited);
}

TEST_CASE("Every field of every body has a member of its own") {
  for_each_kind([]<class ContractBody, class Asked>(Asked asked) {
    const OrderedJson json = json_of(Body{ContractBody{asked}});
    CAPTURE(json.dump());
    CHECK(json["body"].is_object());
    CHECK(json["body"].size() == std::tuple_size_v<decltype(asked.bcs_fields())>);
  });
}

TEST_CASE("A transaction looks as documented") {
  const SignedTransaction made = sample();
  CHECK(json_line(json_of(made)) ==
        "{\"chain\":\"01" + std::string(62, '0') + "\",\"sender\":\"" + made.transaction.sender.text() +
            "\",\"valid_until\":1200,\"salt\":\"18446744073709551615\",\"contract\":\"tokens\",\"kind\":\"transfer\","
            "\"body\":{\"to\":\"" +
            test::test_keys("bob").address().text() + "\",\"amount\":\"5\"},\"key\":{\"algorithm\":\"ed25519\"," +
            "\"public\":\"" + to_hex(made.key.bytes()) + "\"},\"signature\":\"" + made.signature.hex() + "\"}");
}

TEST_CASE("Names stand where numbers would mean nothing") {
  Put put;
  put.kind = RecordKind::kLaboratory;
  put.nonce = {0xab};
  const OrderedJson json = json_of(Body{RecordsBody{put}});
  CHECK(json["contract"] == "records");
  CHECK(json["body"]["kind"] == "laboratory");
  CHECK(json["body"]["nonce"] == "ab" + std::string(30, '0'));
  CHECK(json["body"]["payload_bytes"] == 0);
  ReportDoubleVote report;
  report.first.ballot.type = VoteType::kViewChange;
  const OrderedJson vote = json_of(Body{StakeBody{report}});
  CHECK(vote["body"]["first"]["ballot"]["type"] == "view_change");
  CHECK(json_of(test::test_keys("p", KeyAlgorithm::kP256).signing.public_key())["algorithm"] == "p256");
}

TEST_CASE("What is wrong is named by its JSON pointer") {
  auto changed = [](const char* pointer, nlohmann::json value) {
    auto json = nlohmann::json::parse(json_line(json_of(sample())));
    json[nlohmann::json::json_pointer(pointer)] = std::move(value);
    return why(json);
  };
  CHECK(changed("/salt", "1") == "good");  // form only
  CHECK(changed("/salt", 1).starts_with("malformed: /salt: expected a string of decimal digits"));
  CHECK(changed("/body/amount", 5).starts_with("malformed: /body/amount: expected a string of decimal digits"));
  CHECK(changed("/body/amount", "-5").starts_with("malformed: /body/amount: "));
  CHECK(changed("/body/amount", "18446744073709551616").starts_with("malformed: /body/amount: "));
  CHECK(changed("/body/to", "med1").starts_with("malformed: /body/to: expected an address (med1...), not \"med1\""));
  CHECK(changed("/body/memo", "x") == "malformed: /body/memo: unknown here");
  CHECK(changed("/memo", "x") == "malformed: /memo: unknown here");
  CHECK(changed("/valid_until", "1200").starts_with("malformed: /valid_until: expected a whole number"));
  CHECK(changed("/valid_until", -1).starts_with("malformed: /valid_until: "));
  CHECK(changed("/valid_until", 1.5) ==
        "malformed: /valid_until: expected a whole number from 0 to "
        "18446744073709551615, not 1.5");
  CHECK(changed("/contract", "money") ==
        "malformed: /contract: expected tokens, stake, registry, records or consent, not \"money\"");
  CHECK(changed("/contract", "stake") == "malformed: /kind: \"transfer\" is no kind of the contract stake");
  CHECK(changed("/kind", "Transfer") == "malformed: /kind: \"Transfer\" is no kind of the contract tokens");
  CHECK(changed("/key/algorithm", "rsa").starts_with("malformed: /key/algorithm: unknown key algorithm"));
  CHECK(changed("/key/algorithm", "p256").starts_with("malformed: /key/public: expected 33 bytes"));
  CHECK(changed("/signature", std::string(128, 'A')).starts_with("malformed: /signature: expected lower-case"));
  CHECK(changed("/chain", "00").starts_with("malformed: /chain: expected 32 bytes"));
  CHECK(changed("/body", nullptr) == "malformed: /body: expected an object, not null");
  for (const char* name : {"chain", "sender", "valid_until", "salt", "contract", "kind", "body", "key", "signature"}) {
    auto json = nlohmann::json::parse(json_line(json_of(sample())));
    json.erase(name);
    CHECK(why(json) == "malformed: /" + std::string(name) + ": is missing");
  }
  auto at = read_signed_transaction(nlohmann::json::object(), "/transactions/3");
  CHECK(at.error().message() == "/transactions/3/chain: is missing");
}

TEST_CASE("A submission holds the transaction, or its bytes, and its payload") {
  const SignedTransaction made = sample();
  const std::string object = json_line(json_of(made));
  auto as_object = read_submission_text("{\"transaction\":" + object + "}");
  REQUIRE(as_object);
  CHECK(as_object->transaction == bcs::encode(made));
  CHECK(as_object->payload.parts.empty());
  auto as_bytes =
      read_submission_text("{\"payload\":[\"AAE=\",\"\"],\"transaction\":\"" + to_base64(bcs::encode(made)) + "\"}");
  REQUIRE(as_bytes);
  CHECK(as_bytes->transaction == bcs::encode(made));
  CHECK(as_bytes->payload.parts == std::vector<Bytes>{{0, 1}, {}});
}

TEST_CASE("A submission that is no such thing is refused, with the place") {
  auto why = [](const std::string& text) {
    auto read = read_submission_text(text);
    return read ? "good" : read.error().message();
  };
  CHECK(why("[]") == "the whole text: expected an object, not an array");
  CHECK(why("{}") == "/transaction: is missing");
  CHECK(why("{\"transaction\":3}") == "/transaction: expected an object, or the canonical bytes in base64, not 3");
  CHECK(why("{\"transaction\":\"AA=\"}") == "/transaction: expected base64 with its padding, not \"AA=\"");
  CHECK(why("{\"transaction\":{}}") == "/transaction/chain: is missing");
  CHECK(why("{\"transaction\":\"\",\"payload\":[\"AA==\",\"!\"]}") ==
        "/payload/1: expected base64 with its padding, not \"!\"");
  CHECK(why("{\"transaction\":\"\",\"payload\":{}}") == "/payload: expected an array, not an object");
  CHECK(why("{\"transaction\":\"\",\"payloads\":[]}") == "/payloads: unknown here");
  std::string parts = "\"\"";
  for (std::size_t i = 1; i <= limits::kMaxPayloadParts; ++i) parts += ",\"\"";
  CHECK(why("{\"transaction\":\"\",\"payload\":[" + parts + "]}") == "/payload: 258 elements, at most 257 are allowed");
}

TEST_CASE("The largest transaction and payload fit the bounds of their texts") {
  Bytes part(limits::kMaxPayloadBytes, 0xaa);
  const std::string text = "{\"transaction\":\"" + to_base64(Bytes(limits::kMaxTransactionBytes)) +
                           "\",\"payload\":[\"" + to_base64(part) + "\"]}";
  auto read = read_submission_text(text);
  REQUIRE(read);
  CHECK(read->payload.bytes() == limits::kMaxPayloadBytes);
  SignedTransaction vote = sample();
  vote.transaction.body = StakeBody{Vote{std::vector<Address>(2'000)}};  // addresses double in size as texts
  CHECK(read_signed_transaction_text(json_line(json_of(vote))));
}
