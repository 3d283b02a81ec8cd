// Load on a running network through its public RPC, and what became of it as seen from one of its nodes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "medchain/rpc/client.h"
#include "senders.h"

namespace medchain::benchmark {

struct LoadOptions {
  std::vector<std::string> targets;  // client ports that transactions are submitted to, in turn
  std::vector<std::string> nodes;    // all client ports: whose counters are read before and after
  std::string observer;              // client port that final blocks are read from
  std::string ca;                    // PEM
  std::size_t senders = 10'000;
  std::size_t batch = 200;     // transactions in one call
  std::size_t window = 4'000;  // closed loop: as many are under way at once
  double rate = 0;             // open loop: so many a second, whatever is under way; 0: closed loop
  double warmup_s = 5;
  double measure_s = 30;
  double expected_rate = 12'000;  // transactions to sign beforehand, a second
  std::size_t signing_threads = 2;
};

struct NodeCounters {
  std::string node;
  std::uint64_t signatures_checked = 0;
};

struct LoadResult {
  double seconds = 0;               // measured
  std::uint64_t final_in_time = 0;  // successful receipts that the observer gave in these seconds
  std::uint64_t final_in_all = 0;   // with warm-up and the end
  std::uint64_t failed = 0;         // receipts of another status
  std::uint64_t refused = 0;        // never accepted
  std::string first_refusal;
  std::uint64_t blocks = 0;                // in the measured seconds
  std::vector<std::uint64_t> each_second;  // final, from the start of the load on
  std::vector<float> latencies_ms;         // from submitting until the observer gave the receipt; of those in time
  std::vector<NodeCounters> checked;       // signatures checked by each node for all of the load
  bool complete = false;                   // every accepted transaction became final
};

// libsodium's crypto_sign_verify_detached in a second, on one thread, over `seconds`.
double verifications_per_second(double seconds);

// `progress` is told now and then how much is done, from 0 to 1, and how many are final.
Result<LoadResult> run_load(const LoadOptions& options,
                            const std::function<void(double done, std::uint64_t final)>& progress);

}  // namespace medchain::benchmark
