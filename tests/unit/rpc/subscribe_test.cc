// Client::subscribe(): what becomes final, once and in order, to those who may have it.
#include "record_network.h"

namespace medchain {
namespace {

using namespace test;
using rpc::BlockSummary;
using rpc::Event;
using rpc::EventFilter;
using rpc::EventPosition;
using rpc::Subscription;
using rpc::TransactionEvent;

constexpr EventPosition kFirst{Height{1}, 0};
constexpr EventFilter kTransactions{.blocks = false};

Subscription subscribe(rpc::Client& client, const EventFilter& filter, std::optional<EventPosition> from) {
  auto events = client.subscribe(filter, from);
  if (!events) FAIL(events.error().message());
  return std::move(*events);
}

Event next(Subscription& events) {
  auto event = events.next(30'000);
  if (!event) FAIL(event.error().message());
  return std::move(*event);
}

std::string name_of(const Event& event) { return to_string(event.at); }

// Up to the block of this height.
std::vector<std::string> names(Subscription& events, Height until) {
  std::vector<std::string> found;
  for (;;) {
    Event event = next(events);
    if (event.at.height > until) return found;
    found.push_back(name_of(event));
  }
}

Height height_of(rpc::Client& client, const TxId& id) {
  auto info = client.transaction(id);
  if (!info) FAIL(info.error().message());
  return info->height;
}

TEST_CASE("a subscriber is told of blocks and transactions, as any node has them") {
  WithRecord with;
  auto doctor = with.network.client(4, &kDoctor);
  const Height height = height_of(doctor, with.id);
  Subscription events = subscribe(doctor, {}, kFirst);
  std::vector<Event> seen;
  while (seen.empty() || seen.back().at.height <= height) seen.push_back(next(events));
  std::uint64_t blocks = 0;
  bool told = false;
  for (const Event& event : seen) {
    if (const auto* block = std::get_if<BlockSummary>(&event.what)) {
      CHECK(event.at == EventPosition{Height{++blocks}, 0});
      CHECK(block->header.height == event.at.height);
      CHECK(block->hash == block->header.hash());
    } else if (const auto& what = std::get<TransactionEvent>(event.what); what.receipt.id == with.id) {
      told = true;
      CHECK(event.at.height == height);
      CHECK(what.transaction == with.record.submission.transaction);
      CHECK(what.receipt == with.receipt);
      REQUIRE(what.record);
      CHECK(what.record->id == with.record.id);
      CHECK(what.record->record.subject == kPatient.address());
    }
  }
  CHECK(told);

  auto elsewhere = with.network.client(1, &kDoctor);
  Subscription again = subscribe(elsewhere, {}, kFirst);
  for (const Event& event : seen) CHECK(name_of(next(again)) == name_of(event));
}

TEST_CASE("a subscriber that goes on at another node misses nothing and gets nothing twice") {
  WithRecord with;
  auto first = with.network.client(0, &kDoctor);
  const Height until = height_of(first, with.id);
  Subscription whole = subscribe(first, {}, kFirst);
  const std::vector<std::string> expected = names(whole, until);
  std::vector<std::string> seen;
  EventPosition position = kFirst;
  for (std::size_t node = 0; seen.size() < expected.size(); node = (node + 1) % 5) {
    auto client = with.network.client(node, &kDoctor);
    Subscription events = subscribe(client, {}, position);
    seen.push_back(name_of(next(events)));
    position = events.position();
  }
  CHECK(seen == expected);
}

TEST_CASE("filters and visibility decide what a subscriber is told") {
  WithRecord with;
  auto doctor = with.network.client(0, &kDoctor);
  auto told = [&](rpc::Client& client, EventFilter filter) {
    filter.blocks = true;  // so that it ends
    Subscription events = subscribe(client, filter, kFirst);
    const Height until = height_of(doctor, with.id);
    for (;;) {
      Event event = next(events);
      if (event.at.height > until) return false;
      const auto* what = std::get_if<TransactionEvent>(&event.what);
      if (what != nullptr && what->receipt.id == with.id) return true;
    }
  };
  CHECK(told(doctor, {}));
  CHECK(told(doctor, {.contract = Contract::kRecords}));
  CHECK_FALSE(told(doctor, {.contract = Contract::kTokens}));
  CHECK(told(doctor, {.kind = RecordKind::kVitals}));
  CHECK_FALSE(told(doctor, {.kind = RecordKind::kAlarm}));
  CHECK(told(doctor, {.subject = kPatient.address()}));
  CHECK_FALSE(told(doctor, {.subject = kDoctor.address()}));
  CHECK(told(doctor, {.device = kGateway.address()}));
  CHECK_FALSE(told(doctor, {.device = kPatient.address()}));
  CHECK_FALSE(told(doctor, {.transactions = false}));
  auto stranger = with.network.client(0, &kOtherDoctor);
  CHECK_FALSE(told(stranger, {}));
}

TEST_CASE("a guest subscribes to blocks and to nothing else") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto guest = network.client(0, nullptr);
  Subscription events = subscribe(guest, {.transactions = false}, {});
  const Event first = next(events);
  CHECK(name_of(next(events)) == to_string(EventPosition{first.at.height.next(), 0}));
  CHECK(guest.subscribe().error().code() == ErrorCode::kPermissionDenied);
  CHECK(guest.subscribe({.transactions = false, .kind = RecordKind::kAlarm}).error().code() ==
        ErrorCode::kPermissionDenied);
}

TEST_CASE("a subscriber waits for what is to come, and hears when it is suspended or the node goes") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto doctor = network.client(0, &kDoctor);
  Subscription events = subscribe(doctor, kTransactions, {});
  CHECK(events.next(10).error().code() == ErrorCode::kTimeout);
  auto gateway = network.client(1, &kGateway);
  const TxId id =
      accepted(gateway, {submission(network, kGateway, TokensBody{Transfer{kDoctor.address(), Tokens{1}}})});
  CHECK(std::get<TransactionEvent>(next(events).what).receipt.id == id);

  Subscription gateways = subscribe(gateway, kTransactions, {});
  const KeyPair& hospital = network.made().validators[0].institution;
  auto institution = network.client(2, &hospital);
  accepted(institution, {submission(network, hospital, RegistryBody{Suspend{kDoctor.address()}})});
  for (;;) {
    auto event = events.next(30'000);
    if (event) continue;  // the suspension itself names the doctor
    CHECK(event.error().code() == ErrorCode::kPermissionDenied);
    break;
  }
  network.stop(1);
  for (;;) {
    auto event = gateways.next(30'000);
    if (event) continue;
    CHECK(event.error().code() == ErrorCode::kUnavailable);
    break;
  }
  CHECK(gateways.next(0).error().code() == ErrorCode::kUnavailable);
}

TEST_CASE("a history of more than one batch comes whole") {
  RpcNetwork network(genesis(4, 4), 4);
  network.start_all();
  auto gateway = network.client(0, &kGateway);
  std::vector<Submission> batch;
  const std::size_t count = 3'000;
  for (std::uint64_t salt = 0; salt < count; ++salt) {
    Transaction transaction{network.chain(), kGateway.address(), Height{500}, salt,
                            TokensBody{Transfer{kDoctor.address(), Tokens{1}}}};
    batch.push_back({bcs::encode(sign_transaction(std::move(transaction), kGateway.signing)), {}});
  }
  auto results = gateway.submit(std::move(batch));
  REQUIRE(results);
  Subscription events = subscribe(gateway, kTransactions, kFirst);
  std::vector<EventPosition> seen;
  while (seen.size() < count) seen.push_back(next(events).at);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("positions are read as they are written, and nothing else is") {
  for (const EventPosition& position : {kFirst, EventPosition{Height{812}, 3}, EventPosition{Height{UINT64_MAX}, 7}}) {
    CHECK(*rpc::parse_event_position(to_string(position)) == position);
  }
  for (const char* text : {"", "-", "1", "1-", "-1", "1-2-3", "a-1", "1-b", " 1-2", "1-2 ", "18446744073709551616-0"}) {
    CHECK(rpc::parse_event_position(text).error().code() == ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace medchain
