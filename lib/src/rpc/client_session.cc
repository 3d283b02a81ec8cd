#include "client_session.h"

#include <kj/debug.h>

#include <algorithm>

#include "channel.h"
#include "convert.h"

namespace medchain::rpc {
namespace {

constexpr std::size_t kMaxSubmits = 10'000;  // calls of one connection at a time
constexpr std::size_t kMaxTurns = 1'000;
constexpr std::size_t kMaxSubmissions = 10'000;  // in one call
constexpr std::uint64_t kMaxWaitMs = 3'600'000;

Error too_many(std::string_view what) {
  return {ErrorCode::kUnavailable, "too many " + std::string(what) + " at once on one connection; wait for answers"};
}

template <class Context, class T>
void give(Context& context, const Result<T>& result) {
  const auto& encoded = encode_answer(result);
  set_answer(context.getResults(room_for(encoded)).initAnswer(), encoded);
}

template <class Context>
void give_all(Context& context, std::size_t count, const Host::SubmitResults& results) {
  std::vector<Result<Bytes>> encoded;
  std::uint64_t words = 8;
  for (std::size_t i = 0; i < count; ++i) {
    encoded.push_back(i < results.size() ? encode_answer(results[i]) : Error(ErrorCode::kInternal, "no result"));
    words += words_of(encoded.back());
  }
  auto answers = context.getResults(capnp::MessageSize{words, 0}).initAnswers(static_cast<capnp::uint>(count));
  for (capnp::uint i = 0; i < answers.size(); ++i) set_answer(answers[i], encoded[i]);
}

}  // namespace

ClientSession::ClientSession(Host& host, kj::Timer& timer, std::optional<Identity> caller, LifelinePtr lifeline)
    : host_(host), timer_(timer), answers_(host, std::move(caller)), lifeline_(std::move(lifeline)), tasks_(*this) {}

void ClientSession::require_alive() const {
  KJ_REQUIRE(lifeline_->connection != nullptr, "the connection has ended");
  if (!answers_.caller()) lifeline_->connection->let_in(false);  // a guest may ask on and on, a little at a time
}

kj::Promise<void> ClientSession::submit(SubmitContext context) {
  require_alive();
  auto list = context.getParams().getSubmissions();
  const auto count = list.size();
  auto refuse = [&](const Error& why) -> kj::Promise<void> {
    give_all(context, count, Host::SubmitResults(count, Result<TxId>(why)));
    return kj::READY_NOW;
  };
  KJ_REQUIRE(count <= kMaxSubmissions, "too many submissions in one call");
  if (auto allowed = answers_.visibility(); !allowed) return refuse(allowed.error());
  if (submits_ >= kMaxSubmits) return refuse(too_many("submissions"));
  std::vector<Submission> submissions;
  for (auto item : list) {
    auto decoded = bcs::decode<Submission>(to_view(item));
    if (!decoded) return refuse(decoded.error().in("submission " + std::to_string(submissions.size())));
    submissions.push_back(std::move(*decoded));
  }
  context.releaseParams();
  ++submits_;
  auto answered = host_.submit(std::move(submissions)).then([context, count](auto results) mutable {
    give_all(context, count, results);
  });
  return lifeline_->calls.wrap(kj::mv(answered)).attach(kj::defer([this] { --submits_; }));
}

kj::Promise<void> ClientSession::waitReceipt(WaitReceiptContext context) {
  require_alive();
  auto params = context.getParams();
  auto id = TxId::from(to_view(params.getTransaction()), "transaction id");
  auto allowed = answers_.visibility();
  std::optional<Error> refused;
  if (!allowed)
    refused = allowed.error();
  else if (!id)
    refused = id.error();
  else if (waits_ >= kMaxWaits)
    refused = too_many("waits");
  if (refused) {
    give(context, Result<Receipt>(*refused));
    return kj::READY_NOW;
  }
  const auto within = std::min(params.getWithinMs(), kMaxWaitMs) * kj::MILLISECONDS;
  context.releaseParams();
  ++waits_;
  auto overdue = timer_.afterDelay(within).then(
      [] { return Result<Receipt>(Error(ErrorCode::kTimeout, "the transaction is not final yet")); });
  auto receipt = host_.wait_receipt(*id).exclusiveJoin(kj::mv(overdue));
  return lifeline_->calls.wrap(receipt.then([context](Result<Receipt> result) mutable { give(context, result); }))
      .attach(kj::defer([this] { --waits_; }));
}

kj::Promise<void> ClientSession::in_turn(kj::Function<void()> answer) {
  require_alive();
  if (turns_.empty() && !lifeline_->connection->overfull()) {
    answer();
    return kj::READY_NOW;
  }
  KJ_REQUIRE(turns_.size() < kMaxTurns, "too many calls without reading their answers");
  auto pair = kj::newPromiseAndFulfiller<void>();
  turns_.push_back({kj::mv(answer), kj::mv(pair.fulfiller)});
  if (!serving_turns_) {
    serving_turns_ = true;
    tasks_.add(lifeline_->calls.wrap(serve_turns()));
  }
  return lifeline_->calls.wrap(kj::mv(pair.promise));
}

kj::Promise<void> ClientSession::serve_turns() {
  if (turns_.empty()) {
    serving_turns_ = false;
    return kj::READY_NOW;
  }
  return lifeline_->connection->when_free().then([this] {
    Turn turn = std::move(turns_.front());
    turns_.pop_front();
    turn.answer();
    turn.done->fulfill();
    return serve_turns();
  });
}

void ClientSession::taskFailed(kj::Exception&&) { turns_.clear(); }

kj::Promise<void> ClientSession::status(StatusContext context) {
  return in_turn([this, context]() mutable { give(context, Result<NodeStatus>(answers_.status())); });
}

kj::Promise<void> ClientSession::committee(CommitteeContext context) {
  return in_turn([this, context]() mutable { give(context, Result<Committee>(answers_.committee())); });
}

kj::Promise<void> ClientSession::block(BlockContext context) {
  return in_turn([this, context]() mutable {
    auto params = context.getParams();
    give(context, answers_.block(params.getLatest() ? host_.engine().height() : Height{params.getHeight()}));
  });
}

kj::Promise<void> ClientSession::transaction(TransactionContext context) {
  return in_turn([this, context]() mutable {
    auto id = TxId::from(to_view(context.getParams().getId()), "transaction id");
    give(context, id ? answers_.transaction(*id) : id.error());
  });
}

kj::Promise<void> ClientSession::receiptProof(ReceiptProofContext context) {
  return in_turn([this, context]() mutable {
    auto id = TxId::from(to_view(context.getParams().getId()), "transaction id");
    give(context, id ? answers_.receipt_proof(*id) : id.error());
  });
}

kj::Promise<void> ClientSession::account(AccountContext context) {
  return in_turn([this, context]() mutable {
    auto address = FixedBytes<32, AddressTag>::from(to_view(context.getParams().getAddress()), "address");
    give(context, address ? answers_.account(Address{*address}) : address.error());
  });
}

kj::Promise<void> ClientSession::record(RecordContext context) {
  return in_turn([this, context]() mutable {
    auto id = RecordId::from(to_view(context.getParams().getId()), "record id");
    give(context, id ? answers_.record(*id) : id.error());
  });
}

kj::Promise<void> ClientSession::fetch(FetchContext context) {
  return in_turn([this, context]() mutable {
    auto id = RecordId::from(to_view(context.getParams().getId()), "record id");
    give(context, id ? answers_.fetch(*id) : id.error());
  });
}

kj::Promise<void> ClientSession::stateProof(StateProofContext context) {
  return in_turn([this, context]() mutable {
    auto params = context.getParams();
    auto proof = answers_.state_proof(params.getContract(), to_view(params.getKey()));
    give(context, proof ? Result<Bytes>(proof->encode()) : proof.error());
  });
}

struct ClientSession::Subscriber {
  SubscribeContext context;
  EventFilter filter;
  EventPosition next;
  kj::TimePoint until;
  std::optional<Result<EventBatch>> batch{};
};

kj::Promise<void> ClientSession::subscribe(SubscribeContext context) {
  require_alive();
  auto params = context.getParams();
  auto filter = bcs::decode<EventFilter>(to_view(params.getFilter()));
  Result<EventPosition> next = EventPosition{host_.engine().height().next(), 0};
  if (params.hasNext()) next = bcs::decode<EventPosition>(to_view(params.getNext()));
  std::optional<Error> refused;
  if (!filter)
    refused = filter.error().in("the filter");
  else if (!next)
    refused = next.error().in("the position");
  else if (waits_ >= kMaxWaits)
    refused = too_many("waits");
  if (refused) {
    give(context, Result<EventBatch>(*refused));
    return kj::READY_NOW;
  }
  const auto until = timer_.now() + std::min(params.getWithinMs(), kMaxWaitMs) * kj::MILLISECONDS;
  context.releaseParams();
  ++waits_;
  auto subscriber = kj::heap<Subscriber>(Subscriber{context, *filter, *next, until});
  auto told = tell_events(*subscriber);
  return lifeline_->calls.wrap(told.attach(kj::mv(subscriber))).attach(kj::defer([this] { --waits_; }));
}

// Between two batches without an event, and before each block, others have their turn.
kj::Promise<void> ClientSession::tell_events(Subscriber& subscriber) {
  auto look = [this, &subscriber] {
    subscriber.batch = answers_.events(subscriber.next, subscriber.filter);
    const auto& batch = *subscriber.batch;
    if (batch && batch->events.empty() && timer_.now() < subscriber.until) return;
    give(subscriber.context, batch);
    subscriber.batch.reset();
  };
  return in_turn(kj::mv(look)).then([this, &subscriber]() -> kj::Promise<void> {
    if (!subscriber.batch) return kj::READY_NOW;
    subscriber.next = (*subscriber.batch)->next;
    auto more = subscriber.next.height <= host_.engine().height()
                    ? timer_.afterDelay(1 * kj::MICROSECONDS)
                    : host_.next_block().exclusiveJoin(timer_.atTime(subscriber.until));
    return more.then([this, &subscriber] { return tell_events(subscriber); });
  });
}

}  // namespace medchain::rpc
