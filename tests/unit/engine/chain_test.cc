#include "chain.h"

#include "network.h"
#include "support/certificates.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct ChainFixture {
  TestGenesis made = make_test_genesis(5);
  Chain chain = *Chain::from_genesis(made.genesis, real_signatures());
  std::uint64_t salt = 0;

  TxPtr transfer(std::uint64_t amount) {
    const KeyPair& from = made.validators[0].institution;
    return make_transaction(sign_transaction({chain.id(), from.address(), Height{chain.height().value + 50}, ++salt,
                                              TokensBody{Transfer{made.validators[1].node.address(), Tokens{amount}}}},
                                             from.signing));
  }
  Certificate certify(const BlockHeader& header, View view) const {
    return test::certify(made, chain.committee(), {header.round, header.height, view, VoteType::kCommit, header.hash()},
                         chain.committee().quorum());
  }
  Transition compose(std::vector<TxPtr> transactions = {}) {
    std::vector<TxId> rejected;
    return chain.compose(transactions, chain.committee().order[0].validator, made.genesis.time_ms + 5, rejected);
  }
  void append(View view, std::vector<TxPtr> transactions = {}) {
    Transition t = compose(std::move(transactions));
    Certificate certificate = certify(t.block->header, view);
    chain.commit(std::move(t), certificate);
  }
  std::string refusal(Block block) {
    block.header.transactions_root = transactions_root(block.transactions);
    block.header.transaction_count = static_cast<std::uint32_t>(block.transactions.size());
    auto result = chain.execute(std::make_shared<Block>(std::move(block)));
    return result ? "" : result.error().message();
  }
};

}  // namespace

TEST_CASE_METHOD(ChainFixture, "What one node composes another executes to the same roots") {
  auto t = compose({transfer(1), transfer(2)});
  auto again = chain.execute(t.block);
  REQUIRE(again);
  CHECK(again->execution.state_root == t.block->header.state_root);
  CHECK(chain.height() == Height{0});
}

TEST_CASE_METHOD(ChainFixture, "A block that breaks a rule of validity is refused, naming the rule") {
  append(View{0});
  Block good = *compose({transfer(1)}).block;
  CHECK(refusal(good) == "");
  auto with = [&](auto change) {
    Block block = good;
    change(block);
    return refusal(block);
  };
  auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(contains(with([](Block& b) { b.header.height = Height{7}; }), "certificate"));  // it names another parent
  CHECK(contains(with([](Block& b) {
                   b.header.height = Height{7};
                   b.header.parent_certificate->ballot.height = Height{6};
                 }),
                 "height 7, expected 2"));
  CHECK(contains(with([](Block& b) { b.header.parent.bytes[0] ^= 1; }), "parent"));
  CHECK(contains(with([](Block& b) { b.header.round = Round{9}; }), "round"));
  CHECK(contains(with([](Block& b) { b.header.time_ms = 1; }), "time"));
  CHECK(contains(with([&](Block& b) { b.header.producer = made.validators[4].node.address(); }), "producer"));
  CHECK(contains(with([](Block& b) { b.header.state_root.bytes[0] ^= 1; }), "state root"));
  CHECK(contains(with([](Block& b) { b.header.receipts_root.bytes[0] ^= 1; }), "receipts root"));
  CHECK(contains(with([](Block& b) { b.header.committee_set.bytes[0] ^= 1; }), "committee"));
  CHECK(contains(with([](Block& b) { b.header.committee_order.bytes[0] ^= 1; }), "committee"));
  CHECK(contains(with([](Block& b) { b.header.next_committee_set.bytes[0] ^= 1; }), "next committee"));
  CHECK(contains(with([](Block& b) { b.header.parent_certificate.reset(); }), "certificate"));
  CHECK_FALSE(with([](Block& b) { b.header.parent_certificate->signatures.pop_back(); }).empty());
  CHECK_FALSE(with([](Block& b) { b.header.parent_certificate->ballot.view = View{3}; }).empty());
  CHECK_FALSE(with([](Block& b) { b.transactions.push_back(b.transactions[0]); }).empty());
  CHECK_FALSE(with([](Block& b) { b.header.chain.bytes[0] ^= 1; }).empty());
}

TEST_CASE_METHOD(ChainFixture, "A block above the genesis' own limits is refused") {
  made.genesis.parameters.max_block_transactions = 2;
  chain = *Chain::from_genesis(made.genesis, real_signatures());
  CHECK(compose({transfer(1), transfer(2)}).block->transactions.size() == 2);
  std::vector<TxId> rejected;
  auto over = chain.compose({transfer(1), transfer(2), transfer(3)}, chain.committee().order[0].validator, 0, rejected);
  CHECK(refusal(*over.block).find("too many transactions") != std::string::npos);
}

TEST_CASE_METHOD(ChainFixture, "A block with more bytes of transactions than the genesis allows is refused") {
  made.genesis.parameters.max_block_bytes = limits::kMinBlockBytes;
  chain = *Chain::from_genesis(made.genesis, real_signatures());
  std::vector<TxPtr> transactions{transfer(1)};
  const std::size_t size = transactions[0]->bytes.size();
  while ((transactions.size() + 1) * size <= limits::kMinBlockBytes) transactions.push_back(transfer(1));
  CHECK(refusal(*compose(transactions).block) == "");
  transactions.push_back(transfer(1));
  CHECK(refusal(*compose(transactions).block).find("more bytes of transactions") != std::string::npos);
}

TEST_CASE_METHOD(ChainFixture, "A block whose payloads are above the limits is refused, one by one and together") {
  made.genesis.parameters.max_block_payload_bytes = limits::kMaxPayloadBytes + 10;
  chain = *Chain::from_genesis(made.genesis, real_signatures());
  const KeyPair& author = made.validators[0].institution;
  auto put = [&](std::uint64_t payload_bytes) {
    Put put;
    put.subject = author.address();
    put.readers = {author.address()};
    put.payload_bytes = payload_bytes;
    return make_transaction(
        sign_transaction({chain.id(), author.address(), Height{50}, ++salt, RecordsBody{put}}, author.signing));
  };
  auto refusal_of = [&](std::vector<TxPtr> transactions) { return refusal(*compose(std::move(transactions)).block); };
  CHECK(refusal_of({put(limits::kMaxPayloadBytes), put(10)}) == "");
  CHECK(refusal_of({put(limits::kMaxPayloadBytes), put(11)}).find("more bytes of payload") != std::string::npos);
  CHECK(refusal_of({put(limits::kMaxPayloadBytes + 1)}).find("a payload above the limit") != std::string::npos);
}

TEST_CASE_METHOD(ChainFixture, "The committee changes only after a round's last block, and holds exactly n heights") {
  for (std::uint64_t height = 1; height <= 12; ++height) {
    Committee before = chain.committee();
    CHECK(before.round.value == (height - 1) / 4);
    CHECK(before.covers(Height{height}));
    append(View{0});
    bool last = height % 4 == 0;
    CHECK((chain.committee().round != before.round) == last);
  }
}

TEST_CASE_METHOD(ChainFixture, "A producer whose turns pass is passed over in the next round") {
  Address silent = chain.committee().order[1].validator;
  append(View{0});
  append(View{1});  // height 2 is the second producer's: it was decided without it
  append(View{0});
  append(View{0});
  CHECK(chain.state().candidate(silent)->pass_over_rounds > 0);
  CHECK_FALSE(chain.committee().index_of(silent).has_value());  // there is a fifth candidate
}

TEST_CASE_METHOD(ChainFixture, "A transaction whose sender the same block suspends fails, and the block is valid") {
  const KeyPair& institution = made.validators[0].institution;
  KeyPair device = test_keys("device");
  add_participant(made, device, Role::kDevice, 0, "d");
  chain = *Chain::from_genesis(made.genesis, real_signatures());
  auto make = [&](const KeyPair& sender, Body body) {
    return make_transaction(sign_transaction({chain.id(), sender.address(), Height{50}, ++salt, body}, sender.signing));
  };
  TxPtr suspend = make(institution, RegistryBody{Suspend{device.address()}});
  TxPtr late = make(device, TokensBody{Transfer{institution.address(), Tokens{1}}});
  auto t = compose({suspend, late});
  CHECK(t.execution.receipts[0].status == TxStatus::kSuccess);
  CHECK(t.execution.receipts[1].status == TxStatus::kParticipantSuspended);
  CHECK(chain.execute(t.block).ok());
  Certificate certificate = certify(t.block->header, View{0});
  chain.commit(std::move(t), certificate);

  SECTION("and is left out of the next block") {
    TxPtr later = make(device, TokensBody{Transfer{institution.address(), Tokens{2}}});
    std::vector<TxId> rejected;
    auto next = chain.compose({later, suspend}, chain.committee().order[0].validator, 0, rejected);
    CHECK(next.block->transactions.empty());
    CHECK(rejected == std::vector<TxId>{later->id, suspend->id});
  }
}
