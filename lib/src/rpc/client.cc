#include "medchain/rpc/client.h"

#include <algorithm>

#include "client_loop.h"
#include "medchain/limits.h"

namespace medchain::rpc {
namespace {

constexpr std::size_t kCallBytes = 8 * 1024 * 1024;  // of submissions in one call; larger batches take several
constexpr std::size_t kCallSubmissions = 1000;
constexpr std::size_t kMaxSubmissionBytes = limits::kMaxTransactionBytes + limits::kMaxPayloadBytes + 16 * 1024;

constexpr std::uint64_t kEventWaitMs = 20'000;  // of one call; then the subscription asks again

using SubmitResults = std::vector<Result<TxId>>;

// One encoded call, and where its results belong.
struct SubmitCall {
  std::vector<Bytes> submissions;
  std::vector<std::size_t> places;
  std::size_t bytes = 0;
};

kj::Promise<Result<SubmitResults>> send_call(schema::ClientService::Client& session, const SubmitCall& call) {
  auto request = session.submitRequest(capnp::MessageSize{call.bytes / 8 + 4 * call.submissions.size() + 64, 0});
  auto list = request.initSubmissions(static_cast<capnp::uint>(call.submissions.size()));
  for (capnp::uint i = 0; i < list.size(); ++i) list.set(i, to_data(call.submissions[i]));
  return request.send().then([expected = call.submissions.size()](auto&& response) -> Result<SubmitResults> {
    SubmitResults results;
    for (auto answer : response.getAnswers()) results.push_back(decode_answer<TxId>(answer, "the node's answer"));
    if (results.size() != expected) {
      return Error(ErrorCode::kMalformed, "the node answered another number of submissions than were sent");
    }
    return results;
  });
}

// Splits a batch into calls; what no node would take is answered in `results` without being sent.
std::vector<SubmitCall> plan_calls(const std::vector<Submission>& submissions, SubmitResults& results) {
  std::vector<SubmitCall> calls;
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    results.push_back(Error(ErrorCode::kInternal, "no answer"));
    Bytes encoded = bcs::encode(submissions[i]);
    if (encoded.size() > kMaxSubmissionBytes) {
      results[i] = Error(ErrorCode::kTooLarge, "a transaction and its payload of " + std::to_string(encoded.size()) +
                                                   " bytes: at most " + std::to_string(kMaxSubmissionBytes));
      continue;
    }
    if (calls.empty() || calls.back().bytes + encoded.size() > kCallBytes ||
        calls.back().submissions.size() >= kCallSubmissions) {
      calls.emplace_back();
    }
    calls.back().bytes += encoded.size();
    calls.back().places.push_back(i);
    calls.back().submissions.push_back(std::move(encoded));
  }
  return calls;
}

Result<SubmitResults> gather(const std::vector<SubmitCall>& calls, SubmitResults results,
                             kj::Array<Result<SubmitResults>> answers) {
  for (std::size_t c = 0; c < calls.size(); ++c) {
    if (!answers[c]) return answers[c].error();
    for (std::size_t i = 0; i < calls[c].places.size(); ++i) results[calls[c].places[i]] = std::move((*answers[c])[i]);
  }
  return results;
}

}  // namespace

struct Client::Impl {
  std::unique_ptr<ClientLoop> loop;
  std::uint64_t timeout_ms = 0;

  // Most calls: a request made by `make(session)`, answered with the BCS of a T.
  template <class T, class Make>
  std::future<Result<T>> ask(Make make, std::uint64_t extra_ms = 0) {
    return loop->call<T>(
        [make = std::move(make)](schema::ClientService::Client& session) -> kj::Promise<Result<T>> {
          return make(session).send().then(
              [](auto&& response) { return decode_answer<T>(response.getAnswer(), "the node's answer"); });
        },
        std::min(timeout_ms, kMaxTimeoutMs) + extra_ms);
  }
};

Client::Client(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(ClientConfig config) {
  auto loop = ClientLoop::open(config);
  if (!loop) return loop.error();
  auto impl = std::make_shared<Impl>();
  impl->loop = std::move(*loop);
  impl->timeout_ms = config.timeout_ms;
  return Client(std::move(impl));
}

const Address& Client::node() const { return impl_->loop->welcome().node; }
const ChainId& Client::chain() const { return impl_->loop->welcome().chain; }

std::future<Result<SubmitResults>> Client::submit_async(std::vector<Submission> submissions) {
  SubmitResults results;
  auto calls = std::make_shared<const std::vector<SubmitCall>>(plan_calls(submissions, results));
  return impl_->loop->call<SubmitResults>(
      [calls, results = std::move(results)](schema::ClientService::Client& session) mutable {
        kj::Vector<kj::Promise<Result<SubmitResults>>> answers;
        for (const SubmitCall& call : *calls) answers.add(send_call(session, call));
        return kj::joinPromises(answers.releaseAsArray()).then([calls, results = std::move(results)](auto all) mutable {
          return gather(*calls, std::move(results), kj::mv(all));
        });
      },
      impl_->timeout_ms);
}

std::future<Result<Receipt>> Client::wait_receipt_async(const TxId& id, std::uint64_t within_ms) {
  auto make = [id, within_ms](schema::ClientService::Client& session) {
    auto request = session.waitReceiptRequest();
    request.setTransaction(to_data(id.bytes));
    request.setWithinMs(within_ms);
    return request;
  };
  return impl_->ask<Receipt>(make, std::min(within_ms, kMaxTimeoutMs));
}

std::future<Result<NodeStatus>> Client::status_async() {
  return impl_->ask<NodeStatus>([](schema::ClientService::Client& session) { return session.statusRequest(); });
}

std::future<Result<BlockSummary>> Client::block_async(Height height) {
  return impl_->ask<BlockSummary>([height](schema::ClientService::Client& session) {
    auto request = session.blockRequest();
    request.setHeight(height.value);
    return request;
  });
}

std::future<Result<AccountInfo>> Client::account_async(const Address& address) {
  return impl_->ask<AccountInfo>([address](schema::ClientService::Client& session) {
    auto request = session.accountRequest();
    request.setAddress(to_data(address.bytes));
    return request;
  });
}

std::future<Result<ReleasedRecord>> Client::fetch_async(const RecordId& id) {
  return impl_->ask<ReleasedRecord>([id](schema::ClientService::Client& session) {
    auto request = session.fetchRequest();
    request.setId(to_data(id.bytes));
    return request;
  });
}

Result<SubmitResults> Client::submit(std::vector<Submission> submissions) {
  return submit_async(std::move(submissions)).get();
}
Result<Receipt> Client::wait_receipt(const TxId& id, std::uint64_t within_ms) {
  return wait_receipt_async(id, within_ms).get();
}
Result<NodeStatus> Client::status() { return status_async().get(); }
Result<BlockSummary> Client::block(Height height) { return block_async(height).get(); }
Result<AccountInfo> Client::account(const Address& address) { return account_async(address).get(); }
Result<ReleasedRecord> Client::fetch(const RecordId& id) { return fetch_async(id).get(); }

Result<Committee> Client::committee() {
  return impl_->ask<Committee>([](schema::ClientService::Client& session) { return session.committeeRequest(); }).get();
}

Result<BlockSummary> Client::latest_block() {
  auto make = [](schema::ClientService::Client& session) {
    auto request = session.blockRequest();
    request.setLatest(true);
    return request;
  };
  return impl_->ask<BlockSummary>(make).get();
}

Result<TransactionInfo> Client::transaction(const TxId& id) {
  auto make = [id](schema::ClientService::Client& session) {
    auto request = session.transactionRequest();
    request.setId(to_data(id.bytes));
    return request;
  };
  return impl_->ask<TransactionInfo>(make).get();
}

Result<ReceiptProof> Client::receipt_proof(const TxId& id) {
  auto make = [id](schema::ClientService::Client& session) {
    auto request = session.receiptProofRequest();
    request.setId(to_data(id.bytes));
    return request;
  };
  return impl_->ask<ReceiptProof>(make).get();
}

Result<RecordInfo> Client::record(const RecordId& id) {
  auto make = [id](schema::ClientService::Client& session) {
    auto request = session.recordRequest();
    request.setId(to_data(id.bytes));
    return request;
  };
  return impl_->ask<RecordInfo>(make).get();
}

Result<StateProof> Client::state_proof(const StateKey& key) {
  auto call = [key](schema::ClientService::Client& session) -> kj::Promise<Result<StateProof>> {
    auto request = session.stateProofRequest();
    request.setContract(static_cast<std::uint8_t>(key.contract));
    request.setKey(to_data(key.bytes));
    return request.send().then([key](auto&& response) -> Result<StateProof> {
      auto value = read_answer(response.getAnswer());
      if (!value) return value.error();
      auto proof = StateProof::decode(*value);
      if (proof && proof->key != key) return Error(ErrorCode::kMalformed, "the node proved another key");
      return proof;
    });
  };
  return impl_->loop->call<StateProof>(call, impl_->timeout_ms).get();
}

Result<Subscription> Client::subscribe(const EventFilter& filter, std::optional<EventPosition> from) {
  auto ask = [impl = impl_, filter = bcs::encode(filter)](const std::optional<EventPosition>& next,
                                                          std::uint64_t within_ms) {
    auto make = [filter, next, within_ms](schema::ClientService::Client& session) {
      auto request = session.subscribeRequest();
      request.setFilter(to_data(filter));
      if (next) request.setNext(to_data(bcs::encode(*next)));
      request.setWithinMs(within_ms);
      return request;
    };
    return impl->ask<EventBatch>(make, within_ms);
  };
  auto first = ask(from, 0).get();
  if (!first) return first.error();
  return Subscription([ask](const EventPosition& next) { return ask(next, kEventWaitMs); }, std::move(*first));
}

Subscription::Subscription(Ask ask, EventBatch first) : ask_(std::move(ask)) { take(std::move(first)); }

void Subscription::take(EventBatch batch) {
  for (Event& event : batch.events) events_.push_back(std::move(event));
  next_ = batch.next;
  coming_ = ask_(next_);
}

Result<Event> Subscription::next(std::uint64_t within_ms) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(std::min(within_ms, kMaxTimeoutMs));
  while (events_.empty()) {
    if (!coming_.valid()) return Error(ErrorCode::kUnavailable, "this subscription has ended; subscribe anew");
    if (coming_.wait_until(until) != std::future_status::ready) {
      return Error(ErrorCode::kTimeout, "nothing has become final that passes the filter");
    }
    auto batch = coming_.get();
    if (!batch) return batch.error();
    take(std::move(*batch));
  }
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace medchain::rpc
