// medchain-load: puts a network under load, and says in JSON what became of it. benchmarks/cluster runs it.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/exit_code.h"
#include "common/files.h"
#include "load.h"
#include "medchain/stages.h"
#include "offline.h"

namespace {

using medchain::Result;
using medchain::benchmark::LoadKind;
using medchain::benchmark::LoadOptions;
using medchain::benchmark::LoadResult;
using medchain::benchmark::LoadShape;
using medchain::benchmark::OfflineOptions;

// Of sorted values; nothing was measured: null.
nlohmann::json percentile(const std::vector<float>& sorted, double share) {
  if (sorted.empty()) return nullptr;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[at];
}

nlohmann::json latency_json(const std::vector<float>& sorted) {
  return {{"p50", percentile(sorted, 0.5)},
          {"p90", percentile(sorted, 0.9)},
          {"p99", percentile(sorted, 0.99)},
          {"max", percentile(sorted, 1)}};
}

nlohmann::json to_json(LoadResult result, double verify_per_s) {
  std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
  nlohmann::json checked = nlohmann::json::object();
  nlohmann::json unseated = nlohmann::json::object();
  nlohmann::json cpu = nlohmann::json::object();
  for (const auto& node : result.counters) {
    checked[node.node] = node.signatures_checked;
    unseated[node.node] = node.signatures_checked_unseated;
    for (std::size_t stage = 0; stage < node.cpu_us.size(); ++stage) {
      cpu[node.node][std::string(medchain::kStageNames[stage])] = node.cpu_us[stage];
    }
  }
  const auto& latencies = result.latencies_ms;
  nlohmann::json seconds = nlohmann::json::array();
  for (auto& second : result.each_second) {
    std::sort(second.latencies_ms.begin(), second.latencies_ms.end());
    seconds.push_back({{"final", second.final},
                       {"p50_ms", percentile(second.latencies_ms, 0.5)},
                       {"p99_ms", percentile(second.latencies_ms, 0.99)}});
  }
  return {{"seconds", result.seconds},
          {"verify_per_s", verify_per_s},
          {"throughput_tps", static_cast<double>(result.final_in_time) / result.seconds},
          {"final_in_time", result.final_in_time},
          {"final_in_all", result.final_in_all},
          {"failed", result.failed},
          {"refused", result.refused},
          {"first_refusal", result.first_refusal},
          {"complete", result.complete},
          {"blocks", result.blocks},
          {"next_number", result.next_number},
          {"each_second", seconds},
          {"signatures_checked", checked},
          {"signatures_checked_unseated", unseated},
          {"cpu_us", cpu},
          {"latency_ms", latency_json(latencies)}};
}

void tell_progress(double done, std::uint64_t final) {
  fmt::print("progress {:.3f} {}\n", done, final);
  std::fflush(stdout);
}

int run(LoadOptions& options, const std::string& ca, const std::string& out, double verify_s) {
  auto authority = programs::read_text(ca, 1 << 20);
  if (!authority) return programs::fail("medchain-load", authority.error());
  options.ca = *authority;
  const double verify_per_s = medchain::benchmark::verifications_per_second(verify_s);
  auto result = medchain::benchmark::run_load(options, tell_progress);
  if (!result) return programs::fail("medchain-load", result.error());
  const std::string text = to_json(std::move(*result), verify_per_s).dump(1) + "\n";
  auto written = programs::write_file(out, medchain::view(text), programs::kPublicMode);
  return written ? programs::kOk : programs::fail("medchain-load", written.error());
}

int run_offline(const OfflineOptions& options) {
  auto result = medchain::benchmark::run_offline(options, [](double done) { tell_progress(done, 0); });
  if (!result) return programs::fail("medchain-load", result.error());
  std::sort(result->latencies_ms.begin(), result->latencies_ms.end());
  const double tps = static_cast<double>(result->final) / options.seconds;
  const auto blocks = static_cast<double>(std::max<std::uint64_t>(result->blocks, 1));
  const auto nodes = static_cast<double>(options.members + options.followers);
  const nlohmann::json json{
      {"throughput_tps", tps},
      {"efficiency", tps * options.verify_us / 1e6 / static_cast<double>(options.cores)},
      {"latency_ms", latency_json(result->latencies_ms)},
      {"blocks", result->blocks},
      {"view_changes", result->view_changes},
      {"messages_per_block", static_cast<double>(result->messages) / blocks},
      {"bytes_per_transaction_and_node",
       static_cast<double>(result->bytes) / nodes / static_cast<double>(std::max<std::uint64_t>(result->final, 1))}};
  fmt::print("{}\n", json.dump());
  return programs::kOk;
}

int prepare(const std::string& network, std::size_t senders, std::uint32_t replay_window) {
  auto genesis = medchain::benchmark::add_senders(network, senders, replay_window);
  if (!genesis) return programs::fail("medchain-load", genesis.error());
  fmt::print("chain {}\n", genesis->chain_id().hex());
  return programs::kOk;
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(027);
  CLI::App app("medchain-load: puts a network under load, and measures what became of it.", "medchain-load");
  app.require_subcommand(1);
  LoadOptions options;
  std::string network, ca, out;
  double verify_s = 3;
  std::uint32_t replay_window = medchain::limits::kMaxReplayWindow;
  LoadShape& shape = options.shape;

  auto* preparing = app.add_subcommand("prepare", "Add accounts to the genesis of a network that has not started");
  preparing->add_option("--network", network, "What `medchaind init` made")->required();
  preparing->add_option("--senders", options.shape.senders, "Accounts")->capture_default_str();
  preparing->add_option("--replay-window", replay_window, "Heights that a transaction may wait")->capture_default_str();

  auto* running = app.add_subcommand("run", "Submit transfers, and read from one node what became of them");
  auto* targets = running->add_option_group("targets", "At least one");
  targets->add_option("--target", options.targets, "Client ports to submit to");
  targets->add_option("--http-target", options.http_targets,
                      "HTTP interfaces to submit to, a request for each transaction");
  targets->require_option(1, 2);
  running->add_option("--node", options.nodes, "Client ports of all nodes, whose counters are read")->required();
  running->add_option("--observer", options.observer, "Client port that final blocks are read from")->required();
  running->add_option("--ca", ca, "Certificate of the authority")->required();
  running->add_option("--out", out, "File to write, JSON")->required();
  running->add_option("--kind", shape.kind, "What is submitted")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, LoadKind>{{"transfers", LoadKind::kTransfers},
                                                                  {"records", LoadKind::kRecords},
                                                                  {"registrations", LoadKind::kRegistrations}}));
  running->add_option("--senders", shape.senders, "Accounts, as prepared")->capture_default_str();
  running->add_option("--record-bytes", shape.record_bytes, "Bytes of each record")->capture_default_str();
  running->add_option("--first-account", shape.first_account, "Number of the first account that is registered");
  running->add_option("--recipients", shape.recipients, "How many accounts transfers go to; 0: the senders");
  running->add_option("--first-number", shape.first_number, "Number of the first transaction");
  running->add_option("--count", options.count, "End after as many, however long that takes");
  running->add_option("--batch", options.batch, "Transactions in one call")->capture_default_str();
  running->add_option("--window", options.window, "As many are under way at once")->capture_default_str();
  running->add_option("--rate", options.rate, "So many a second instead, whatever is under way");
  running->add_flag("--bursts", options.bursts, "Five calls of 80 to 150 every 1.5 s instead");
  running->add_option("--warmup", options.warmup_s, "Seconds")->capture_default_str();
  running->add_option("--measure", options.measure_s, "Seconds")->capture_default_str();
  running
      ->add_option("--sign-for", options.sign_for,
                   "Transactions a second to make beforehand; 0: each when it is its turn")
      ->capture_default_str();
  running->add_option("--verify-seconds", verify_s, "How long to measure signature checks before")
      ->capture_default_str();
  OfflineOptions offline;
  auto* simulating = app.add_subcommand("offline", "Simulate a network of any size, in its own time; prints JSON");
  simulating->add_option("--members", offline.members, "Of the committee")->check(CLI::Range(1, 100));
  simulating->add_option("--followers", offline.followers, "Further nodes")->check(CLI::Range(0, 1000));
  simulating->add_option("--rate", offline.rate, "Transactions a second")->capture_default_str();
  simulating->add_option("--seconds", offline.seconds, "Simulated, and measured")->capture_default_str();
  simulating->add_option("--delay-us", offline.delay_us, "From node to node")->capture_default_str();
  simulating->add_option("--verify-us", offline.verify_us, "For a client's signature")->capture_default_str();
  simulating->add_option("--message-us", offline.message_us, "For a message")->capture_default_str();
  simulating->add_option("--byte-ns", offline.byte_ns, "And for each byte of it")->capture_default_str();
  simulating->add_option("--sync-us", offline.sync_us, "For a synced write")->capture_default_str();
  simulating->add_option("--cores", offline.cores, "Of a node, for signatures")->check(CLI::Range(1, 64));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? programs::kOk : programs::kUsage;
  }
  if (simulating->parsed()) return run_offline(offline);
  return preparing->parsed() ? prepare(network, shape.senders, replay_window) : run(options, ca, out, verify_s);
}
