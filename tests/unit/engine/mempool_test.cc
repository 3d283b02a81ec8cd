#include "mempool.h"

#include "network.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Mempool::Entry entry(const KeyPair& sender, std::uint64_t salt, std::uint64_t valid_until = 100, bool local = false) {
  Transaction transaction{{}, sender.address(), Height{valid_until}, salt, TokensBody{Transfer{sender.address(), {1}}}};
  TxPtr made = make_transaction(sign_transaction(transaction, sender.signing));
  return {made, std::make_shared<Submission>(Submission{made->bytes, {}}), local, 0};
}

}  // namespace

TEST_CASE("The mempool keeps order of arrival, and each transaction once") {
  Mempool pool({100, 1 << 20, 100});
  KeyPair a = test_keys("a");
  std::vector<TxId> ids;
  for (std::uint64_t i = 0; i < 10; ++i) {
    auto e = entry(a, i);
    ids.push_back(e.transaction->id);
    REQUIRE(pool.add(e));
    REQUIRE(pool.add(e));
  }
  CHECK(pool.size() == 10);
  auto chosen = pool.select({});
  for (std::size_t i = 0; i < 10; ++i) CHECK(chosen[i]->id == ids[i]);
  pool.remove(ids[3]);
  CHECK(pool.find(ids[3]) == nullptr);
  CHECK(pool.select({})[3]->id == ids[4]);
}

TEST_CASE("The mempool is bounded by count, bytes and sender, and gives the room back") {
  KeyPair a = test_keys("a");
  KeyPair b = test_keys("b");
  Mempool pool({5, 1 << 20, 3});
  for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(pool.add(entry(a, i)));
  CHECK(pool.add(entry(a, 3)).error().code() == ErrorCode::kUnavailable);
  REQUIRE(pool.add(entry(b, 0)));
  REQUIRE(pool.add(entry(b, 1)));
  CHECK(pool.add(entry(b, 2)).error().code() == ErrorCode::kUnavailable);
  pool.remove(entry(a, 0).transaction->id);
  CHECK(pool.add(entry(b, 2)).ok());

  Mempool small({100, 1000, 100});
  std::uint64_t added = 0;
  while (small.add(entry(a, added))) ++added;
  CHECK(added > 0);
  CHECK(added < 10);
  CHECK(small.bytes() <= 1000);
  for (std::uint64_t i = 0; i < added; ++i) small.remove(entry(a, i).transaction->id);
  CHECK(small.bytes() == 0);
}

TEST_CASE("What no later block may contain is dropped, at the very height") {
  KeyPair a = test_keys("a");
  Mempool pool({100, 1 << 20, 100});
  REQUIRE(pool.add(entry(a, 1, 10)));
  REQUIRE(pool.add(entry(a, 2, 11)));
  pool.expire(Height{10});
  CHECK(pool.size() == 2);
  pool.expire(Height{11});
  CHECK(pool.size() == 1);
}

TEST_CASE("A block takes what fits its limits") {
  KeyPair a = test_keys("a");
  Mempool pool({100, 1 << 20, 100});
  for (std::uint64_t i = 0; i < 20; ++i) REQUIRE(pool.add(entry(a, i)));
  Parameters parameters;
  parameters.max_block_transactions = 7;
  CHECK(pool.select(parameters).size() == 7);
  parameters.max_block_bytes = static_cast<std::uint32_t>(entry(a, 0).transaction->bytes.size() * 3);
  CHECK(pool.select(parameters).size() == 3);
}

TEST_CASE("A block takes the payloads that fit its limit, and later small ones in the place of one that does not") {
  KeyPair a = test_keys("a");
  Mempool pool({100, 1 << 20, 100});
  std::vector<TxId> ids;
  for (std::size_t size : {600, 600, 300, 100, 1}) {
    auto e = entry(a, ids.size());
    e.submission = std::make_shared<Submission>(Submission{e.transaction->bytes, {{Bytes(size, 7)}}});
    ids.push_back(e.transaction->id);
    REQUIRE(pool.add(e));
  }
  Parameters parameters;
  parameters.max_block_payload_bytes = 1000;
  std::vector<TxId> chosen;
  for (const TxPtr& transaction : pool.select(parameters)) chosen.push_back(transaction->id);
  CHECK(chosen == std::vector<TxId>{ids[0], ids[2], ids[3]});
}

TEST_CASE("Only clients' transactions are relayed again, each once per interval") {
  KeyPair a = test_keys("a");
  Mempool pool({100, 1 << 20, 100});
  REQUIRE(pool.add(entry(a, 1, 100, true)));
  REQUIRE(pool.add(entry(a, 2, 100, false)));
  CHECK(pool.take_unrelayed(5, 10, 100).size() == 1);
  CHECK(pool.take_unrelayed(5, 10, 100).empty());
  CHECK(pool.take_unrelayed(11, 20, 100).size() == 1);
  for (std::uint64_t i = 3; i < 6; ++i) REQUIRE(pool.add(entry(a, i, 100, true)));
  CHECK(pool.take_unrelayed(21, 30, 3).size() == 3);  // so many at a time
  CHECK(pool.take_unrelayed(21, 30, 3).size() == 1);
}
