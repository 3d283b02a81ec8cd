// Load on a running network through its public RPC, and what became of it as seen from one of its nodes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "maker.h"
#include "medchain/rpc/client.h"

namespace medchain::benchmark {

struct LoadOptions {
  std::vector<std::string> targets;       // client ports that transactions are submitted to, a connection each
  std::vector<std::string> http_targets;  // HOST:PORT of HTTP interfaces: the same over HTTP, a request for each
  std::vector<std::string> nodes;         // client ports of all nodes: whose counters are read before and after
  std::string observer;                   // client port that final blocks are read from
  std::string ca;                         // PEM
  LoadShape shape;
  std::size_t batch = 200;     // transactions in one call
  std::size_t window = 4'000;  // closed loop: as many are under way at once
  double rate = 0;             // open loop: so many a second, whatever is under way; 0: closed loop
  bool bursts = false;         // instead: as the experiment of 2020, five calls of 80 to 150 every 1.5 s
  std::uint64_t count = 0;     // end after as many, however long that takes; 0: after the time
  double warmup_s = 5;
  double measure_s = 30;
  double sign_for = 12'000;  // transactions a second that are made beforehand; 0: each when it is its turn
  std::size_t threads = 2;   // that make them
};

struct NodeCounters {
  std::string node;
  std::uint64_t signatures_checked = 0;
  std::uint64_t signatures_checked_unseated = 0;  // of those; see Engine::Counters
  std::vector<std::uint64_t> cpu_us;              // by stage
};

struct Second {
  std::uint64_t final = 0;
  std::vector<float> latencies_ms;  // from submitting until the observer gave the receipt
};

struct LoadResult {
  double seconds = 0;               // measured
  std::uint64_t final_in_time = 0;  // successful receipts that the observer gave in these seconds
  std::uint64_t final_in_all = 0;   // with warm-up and the end
  std::uint64_t failed = 0;         // receipts of another status
  std::uint64_t refused = 0;        // never accepted
  std::string first_refusal;
  std::uint64_t blocks = 0;            // in the measured seconds
  std::uint64_t next_number = 0;       // that no transaction had yet
  std::vector<Second> each_second;     // from the start of the load on
  std::vector<float> latencies_ms;     // of those final in the measured seconds
  std::vector<NodeCounters> counters;  // of each node, for all of the load
  bool complete = false;               // every accepted transaction became final
};

// libsodium's crypto_sign_verify_detached in a second, on one thread, over `seconds`.
double verifications_per_second(double seconds);

// `progress` is told now and then how much is done, from 0 to 1, and how many are final.
Result<LoadResult> run_load(const LoadOptions& options,
                            const std::function<void(double done, std::uint64_t final)>& progress);

}  // namespace medchain::benchmark
