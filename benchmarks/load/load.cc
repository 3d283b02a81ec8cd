#include "load.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <deque>
#include <thread>

#include "http_submitter.h"

namespace medchain::benchmark {
namespace {

constexpr std::size_t kCallsUnderWay = 4;    // of each submitter
constexpr std::uint64_t kLookEveryMs = 100;  // at the clock, when no block comes
constexpr double kPatienceS = 60;            // for the last transactions to become final

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

// Submits what is due until there is no more.
class Submitter {
 public:
  Submitter(UnderWay& under_way, const Maker& maker, rpc::Client client, std::uint32_t replay_window)
      : under_way_(under_way), maker_(maker), client_(std::move(client)), replay_window_(replay_window) {}

  void run() {
    for (;;) {
      const auto [first, count] = under_way_.take();
      if (count == 0) break;
      std::vector<TxId> ids;
      std::vector<Submission> batch;
      for (std::size_t i = first; i < first + count; ++i) {
        Made made = under_way_.make(maker_, i, replay_window_);
        ids.push_back(made.id);
        batch.push_back(std::move(made.submission));
      }
      under_way_.submitted(ids);
      calls_.push_back({client_.submit_async(std::move(batch)), std::move(ids)});
      if (calls_.size() >= kCallsUnderWay) take_answer();
    }
    while (!calls_.empty()) take_answer();
  }

 private:
  struct Call {
    std::future<Result<std::vector<Result<TxId>>>> answer;
    std::vector<TxId> ids;
  };

  void take_answer() {
    Call call = std::move(calls_.front());
    calls_.pop_front();
    auto answer = call.answer.get();
    for (std::size_t i = 0; i < call.ids.size(); ++i) {
      if (!answer) {
        under_way_.refuse(call.ids[i], answer.error().message());
      } else if (!(*answer)[i]) {
        under_way_.refuse(call.ids[i], (*answer)[i].error().message());
      }
    }
  }

  UnderWay& under_way_;
  const Maker& maker_;
  rpc::Client client_;
  std::uint32_t replay_window_;
  std::deque<Call> calls_;
};

// Is told of one final block after the other.
class Observer {
 public:
  Observer(UnderWay& under_way, rpc::Subscription blocks) : under_way_(under_way), blocks_(std::move(blocks)) {}

  // False: none came for a while.
  Result<bool> observe(LoadResult& result) {
    auto event = blocks_.next(kLookEveryMs);
    if (!event && event.error().code() == ErrorCode::kTimeout) return false;
    if (!event) return event.error().in("waiting for block " + std::to_string(blocks_.position().height.value));
    const auto& block = std::get<rpc::BlockSummary>(event->what);
    const double at_s = under_way_.now_s();
    const LoadOptions& options = under_way_.options();
    const bool in_time = options.count > 0 || (at_s >= options.warmup_s && at_s < options.warmup_s + options.measure_s);
    result.blocks += in_time ? 1 : 0;
    const auto submitted_s = under_way_.settle(block.receipts);
    for (std::size_t i = 0; i < submitted_s.size(); ++i) {
      if (submitted_s[i]) count(block.receipts[i], *submitted_s[i], at_s, in_time, result);
    }
    under_way_.height = event->at.height.value;
    return true;
  }

 private:
  static void count(const Receipt& receipt, double submitted_s, double at_s, bool in_time, LoadResult& result) {
    if (receipt.status != TxStatus::kSuccess) {
      ++result.failed;
      return;
    }
    ++result.final_in_all;
    const auto second = static_cast<std::size_t>(at_s);
    const auto latency_ms = static_cast<float>((at_s - submitted_s) * 1000);
    result.each_second.resize(std::max(result.each_second.size(), second + 1));
    ++result.each_second[second].final;
    result.each_second[second].latencies_ms.push_back(latency_ms);
    if (!in_time) return;
    ++result.final_in_time;
    result.latencies_ms.push_back(latency_ms);
  }

  UnderWay& under_way_;
  rpc::Subscription blocks_;
};

// Of a node once it has `height`, too: what it finds out about a block, it counts when that is final there.
Result<NodeCounters> read_counters(rpc::Client& client, const std::string& node, Height height) {
  const auto start = Clock::now();
  while (true) {
    auto status = client.status();
    if (!status) return status.error().in(node);
    if (status->height >= height) {
      return NodeCounters{node, status->signatures_checked, status->signatures_checked_unseated, status->cpu_us};
    }
    if (seconds_between(start, Clock::now()) > kPatienceS) {
      return Error(ErrorCode::kTimeout, node + " stays behind, at height " + std::to_string(status->height.value));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Result<std::vector<NodeCounters>> read_counters(std::vector<rpc::Client>& clients, const LoadOptions& options,
                                                rpc::Client& observing) {
  auto observed = observing.status();
  if (!observed) return observed.error().in(options.observer);
  std::vector<NodeCounters> all;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    auto counters = read_counters(clients[i], options.nodes[i], observed->height);
    if (!counters) return counters.error();
    all.push_back(std::move(*counters));
  }
  return all;
}

// Makes what is to be made beforehand. Gives the first height that may hold anything of it.
Result<Height> prepare(UnderWay& under_way, const Maker& maker, rpc::Client& observer) {
  const LoadOptions& options = under_way.options();
  auto status = observer.status();
  if (!status) return status.error().in(options.observer);
  under_way.height = status->height.value;
  if (options.sign_for > 0) {
    const double rate = options.rate > 0 ? options.rate : options.sign_for;
    const auto count = options.count > 0
                           ? static_cast<std::size_t>(options.count)
                           : static_cast<std::size_t>(rate * (options.warmup_s + options.measure_s)) + options.window;
    const Height valid_until{status->height.value + status->replay_window};
    under_way.made = maker.make_many(count, valid_until, options.threads);
    // That took a while: blocks that came meanwhile hold nothing of ours.
    status = observer.status();
    if (!status) return status.error().in(options.observer);
  }
  return status->height.next();
}

Result<void> observe_all(UnderWay& under_way, Observer& observer, LoadResult& result,
                         const std::function<void(double done, std::uint64_t final)>& progress) {
  const LoadOptions& options = under_way.options();
  const double end_s = options.warmup_s + options.measure_s;
  double told_s = 0, moved_s = 0;
  for (;;) {
    auto found = observer.observe(result);
    if (!found) return found.error();
    const double now_s = under_way.now_s();
    if (*found) moved_s = now_s;
    const double done = options.count > 0
                            ? static_cast<double>(result.final_in_all) / static_cast<double>(options.count)
                            : now_s / end_s;
    if (now_s >= told_s) {
      progress(std::min(1.0, done), result.final_in_all);
      told_s = now_s + 0.2;
    }
    const bool over = options.count > 0 ? under_way.taken() >= options.count : now_s >= end_s;
    if (!over && under_way.exhausted()) {
      return Error(ErrorCode::kUnavailable, "all " + std::to_string(under_way.made.size()) +
                                                " signed transactions are used up: sign for more (--sign-for)");
    }
    if (over) under_way.end();
    if (over && under_way.idle()) {
      result.complete = true;
      return {};
    }
    if (now_s >= moved_s + kPatienceS) return {};
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
  UnderWay under_way(options);
  auto status = observing->status();
  if (!status) return status.error().in(options.observer);
  const Maker maker(status->chain, options.shape);
  auto first = prepare(under_way, maker, *observing);
  if (!first) return first.error();
  std::vector<std::unique_ptr<Submitter>> submitters;
  for (const std::string& target : options.targets) {
    auto client = connect(options, target);
    if (!client) return client.error();
    submitters.push_back(std::make_unique<Submitter>(under_way, maker, std::move(*client), status->replay_window));
  }
  auto before = read_counters(counting, options, *observing);
  if (!before) return before.error();

  LoadResult result;
  auto blocks = observing->subscribe({.transactions = false}, rpc::EventPosition{*first, 0});
  if (!blocks) return blocks.error();
  Observer observer(under_way, std::move(*blocks));
  under_way.start();
  std::vector<std::jthread> threads;
  for (auto& submitter : submitters) threads.emplace_back([&submitter] { submitter->run(); });
  for (const std::string& target : options.http_targets) {
    threads.emplace_back([&] { submit_over_http(under_way, maker, status->replay_window, target, options.ca); });
  }
  auto observed = observe_all(under_way, observer, result, progress);
  result.seconds = options.count > 0 ? under_way.now_s() : options.measure_s;
  under_way.end();
  threads.clear();
  MEDCHAIN_TRY(observed);

  auto after = read_counters(counting, options, *observing);
  if (!after) return after.error();
  for (std::size_t i = 0; i < after->size(); ++i) {
    NodeCounters& node = (*after)[i];
    node.signatures_checked -= (*before)[i].signatures_checked;
    node.signatures_checked_unseated -= (*before)[i].signatures_checked_unseated;
    for (std::size_t stage = 0; stage < node.cpu_us.size(); ++stage) node.cpu_us[stage] -= (*before)[i].cpu_us[stage];
    result.counters.push_back(std::move(node));
  }
  result.refused = under_way.refused;
  result.first_refusal = under_way.first_refusal;
  result.next_number = options.shape.first_number + under_way.taken();
  return result;
}

}  // namespace medchain::benchmark
