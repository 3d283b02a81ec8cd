#include "ledger_json.h"

#include <nlohmann/json.hpp>

#include "medchain/merkle.h"
#include "medchain/stages.h"
#include "support/catch.h"
#include "support/genesis.h"

using namespace medchain;
using namespace medchain::http;

namespace {

const Address kAlice = test::test_keys("alice").address();

TxPtr transfer() {
  const KeyPair alice = test::test_keys("alice");
  return make_transaction(sign_transaction(
      Transaction{ChainId{{1}}, kAlice, Height{9}, 7, TokensBody{Transfer{kAlice, Tokens{5}}}}, alice.signing));
}

Block block_of(const TxPtr& transaction) {
  Block block;
  block.header.height = Height{3};
  block.header.transaction_count = 1;
  block.header.transactions_root = transactions_root({transaction});
  block.transactions = {transaction};
  return block;
}

Certificate certificate_of(const BlockHeader& header) {
  return {{header.round, header.height, View{2}, VoteType::kCommit, header.hash()}, {{0, {}}, {2, {}}}};
}

template <class T>
std::size_t fields_of(const T& value) {
  return std::tuple_size_v<decltype(value.bcs_fields())>;
}

// As many members as the struct has fields, and `more`: none was forgotten when a field was appended.
template <class T>
void check_complete(std::size_t more = 0) {
  const OrderedJson json = json_of(T{});
  CAPTURE(json.dump());
  CHECK(json.size() == fields_of(T{}) + more);
}

}  // namespace

TEST_CASE("Every field has its member") {
  check_complete<BlockHeader>(1);  // its hash
  check_complete<Certificate>();
  check_complete<Receipt>(1);  // its sentence
  check_complete<Account>();
  check_complete<Participant>();
  check_complete<Candidate>();
  check_complete<Record>();
  check_complete<Access>();
  check_complete<Member>();
  check_complete<Parameters>();
  check_complete<rpc::NodeStatus>();
  check_complete<rpc::TransactionInfo>(1);  // readable, and as bytes
  check_complete<rpc::AccountInfo>();
  check_complete<rpc::RecordInfo>();
  check_complete<rpc::ReleasedRecord>();
  check_complete<ReceiptProof>(1);                  // its bytes
  CHECK(json_of(rpc::BlockSummary{}).size() == 3);  // the hash stands in the header
}

TEST_CASE("A block shows its header, and its transactions with their ids") {
  const TxPtr transaction = transfer();
  const Block block = block_of(transaction);
  const CertifiedBlock certified{block, certificate_of(block.header)};
  const OrderedJson json = json_of(certified);
  CHECK(json["header"]["hash"] == block.hash().hex());
  CHECK(json["header"]["height"] == 3);
  CHECK(json["header"]["producer"] == Address{}.text());
  CHECK(json["header"]["parent_certificate"].is_null());
  REQUIRE(json["transactions"].size() == 1);
  CHECK(json["transactions"][0].begin().key() == "id");
  CHECK(json["transactions"][0]["id"] == transaction->id.hex());
  OrderedJson without_id = json["transactions"][0];
  without_id.erase("id");
  auto back = read_signed_transaction_text(without_id.dump());
  REQUIRE(back);
  CHECK(bcs::encode(*back) == transaction->bytes);
  CHECK(json["certificate"]["ballot"]["type"] == "commit");
  CHECK(json["certificate"]["signatures"][1]["member"] == 2);
  CHECK(summary_of(certified).dump() == "{\"height\":3,\"hash\":\"" + block.hash().hex() +
                                            "\",\"time_ms\":0,\"round\":0,\"view\":2,\"producer\":\"" +
                                            Address{}.text() + "\",\"transaction_count\":1,\"signatures\":2}");
}

TEST_CASE("A parent's certificate is shown where there is one") {
  BlockHeader header;
  header.parent_certificate = certificate_of(BlockHeader{});
  CHECK(json_of(header)["parent_certificate"]["ballot"]["digest"] == BlockHeader{}.hash().hex());
}

TEST_CASE("A receipt says in a word and in a sentence what became of the transaction") {
  CHECK(json_of(Receipt{TxId{{1}}, TxStatus::kInsufficientBalance}).dump() ==
        "{\"id\":\"01" + std::string(62, '0') +
            "\",\"status\":\"insufficient_balance\",\"description\":\"The sender's balance is smaller than the "
            "amount.\"}");
}

TEST_CASE("A receipt proof carries its bytes beside what people read") {
  const TxPtr transaction = transfer();
  const Block block = block_of(transaction);
  ReceiptProof proof;
  proof.header = block.header;
  proof.certificate = certificate_of(block.header);
  proof.transaction = transaction->bytes;
  proof.receipt = {transaction->id, TxStatus::kSuccess};
  proof.count = 1;
  proof.handovers.push_back({block.header, proof.certificate, {{kAlice, {}}}});
  proof.receipt_path = {Hash{{9}}};
  const OrderedJson json = json_of(proof);
  auto bytes = from_base64(json["bcs"].get<std::string>());
  REQUIRE(bytes);
  CHECK(*bytes == encode_receipt_proof(proof));
  CHECK(json["transaction"]["id"] == transaction->id.hex());
  CHECK(json["receipt_path"][0] == Hash{{9}}.hex());
  CHECK(json["handovers"][0]["next_members"][0]["validator"] == kAlice.text());
}

TEST_CASE("A state proof carries bytes that verify") {
  const test::TestGenesis made = test::make_test_genesis(2);
  auto state = State::from_genesis(made.genesis);
  REQUIRE(state);
  for (const StateKey& key : {state_key::account(made.validators[0].node.address()), state_key::account(Address{})}) {
    const StateProof proof = state->prove(key);
    const OrderedJson json = json_of(proof);
    auto bytes = from_base64(json["bcs"].get<std::string>());
    REQUIRE(bytes);
    auto back = StateProof::decode(*bytes);
    REQUIRE(back);
    CHECK(verify_state_proof(*back, state->root()));
    CHECK(json["key"]["contract"] == to_string(key.contract));
    CHECK(json["key"]["bytes"] == to_hex(key.bytes));
    CHECK(json["value"].is_null() == !proof.value.has_value());
    CHECK(json["siblings"].size() == proof.siblings.size());
    CHECK(json["contract_roots"].size() == kContracts);
    CHECK(json["other_leaf"].is_null() == !proof.other_leaf.has_value());
    if (proof.other_leaf) CHECK(json["other_leaf"]["key_hash"] == proof.other_leaf->first.hex());
  }
}

TEST_CASE("What the state holds looks as documented") {
  const Account account{Tokens{UINT64_MAX}, Tokens{2}, {kAlice}, {{Epoch{3}, Tokens{4}}}};
  CHECK(json_of(account).dump() == "{\"balance\":\"18446744073709551615\",\"stake\":\"2\",\"votes\":[\"" +
                                       kAlice.text() + "\"],\"unbonding\":[{\"release\":3,\"amount\":\"4\"}]}");
  Participant participant;
  participant.role = Role::kDevice;
  participant.label = "bed 7";
  CHECK(json_of(participant)["role"] == "device");
  CHECK(json_of(participant)["label"] == "bed 7");
  CHECK(json_of(participant)["keys"]["signing"]["algorithm"] == "ed25519");
  CHECK(json_of(Candidate{{}, kAlice, Tokens{9}, 2})["votes"] == "9");
  CHECK(json_of(Record{})["kind"] == "other");
  CHECK(json_of(Access{false, kAlice, {}, 3, Height{8}}).dump() ==
        "{\"allowed\":false,\"granted_by\":\"" + kAlice.text() + "\",\"payload_root\":\"" + std::string(64, '0') +
            "\",\"part\":3,\"since\":8}");
  const Committee committee{Round{2}, Height{9}, {{kAlice, {}}, {Address{}, {}}}};
  CHECK(json_of(committee)["quorum"] == 2);
  CHECK(json_of(committee)["order"][0]["validator"] == kAlice.text());
  CHECK(json_of(Parameters{})["max_block_transactions"] == 2000);
}

TEST_CASE("What a node tells is shown, and what is missing is null") {
  rpc::NodeStatus status;
  status.network = "north";
  status.cpu_us = std::vector<std::uint64_t>(kStages + 3, 5);  // a newer node's
  const OrderedJson json = json_of(status);
  CHECK(json["network"] == "north");
  CHECK(json["cpu_us"].size() == kStages);
  CHECK(json["cpu_us"]["state_tree"] == 5);
  CHECK(json_of(rpc::AccountInfo{})["participant"].is_null());
  CHECK(json_of(rpc::AccountInfo{})["barred"].is_null());
  rpc::AccountInfo barred;
  barred.barred = Height{4};
  barred.candidate = Candidate{};
  CHECK(json_of(barred)["barred"] == 4);
  CHECK(json_of(barred)["candidate"]["pass_over_rounds"] == 0);
  CHECK(json_of(rpc::RecordInfo{})["access"].is_null());
  rpc::TransactionInfo damaged;
  damaged.transaction = {1, 2};
  CHECK(json_of(damaged)["transaction"].is_null());
  CHECK(json_of(damaged)["bcs"] == "AQI=");
  rpc::TransactionInfo info;
  info.transaction = transfer()->bytes;
  CHECK(json_of(info)["transaction"]["kind"] == "transfer");
}

TEST_CASE("A label that is not UTF-8 does not make writing throw") {
  Participant participant;
  participant.label = "\xff";
  CHECK(json_line(json_of(participant)).find("\xef\xbf\xbd") != std::string::npos);
}
