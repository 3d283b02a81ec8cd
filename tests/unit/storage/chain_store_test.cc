#include "medchain/chain_store.h"

#include "support/catch.h"
#include "unit/storage/samples.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

struct Store {
  MemoryStorage storage;
  ChainStore chain{storage};

  void write(const Batch& batch) { REQUIRE(storage.write(batch, true)); }
  void put(Table table, const Bytes& key, const Bytes& value) {
    Batch batch;
    batch.put(table, key, value);
    write(batch);
  }
  Bytes get(Table table, const Bytes& key) {
    auto value = storage.get(table, key);
    REQUIRE(value);
    REQUIRE(*value);
    return **value;
  }
};

Bytes key_of(Height height) {
  Bytes key(8);
  for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<std::uint8_t>(height.value >> (56 - 8 * i));
  return key;
}

template <class T>
void check_corrupt(const Result<T>& result, std::string_view table) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == ErrorCode::kCorrupt);
  CHECK(result.error().message().find("table " + std::string(table) + ", key ") != std::string::npos);
}

}  // namespace

TEST_CASE("A new store holds nothing, and says so without an error") {
  Store store;
  CHECK_FALSE(*store.chain.is_initialised(sample_chain()));
  CHECK_FALSE(*store.chain.block(Height{1}));
  CHECK_FALSE(*store.chain.last_block());
  CHECK_FALSE(*store.chain.find_transaction({}));
  CHECK_FALSE(*store.chain.payload_part({}, 0));
  CHECK_FALSE(*store.chain.votes());
  CHECK(store.chain.vote_log().value().empty());
  CHECK_FALSE(*store.chain.proposal({}));
  CHECK_FALSE(*store.chain.state_point());
  CHECK(store.chain.proposals()->empty());
  CHECK(store.chain.handovers(Height{9})->empty());
  CHECK(store.chain.for_each_state_key([](const StateKey&, ByteView) { FAIL("there is none"); }));
}

TEST_CASE("A store belongs to one chain and one format") {
  Store store;
  Batch batch;
  store::initialise(batch, sample_chain());
  store.write(batch);
  CHECK(*store.chain.is_initialised(sample_chain()));

  auto other = store.chain.is_initialised(ChainId{});
  REQUIRE_FALSE(other);
  CHECK(other.error().code() == ErrorCode::kConflict);
  CHECK(other.error().message().find(sample_chain().hex()) != std::string::npos);

  SECTION("a newer format") {
    store.put(Table::kMeta, to_bytes(view("format")), bcs::encode(store::kFormatVersion + 1));
    CHECK(store.chain.is_initialised(sample_chain()).error().code() == ErrorCode::kUnsupportedVersion);
  }
  SECTION("a format without a chain") {
    Batch erase;
    erase.erase(Table::kMeta, to_bytes(view("chain")));
    store.write(erase);
    check_corrupt(store.chain.is_initialised(sample_chain()), "meta");
  }
  SECTION("a chain without a format") {
    Batch erase;
    erase.erase(Table::kMeta, to_bytes(view("format")));
    store.write(erase);
    check_corrupt(store.chain.is_initialised(sample_chain()), "meta");
  }
  SECTION("a chain id cut short") {
    store.put(Table::kMeta, to_bytes(view("chain")), Bytes(31, 0xc0));
    check_corrupt(store.chain.is_initialised(sample_chain()), "meta");
  }
}

TEST_CASE("A block comes back as it was put, with its transactions' places") {
  Store store;
  Batch batch;
  StoredBlock second = sample_block(Height{2}, 3, true);
  StoredBlock first = sample_block(Height{1}, 2);
  store::put_block(batch, first);
  store::put_block(batch, second);
  store.write(batch);

  auto read = store.chain.block(Height{2});
  REQUIRE(read);
  REQUIRE(*read);
  CHECK(bcs::encode(**read) == bcs::encode(second));
  CHECK((*read)->certified.block.hash() == second.certified.block.hash());
  CHECK(**store.chain.last_block() == Height{2});
  CHECK_FALSE(*store.chain.find_transaction(second.certified.block.transactions[0]->id));  // not before the state point

  Batch with_places;
  store::Places places;
  places.add(first.certified.block);
  places.add(second.certified.block);
  CHECK(places.size() == 5);
  CHECK(places.find(second.certified.block.transactions[2]->id)->index == 2);
  CHECK(places.find(first.certified.block.transactions[1]->id)->height == Height{1});
  CHECK_FALSE(places.find(TxId{filled(1).bytes}));
  store::put_state(with_places, {Height{2}, filled(1), sample_committee(0, 10)}, {}, places);
  store.write(with_places);
  for (std::uint32_t i = 0; i < 3; ++i) {
    auto place = store.chain.find_transaction(second.certified.block.transactions[i]->id);
    REQUIRE(*place);
    CHECK((*place)->height == Height{2});
    CHECK((*place)->index == i);
  }
  CHECK_FALSE(*store.chain.block(Height{3}));
}

TEST_CASE("Handovers are the blocks whose committee's set changed, up to the height asked for") {
  Store store;
  Batch batch;
  for (std::uint64_t height = 1; height <= 600; ++height) {
    store::put_block(batch, sample_block(Height{height}, 0, height == 4 || height == 255 || height == 256));
  }
  store.write(batch);
  CHECK(*store.chain.handovers(Height{600}) == std::vector<Height>{{4}, {255}, {256}});
  CHECK(*store.chain.handovers(Height{255}) == std::vector<Height>{{4}, {255}});
  CHECK(store.chain.handovers(Height{3})->empty());
}

TEST_CASE("A payload is whole or not there") {
  Store store;
  Payload payload{{Bytes(5000, 7), {}, {1, 2, 3}}};
  Batch batch;
  store::put_payload(batch, payload.root(), payload);
  store.write(batch);
  auto read = store.chain.payload(payload.root(), 3);
  REQUIRE(*read);
  CHECK((*read)->parts == payload.parts);
  CHECK(**store.chain.payload_part(payload.root(), 2) == Bytes{1, 2, 3});
  CHECK(**store.chain.payload_part(payload.root(), 1) == Bytes{});
  CHECK_FALSE(*store.chain.payload_part(payload.root(), 3));

  SECTION("another number of parts for the same root") {
    CHECK_FALSE(*store.chain.payload(payload.root(), 2));
    CHECK_FALSE(*store.chain.payload(payload.root(), 4));
  }
  SECTION("a part erased") {
    Batch erase;
    Bytes key = to_bytes(payload.root().view());
    append(key, Bytes{0, 1});
    erase.erase(Table::kPayloads, key);
    store.write(erase);
    CHECK_FALSE(*store.chain.payload(payload.root(), 3));
    CHECK(*store.chain.payload_part(payload.root(), 2));
  }
  SECTION("a part altered") {
    Bytes key = to_bytes(payload.root().view());
    append(key, Bytes{0, 2});
    store.put(Table::kPayloads, key, {1, 2, 4});
    CHECK_FALSE(*store.chain.payload(payload.root(), 3));
  }
}

TEST_CASE("The votes put last are the votes") {
  Store store;
  Batch batch;
  store::put_votes(batch, sample_votes(Height{3}));
  store::put_votes(batch, sample_votes(Height{4}));
  store.write(batch);
  auto votes = store.chain.votes();
  REQUIRE(*votes);
  CHECK(bcs::encode(**votes) == bcs::encode(sample_votes(Height{4})));
}

TEST_CASE("A proposal is found by its hash, and listed until it is erased") {
  Store store;
  Block third = sample_block(Height{3}, 2).certified.block;
  Block fourth = sample_block(Height{4}, 1).certified.block;
  Batch batch;
  store::put_proposal(batch, third);
  store::put_proposal(batch, fourth);
  store.write(batch);
  auto read = store.chain.proposal(third.hash());
  REQUIRE(*read);
  CHECK(bcs::encode(**read) == bcs::encode(third));
  CHECK(*store.chain.proposals() == std::set<Hash>{third.hash(), fourth.hash()});

  Batch erase;
  store::erase_proposal(erase, third.hash());
  store.write(erase);
  CHECK_FALSE(*store.chain.proposal(third.hash()));
  CHECK(*store.chain.proposals() == std::set<Hash>{fourth.hash()});

  store.put(Table::kProposals, to_bytes(filled(1).view()), bcs::encode(fourth));
  check_corrupt(store.chain.proposal(filled(1)), "proposals");
  store.put(Table::kProposals, {1, 2}, bcs::encode(fourth));
  check_corrupt(store.chain.proposals(), "proposals");
}

TEST_CASE("State keys come back in order, with the point that they stand for") {
  Store store;
  Batch batch;
  store::put_state(batch, {Height{1}, filled(1), sample_committee(0, 10)},
                   {{state_key_of(Contract::kRecords, {1}), Bytes{1}},
                    {state_key_of(Contract::kTokens, {255}), Bytes{2}},
                    {state_key_of(Contract::kTokens, {1, 2}), Bytes{}}},
                   {});
  store::put_state(
      batch, {Height{2}, filled(2), sample_committee(1, 20)},
      {{state_key_of(Contract::kTokens, {255}), std::nullopt}, {state_key_of(Contract::kConsent, {}), Bytes{3}}}, {});
  store.write(batch);

  std::vector<std::pair<StateKey, Bytes>> seen;
  CHECK(store.chain.for_each_state_key(
      [&](const StateKey& key, ByteView value) { seen.emplace_back(key, to_bytes(value)); }));
  CHECK(seen == std::vector<std::pair<StateKey, Bytes>>{{state_key_of(Contract::kTokens, {1, 2}), {}},
                                                        {state_key_of(Contract::kRecords, {1}), {1}},
                                                        {state_key_of(Contract::kConsent, {}), {3}}});
  auto point = store.chain.state_point();
  REQUIRE(*point);
  CHECK((*point)->height == Height{2});
  CHECK((*point)->root == filled(2));
  CHECK(bcs::encode((*point)->committee) == bcs::encode(sample_committee(1, 20)));

  store.put(Table::kState, {static_cast<std::uint8_t>(kContracts)}, {});
  check_corrupt(store.chain.for_each_state_key([](const StateKey&, ByteView) {}), "state");
}

TEST_CASE("Damage is an error that names its place: every value, cut, lengthened and of another version") {
  Store store;
  Batch batch;
  StoredBlock block = sample_block(Height{1}, 1);
  Hash proposal = block.certified.block.hash();
  store::put_block(batch, block);
  store::put_votes(batch, sample_votes(Height{1}));
  store::put_proposal(batch, block.certified.block);
  store::Places places;
  places.add(block.certified.block);
  store::put_state(batch, {Height{1}, filled(1), sample_committee(0, 10)}, {}, places);
  store.write(batch);

  auto damaged = [&](Table table, const Bytes& key, auto&& read) {
    const Bytes good = store.get(table, key);
    REQUIRE(read());
    std::vector<Bytes> variants{{}, good, good, good};
    variants[1].pop_back();
    variants[2].push_back(0);
    variants[3][0] = 2;
    if (table == Table::kTransactions || key == to_bytes(view("last_block"))) variants.pop_back();  // no version
    for (const Bytes& value : variants) {
      store.put(table, key, value);
      check_corrupt(read(), to_string(table));
    }
    store.put(table, key, good);
  };
  TxId id = block.certified.block.transactions[0]->id;
  damaged(Table::kBlocks, key_of(Height{1}), [&] { return store.chain.block(Height{1}); });
  damaged(Table::kMeta, to_bytes(view("last_block")), [&] { return store.chain.last_block(); });
  damaged(Table::kMeta, to_bytes(view("state_point")), [&] { return store.chain.state_point(); });
  damaged(Table::kTransactions, to_bytes(id.view()), [&] { return store.chain.find_transaction(id); });
  damaged(Table::kVotes, to_bytes(view("votes")), [&] { return store.chain.votes(); });
  damaged(Table::kProposals, to_bytes(proposal.view()), [&] { return store.chain.proposal(proposal); });
}

TEST_CASE("A block under another height, or without one receipt for each transaction, is damage") {
  Store store;
  StoredBlock block = sample_block(Height{1}, 2);
  store.put(Table::kBlocks, key_of(Height{2}), bcs::encode(block));
  check_corrupt(store.chain.block(Height{2}), "blocks");
  block.receipts.pop_back();
  store.put(Table::kBlocks, key_of(Height{1}), bcs::encode(block));
  check_corrupt(store.chain.block(Height{1}), "blocks");
}

TEST_CASE("A vote log belongs to the keys that voted in it: another's begins empty") {
  Store store;
  const SigningPublicKey first = sample_key(1).public_key(), second = sample_key(2).public_key();
  CHECK(store.chain.vote_log().value().empty());
  auto put = [&store](const std::vector<SigningPublicKey>& kept, const std::vector<SigningPublicKey>& fresh) {
    Batch batch;
    store::put_vote_log(batch, kept, fresh);
    store.write(batch);
  };
  put({}, {first});
  Batch votes;
  store::put_votes(votes, sample_votes(Height{3}));
  store.write(votes);
  put({first}, {second});
  CHECK(store.chain.vote_log().value() == std::vector{first, second});
  CHECK(*store.chain.votes());
  put({second}, {});
  CHECK(store.chain.vote_log().value() == std::vector{second});
  CHECK(*store.chain.votes());
  put({}, {first});
  CHECK(store.chain.vote_log().value() == std::vector{first});
  CHECK_FALSE(*store.chain.votes());
  store.put(Table::kMeta, to_bytes(view("vote-log")), {9});
  check_corrupt(store.chain.vote_log(), "meta");
}
