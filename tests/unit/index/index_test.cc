#include "blocks.h"

#include <algorithm>

#include "support/rng.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

std::vector<TransactionPlace> places(const IndexReader& reader, const Address& of,
                                     std::optional<TransactionPlace> behind = std::nullopt) {
  std::vector<TransactionPlace> found;
  REQUIRE(reader.transactions(of, behind, [&](const TransactionPlace& place) {
    found.push_back(place);
    return true;
  }));
  return found;
}

bool same(const std::vector<TransactionPlace>& a, const std::vector<TransactionPlace>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.height == y.height && x.index == y.index; });
}

// All pages of at most `page` records, looking at `most` at a time.
std::vector<IndexedRecord> all_records(const IndexReader& reader, const RecordFilter& filter, std::size_t page,
                                       std::size_t most) {
  std::vector<IndexedRecord> found;
  std::optional<RecordPosition> behind;
  do {
    std::size_t on_page = 0;
    auto stopped = reader.records(filter, behind, most, [&](const IndexedRecord& record) {
      found.push_back(record);
      return ++on_page < page;
    });
    REQUIRE(stopped);
    behind = *stopped;
  } while (behind);
  return found;
}

bool earlier_in_listing(const IndexedRecord& a, const IndexedRecord& b) {
  return a.time_ms != b.time_ms ? a.time_ms > b.time_ms : a.id < b.id;
}

}  // namespace

TEST_CASE("An empty index knows nothing, and says so without an error") {
  MemoryStorage storage;
  IndexReader reader(storage);
  CHECK(reader.height()->value == 0);
  CHECK_FALSE(*reader.block(filled(1)));
  CHECK(places(reader, person(1)).empty());
  CHECK(all_records(reader, {}, 10, 10).empty());
}

TEST_CASE("A block is found by its hash, and the index tells how far it goes") {
  MemoryStorage storage;
  IndexReader reader(storage);
  for (std::uint64_t height = 1; height <= 3; ++height) store_indexed(storage, sample_block(Height{height}, 2));
  CHECK(reader.height()->value == 3);
  auto found = reader.block(sample_block(Height{2}, 2).certified.block.hash());
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->value == 2);
}

TEST_CASE("Transactions are listed newest first for whom they concern: their sender, and whoever they name") {
  MemoryStorage storage;
  IndexReader reader(storage);
  const Body to_two = TokensBody{Transfer{person(2), Tokens{1}}};
  store_indexed(storage, block_of(Height{1}, {transaction_of(1, to_two, 1), transaction_of(3, to_two, 2)}));
  store_indexed(storage, block_of(Height{2}, {transaction_of(2, TokensBody{Transfer{person(2), Tokens{1}}}, 3)}));
  store_indexed(storage, block_of(Height{300}, {transaction_of(1, to_two, 4)}, TxStatus::kInsufficientBalance));
  const std::vector<TransactionPlace> of_two{{Height{300}, 0}, {Height{2}, 0}, {Height{1}, 1}, {Height{1}, 0}};
  CHECK(same(places(reader, person(2)), of_two));
  CHECK(same(places(reader, person(1)), {{Height{300}, 0}, {Height{1}, 0}}));
  CHECK(same(places(reader, person(3)), {{Height{1}, 1}}));
  CHECK(places(reader, person(4)).empty());
  for (std::size_t i = 0; i < of_two.size(); ++i) {
    const std::vector<TransactionPlace> rest(of_two.begin() + static_cast<std::ptrdiff_t>(i) + 1, of_two.end());
    CHECK(same(places(reader, person(2), of_two[i]), rest));
  }
}

TEST_CASE("Transactions about a record are listed newest first: its put, grants, revocations") {
  MemoryStorage storage;
  IndexReader reader(storage);
  const Put put = put_of(2, RecordKind::kVitals, 1000, 1);
  const RecordId id = record_id(sample_chain(), person(1), put);
  store_indexed(storage, block_of(Height{1}, {transaction_of(1, RecordsBody{put})}));
  store_indexed(storage, block_of(Height{2}, {transaction_of(2, ConsentBody{Grant{id, person(3), {}, 0}}),
                                              transaction_of(2, ConsentBody{Revoke{id, person(3)}})}));
  std::vector<TransactionPlace> found;
  REQUIRE(reader.transactions(id, std::nullopt, [&](const TransactionPlace& place) {
    found.push_back(place);
    return true;
  }));
  CHECK(same(found, {{Height{2}, 1}, {Height{2}, 0}, {Height{1}, 0}}));
}

TEST_CASE("A put that failed made no record, and is a transaction all the same") {
  MemoryStorage storage;
  IndexReader reader(storage);
  const Put put = put_of(2, RecordKind::kVitals, 1000, 1);
  store_indexed(storage, block_of(Height{1}, {transaction_of(1, RecordsBody{put})}, TxStatus::kUnknownReader));
  CHECK(all_records(reader, {}, 10, 10).empty());
  CHECK(places(reader, person(2)).size() == 1);
}

TEST_CASE("Records are listed as a plain search over all of them would, whatever the filter and the size of the page") {
  test::Rng rng(5);
  MemoryStorage storage;
  IndexReader reader(storage);
  std::vector<IndexedRecord> all;
  for (std::uint64_t height = 1; height <= 40; ++height) {
    std::vector<TxPtr> transactions;
    for (int i = 0; i < 5; ++i) {
      const auto author = static_cast<std::uint8_t>(1 + rng.below(3));
      const Put put = put_of(static_cast<std::uint8_t>(10 + rng.below(3)), static_cast<RecordKind>(rng.below(3)),
                             rng.below(60), static_cast<std::uint8_t>(all.size()));
      transactions.push_back(transaction_of(author, RecordsBody{put}, all.size()));
      all.push_back(indexed(author, put, Height{height}));
    }
    store_indexed(storage, block_of(Height{height}, std::move(transactions)));
  }
  std::sort(all.begin(), all.end(), earlier_in_listing);
  for (int i = 0; i < 300; ++i) {
    RecordFilter filter;
    if (rng.below(2) == 0) filter.subject = person(static_cast<std::uint8_t>(10 + rng.below(4)));
    if (rng.below(2) == 0) filter.author = person(static_cast<std::uint8_t>(1 + rng.below(4)));
    if (rng.below(2) == 0) filter.kind = static_cast<RecordKind>(rng.below(4));
    if (rng.below(2) == 0) filter.from_ms = rng.below(60);
    if (rng.below(2) == 0) filter.until_ms = rng.below(70);
    std::vector<IndexedRecord> expected;
    std::copy_if(all.begin(), all.end(), std::back_inserter(expected), [&](const IndexedRecord& record) {
      return (!filter.subject || record.subject == *filter.subject) &&
             (!filter.author || record.author == *filter.author) && (!filter.kind || record.kind == *filter.kind) &&
             record.time_ms >= filter.from_ms && record.time_ms < filter.until_ms;
    });
    CHECK(all_records(reader, filter, 1 + rng.below(20), 1 + rng.below(30)) == expected);
  }
}

TEST_CASE("A listing looks at no more records than it may, and goes on where it stopped") {
  MemoryStorage storage;
  IndexReader reader(storage);
  for (std::uint8_t i = 1; i <= 10; ++i) {
    const Put put = put_of(2, i == 10 ? RecordKind::kAlarm : RecordKind::kVitals, 1000 - i, i);
    store_indexed(storage, block_of(Height{i}, {transaction_of(1, RecordsBody{put})}));
  }
  const RecordFilter alarms{.subject = person(2), .kind = RecordKind::kAlarm};
  auto stopped = reader.records(alarms, std::nullopt, 4, [](const IndexedRecord&) { return true; });
  REQUIRE(stopped);
  REQUIRE(*stopped);
  CHECK((*stopped)->time_ms == 996);
  CHECK(all_records(reader, alarms, 5, 4).size() == 1);
}

TEST_CASE("A damaged entry is corruption that names its key, not a crash") {
  MemoryStorage storage;
  IndexReader reader(storage);
  const Put put = put_of(2, RecordKind::kVitals, 1000, 1);
  Batch batch;
  index::add(batch, block_of(Height{1}, {transaction_of(1, RecordsBody{put})}));
  for (auto& operation : batch.operations) {
    if (!operation.value->empty()) operation.value->pop_back();
  }
  REQUIRE(storage.write(batch, false));
  CHECK(reader.height().error().code() == ErrorCode::kCorrupt);
  auto listed = reader.records({}, std::nullopt, 10, [](const IndexedRecord&) { return true; });
  REQUIRE_FALSE(listed);
  CHECK(listed.error().message().find("table index, key 06") != std::string::npos);
}
