#include "load.h"

#include <sodium.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace medchain::benchmark {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kCallsUnderWay = 4;  // of each submitter
constexpr auto kPollEvery = std::chrono::milliseconds(1);
constexpr auto kPatience = std::chrono::seconds(60);  // for the last transactions to become final

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// What is under way, shared by the submitters and the observer.
struct Shared {
  const LoadOptions& options;
  std::vector<SignedTransfer> transfers;
  std::unordered_map<TxId, std::uint32_t> numbers;  // read-only once the load has begun
  std::vector<std::atomic<double>> submitted_s;     // since the start; of each transfer
  Clock::time_point start;
  std::mutex mutex;
  std::condition_variable moved;
  std::size_t next = 0;     // to submit
  std::size_t settled = 0;  // final, or refused
  bool ending = false;      // nothing more is submitted
  std::uint64_t refused = 0;
  std::string first_refusal;

  explicit Shared(const LoadOptions& given) : options(given) {}

  double now_s() const { return seconds_between(start, Clock::now()); }

  bool exhausted() {
    std::lock_guard lock(mutex);
    return !ending && next >= transfers.size();
  }

  // The next batch, when it is time for it; empty at the end.
  std::pair<std::size_t, std::size_t> take_batch() {
    std::unique_lock lock(mutex);
    while (!ending && next < transfers.size()) {
      if (options.rate > 0) {
        const double due_s = static_cast<double>(next) / options.rate;
        if (now_s() >= due_s) break;
        moved.wait_until(lock,
                         start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(due_s)));
      } else {
        if (next - settled + options.batch <= options.window) break;
        moved.wait(lock);
      }
    }
    if (ending || next >= transfers.size()) return {0, 0};
    const std::size_t first = next;
    next = std::min(transfers.size(), next + options.batch);
    return {first, next - first};
  }

  void settle(std::size_t count) {
    std::lock_guard lock(mutex);
    settled += count;
    moved.notify_all();
  }

  void refuse(const std::string& why, std::size_t count) {
    std::lock_guard lock(mutex);
    refused += count;
    settled += count;
    if (first_refusal.empty()) first_refusal = why;
    moved.notify_all();
  }

  void end() {
    std::lock_guard lock(mutex);
    ending = true;
    moved.notify_all();
  }

  bool idle() {
    std::lock_guard lock(mutex);
    return settled >= next;
  }
};

Result<rpc::Client> connect(const LoadOptions& options, const std::string& node) {
  const KeyPair identity = sender(0);
  rpc::ClientConfig config;
  config.node = node;
  config.ca = options.ca;
  config.identity = &identity;
  auto client = rpc::Client::connect(std::move(config));
  if (!client) return client.error().in(node);
  return client;
}

// Submits what take_batch() gives until there is no more.
class Submitter {
 public:
  Submitter(Shared& shared, rpc::Client client) : shared_(shared), client_(std::move(client)) {}

  void run() {
    for (;;) {
      auto [first, count] = shared_.take_batch();
      if (count == 0) break;
      std::vector<Submission> batch;
      for (std::size_t i = first; i < first + count; ++i) {
        batch.push_back({std::move(shared_.transfers[i].bytes), {}});
        shared_.submitted_s[i] = shared_.now_s();
      }
      calls_.push_back({client_.submit_async(std::move(batch)), count});
      if (calls_.size() >= kCallsUnderWay) take_answer();
    }
    while (!calls_.empty()) take_answer();
  }

 private:
  struct Call {
    std::future<Result<std::vector<Result<TxId>>>> answer;
    std::size_t count;
  };

  void take_answer() {
    Call call = std::move(calls_.front());
    calls_.pop_front();
    auto answer = call.answer.get();
    if (!answer) return shared_.refuse(answer.error().message(), call.count);
    for (const auto& result : *answer) {
      if (!result) shared_.refuse(result.error().message(), 1);
    }
  }

  Shared& shared_;
  rpc::Client client_;
  std::deque<Call> calls_;
};

// Reads one final block after the other, as soon as the node has it.
class Observer {
 public:
  Observer(Shared& shared, rpc::Client client, Height from)
      : shared_(shared), client_(std::move(client)), next_(from) {}

  // False: no block is waiting.
  Result<bool> observe(LoadResult& result) {
    auto block = client_.block(next_);
    if (!block && block.error().code() == ErrorCode::kNotFound) return false;
    if (!block) return block.error().in("reading block " + std::to_string(next_.value));
    next_ = next_.next();
    const double at_s = shared_.now_s();
    const bool in_time =
        at_s >= shared_.options.warmup_s && at_s < shared_.options.warmup_s + shared_.options.measure_s;
    result.blocks += in_time ? 1 : 0;
    std::size_t ours = 0;
    for (const Receipt& receipt : block->receipts) {
      auto known = shared_.numbers.find(receipt.id);
      if (known == shared_.numbers.end()) continue;
      ++ours;
      count(receipt, known->second, at_s, in_time, result);
    }
    shared_.settle(ours);
    return true;
  }

 private:
  void count(const Receipt& receipt, std::uint32_t number, double at_s, bool in_time, LoadResult& result) {
    if (receipt.status != TxStatus::kSuccess) {
      ++result.failed;
      return;
    }
    ++result.final_in_all;
    result.each_second.resize(std::max(result.each_second.size(), static_cast<std::size_t>(at_s) + 1));
    ++result.each_second[static_cast<std::size_t>(at_s)];
    if (!in_time) return;
    ++result.final_in_time;
    result.latencies_ms.push_back(static_cast<float>((at_s - shared_.submitted_s[number]) * 1000));
  }

  Shared& shared_;
  rpc::Client client_;
  Height next_;
};

Result<std::vector<NodeCounters>> read_counters(std::vector<rpc::Client>& clients, const LoadOptions& options) {
  std::vector<NodeCounters> all;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    auto status = clients[i].status();
    if (!status) return status.error().in(options.nodes[i]);
    all.push_back({options.nodes[i], status->signatures_checked});
  }
  return all;
}

Result<Height> prepare(Shared& shared, rpc::Client& observer) {
  const LoadOptions& options = shared.options;
  auto status = observer.status();
  if (!status) return status.error().in(options.observer);
  const double rate = options.rate > 0 ? options.rate : options.expected_rate;
  const auto count = static_cast<std::size_t>(rate * (options.warmup_s + options.measure_s)) + options.window;
  const Height valid_until{status->height.value + status->replay_window};
  shared.transfers = sign_transfers(status->chain, valid_until, options.senders, 0, count, options.signing_threads);
  shared.numbers.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) shared.numbers.emplace(shared.transfers[i].id, i);
  shared.submitted_s = std::vector<std::atomic<double>>(count);
  // What was signed took a while: blocks that came meanwhile hold nothing of ours.
  status = observer.status();
  if (!status) return status.error().in(options.observer);
  return status->height.next();
}

Result<void> observe_all(Shared& shared, Observer& observer, LoadResult& result,
                         const std::function<void(double done, std::uint64_t final)>& progress) {
  const double end_s = shared.options.warmup_s + shared.options.measure_s;
  const double give_up_s = end_s + std::chrono::duration<double>(kPatience).count();
  double told_s = 0;
  for (;;) {
    auto found = observer.observe(result);
    if (!found) return found.error();
    const double now_s = shared.now_s();
    if (now_s >= told_s) {
      progress(std::min(1.0, now_s / end_s), result.final_in_all);
      told_s = now_s + 0.2;
    }
    if (now_s < end_s && shared.exhausted()) {
      return Error(ErrorCode::kUnavailable, "all " + std::to_string(shared.transfers.size()) +
                                                " signed transfers are used up: sign for more (--sign-for)");
    }
    if (now_s >= end_s) shared.end();
    if (now_s >= end_s && shared.idle()) {
      result.complete = true;
      return {};
    }
    if (now_s >= give_up_s) return {};
    if (!*found) std::this_thread::sleep_for(kPollEvery);
  }
}

}  // namespace

double verifications_per_second(double seconds) {
  const SigningKey key = sender(0).signing;
  const Bytes message(150, 7);
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_seed_keypair(open.data(), secret.data(), key.secret().expose().data());
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret.data());
  const auto start = Clock::now();
  std::uint64_t done = 0;
  while (seconds_between(start, Clock::now()) < seconds) {
    for (int i = 0; i < 100; ++i, ++done) {
      const int bad = crypto_sign_verify_detached(signature.data(), message.data(), message.size(), open.data());
      MEDCHAIN_ASSERT(bad == 0, "a signature of our own that does not verify");
    }
  }
  return static_cast<double>(done) / seconds_between(start, Clock::now());
}

Result<LoadResult> run_load(const LoadOptions& options,
                            const std::function<void(double done, std::uint64_t final)>& progress) {
  auto observing = connect(options, options.observer);
  if (!observing) return observing.error();
  std::vector<rpc::Client> counting;
  for (const std::string& node : options.nodes) {
    auto client = connect(options, node);
    if (!client) return client.error();
    counting.push_back(std::move(*client));
  }
  Shared shared(options);
  auto first = prepare(shared, *observing);
  if (!first) return first.error();
  std::vector<std::unique_ptr<Submitter>> submitters;
  for (const std::string& target : options.targets) {
    auto client = connect(options, target);
    if (!client) return client.error();
    submitters.push_back(std::make_unique<Submitter>(shared, std::move(*client)));
  }
  auto before = read_counters(counting, options);
  if (!before) return before.error();

  LoadResult result;
  result.seconds = options.measure_s;
  Observer observer(shared, std::move(*observing), *first);
  shared.start = Clock::now();
  std::vector<std::jthread> threads;
  for (auto& submitter : submitters) threads.emplace_back([&submitter] { submitter->run(); });
  auto observed = observe_all(shared, observer, result, progress);
  shared.end();
  threads.clear();
  MEDCHAIN_TRY(observed);

  auto after = read_counters(counting, options);
  if (!after) return after.error();
  for (std::size_t i = 0; i < after->size(); ++i) {
    result.checked.push_back({options.nodes[i], (*after)[i].signatures_checked - (*before)[i].signatures_checked});
  }
  result.refused = shared.refused;
  result.first_refusal = shared.first_refusal;
  return result;
}

}  // namespace medchain::benchmark
