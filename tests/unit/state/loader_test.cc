#include <algorithm>

#include "data.h"
#include "state_keys.h"
#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct Stored {
  Genesis genesis;
  Height height;
  Hash root;
  std::vector<std::pair<StateKey, Bytes>> entries;
  std::vector<std::pair<Height, TxId>> ids;

  State::Loader loader() const {
    State::Loader loader(genesis, height);
    for (const auto& [key, value] : entries) loader.add(key, value);
    for (const auto& [block, id] : ids) loader.remember(block, id);
    return loader;
  }
  ErrorCode refusal() const {
    auto state = loader().finish(root);
    REQUIRE_FALSE(state);
    return state.error().code();
  }
};

// 30 blocks, each with a transfer: ten of them are beyond the window of 20.
Stored store(World& world, std::vector<TxPtr>& transactions) {
  Stored stored;
  for (int i = 0; i < 30; ++i) {
    auto transfer = TokensBody{Transfer{world.nurse.address(), Tokens{static_cast<std::uint64_t>(i + 1)}}};
    TxPtr transaction = world.make(world.doctor.address(), world.doctor.signing.public_key(), transfer,
                                   Height{world.state.height().value + 21});
    world.block({transaction, world.make(world.patient, StakeBody{Stake{Tokens{2}}}),
                 world.make(world.patient, StakeBody{Unstake{Tokens{1}}})});
    transactions.push_back(transaction);
    stored.ids.emplace_back(world.state.height(), transaction->id);
  }
  stored.genesis = world.made.genesis;
  stored.height = world.state.height();
  stored.root = world.state.root();
  world.state.for_each([&](const StateKey& key, const Bytes& value) { stored.entries.emplace_back(key, value); });
  return stored;
}

}  // namespace

TEST_CASE("a state rebuilt from its keys is the same state and goes on as it would") {
  World world;
  std::vector<TxPtr> transactions;
  Stored stored = store(world, transactions);
  std::mt19937_64 random(1);
  std::shuffle(stored.entries.begin(), stored.entries.end(), random);
  auto loaded = stored.loader().finish(stored.root);
  REQUIRE(loaded);
  CHECK(loaded->root() == stored.root);
  CHECK(loaded->height() == stored.height);
  CHECK(loaded->total_tokens() == world.state.total_tokens());
  CHECK(loaded->candidates().size() == 4);
  // Block 30's transaction is valid for 20 more: it must be refused by both, for the same reason.
  for (const TxPtr& transaction : transactions) {
    auto here = world.state.admissible(*transaction);
    auto there = loaded->admissible(*transaction);
    REQUIRE_FALSE(here);
    REQUIRE_FALSE(there);
    CHECK(here.error().message() == there.error().message());
  }
  std::vector<TxPtr> next{world.make(world.patient, StakeBody{Unstake{Tokens{1}}})};
  BlockContext context = world.next();
  for (int i = 0; i < 25; ++i) {  // past the release of what was unbonding when it was stored
    Execution here = world.execute(context, next);
    auto there = loaded->execute(context, next);
    REQUIRE(there);
    REQUIRE(here.state_root == there->state_root);
    world.state.apply(std::move(here));
    loaded->apply(std::move(*there));
    context = world.next();
    next.clear();
  }
  const std::size_t changes = loaded->changes();
  CHECK(changes > 0);
  CHECK(loaded->take_changes().size() == changes);
  CHECK(loaded->changes() == 0);
}

TEST_CASE("damage of a stored state is found") {
  World world;
  std::vector<TxPtr> transactions;
  const Stored good = store(world, transactions);
  for (std::size_t i = 0; i < good.entries.size(); ++i) {
    CAPTURE(i);
    Stored bad = good;
    bad.entries.erase(bad.entries.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(bad.refusal() == ErrorCode::kCorrupt);
    bad = good;
    bad.entries[i].second.back() ^= 1;
    CHECK(bad.refusal() == ErrorCode::kCorrupt);
    bad = good;
    bad.entries[i].second.push_back(0);
    CHECK(bad.refusal() == ErrorCode::kCorrupt);
    bad = good;
    Bytes changed = to_bytes(bad.entries[i].first.bytes);
    changed.back() ^= 0x40;
    bad.entries[i].first.bytes = KeyBytes(changed);
    CHECK(bad.refusal() == ErrorCode::kCorrupt);
  }
}

TEST_CASE("keys and ids that do not belong are refused, and say so") {
  World world;
  std::vector<TxPtr> transactions;
  const Stored good = store(world, transactions);
  auto message = [](const Stored& stored) {
    auto state = stored.loader().finish(stored.root);
    REQUIRE_FALSE(state);
    CHECK(state.error().code() == ErrorCode::kCorrupt);
    return state.error().message();
  };
  Stored bad = good;
  bad.entries.push_back(bad.entries[5]);
  CHECK(message(bad).ends_with("is stored twice"));
  bad = good;
  bad.entries.push_back({{static_cast<Contract>(200), KeyBytes(Bytes{0})}, {}});
  CHECK(message(bad).ends_with("belongs to no table"));
  for (Bytes key : {Bytes{}, Bytes{77}, Bytes{0}, Bytes(34)}) {
    bad = good;
    bad.entries.push_back({{Contract::kTokens, KeyBytes(key)}, bad.entries[0].second});
    CHECK(message(bad).ends_with("belongs to no table"));
  }
  bad = good;
  bad.entries.push_back({state_key::account(world.stranger.address()), {1, 2, 3}});
  CHECK(message(bad).starts_with("state table account: "));
  bad = good;
  bad.ids.push_back({Height{31}, transactions[29]->id});
  CHECK(message(bad) == "a transaction of block 31 in a state of block 30");
  bad = good;
  bad.ids.push_back({Height{30}, transactions[28]->id});
  CHECK(message(bad).ends_with("is in two blocks"));
  bad = good;
  bad.ids.push_back({Height{29}, TxId{}});
  CHECK(message(bad) == "the ids of block 29 come after those of block 30");
  bad = good;
  bad.root = hash_of("another root");
  CHECK(message(bad).find("has the root ") != std::string::npos);
}

TEST_CASE("ids of blocks before the window are ignored, whatever they are") {
  World world;
  std::vector<TxPtr> transactions;
  Stored stored = store(world, transactions);
  stored.ids.push_back({Height{10}, transactions[29]->id});
  stored.ids.push_back({Height{0}, transactions[29]->id});
  CHECK(stored.loader().finish(stored.root));
  stored.ids.insert(stored.ids.begin(), {Height{11}, transactions[29]->id});
  CHECK(stored.refusal() == ErrorCode::kCorrupt);
}

// So many that they enter the tree twice: when a key of another contract comes, and at the end.
TEST_CASE("a large state has the root of its definition, and a key that comes again much later is noticed") {
  constexpr std::uint64_t kAccounts = 150'000;
  People people;
  std::vector<std::pair<StateKey, Bytes>> entries;
  std::array<std::vector<state::SparseTree::Change>, kContracts> changes;
  auto add = [&](const StateKey& key, Bytes value) {
    changes[static_cast<std::size_t>(key.contract)].push_back(state::tree_change(key, value));
    entries.emplace_back(key, std::move(value));
  };
  for (std::uint64_t i = 0; i < kAccounts; ++i) {
    Account account;
    account.balance = Tokens{i};
    add(state_key::account(Address{sha256(bcs::encode(i)).bytes}), bcs::encode(account));
    if (i == kAccounts / 2) add(state_key::standing(), bcs::encode(std::vector<Address>{}));
  }
  std::vector<Hash> roots;
  for (auto& of_contract : changes) {
    std::sort(of_contract.begin(), of_contract.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    roots.push_back(state::SparseTree().prepare(of_contract).root());
  }

  const bool again = GENERATE(false, true);
  State::Loader loader(people.made.genesis, Height{0});
  for (const auto& [key, value] : entries) loader.add(key, value);
  if (again) loader.add(entries[0].first, entries[0].second);
  auto loaded = loader.finish(state::state_root(roots));
  CHECK(loaded.ok() != again);
  if (loaded) CHECK(loaded->get(entries.back().first) == entries.back().second);
}

TEST_CASE("parameters out of bounds are refused before anything divides by them") {
  People people;
  people.made.genesis.parameters.epoch_heights = 0;
  State::Loader loader(people.made.genesis, Height{0});
  CHECK_FALSE(loader.finish(Hash{}));
}
