// medchain-load: puts a network under load, and says in JSON what became of it. benchmarks/cluster runs it.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/exit_code.h"
#include "common/files.h"
#include "load.h"

namespace {

using medchain::Result;
using medchain::benchmark::LoadOptions;
using medchain::benchmark::LoadResult;

// Of sorted values; nothing was measured: null.
nlohmann::json percentile(const std::vector<float>& sorted, double share) {
  if (sorted.empty()) return nullptr;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[at];
}

nlohmann::json to_json(LoadResult result, double verify_per_s) {
  std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
  nlohmann::json checked = nlohmann::json::object();
  for (const auto& node : result.checked) checked[node.node] = node.signatures_checked;
  const auto& latencies = result.latencies_ms;
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
          {"each_second", result.each_second},
          {"signatures_checked", checked},
          {"latency_ms",
           {{"p50", percentile(latencies, 0.5)},
            {"p90", percentile(latencies, 0.9)},
            {"p99", percentile(latencies, 0.99)},
            {"max", percentile(latencies, 1)}}}};
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

int prepare(const std::string& network, std::size_t senders) {
  auto genesis = medchain::benchmark::add_senders(network, senders);
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

  auto* preparing = app.add_subcommand("prepare", "Add accounts to the genesis of a network that has not started");
  preparing->add_option("--network", network, "What `medchaind init` made")->required();
  preparing->add_option("--senders", options.senders, "Accounts")->capture_default_str();

  auto* running = app.add_subcommand("run", "Submit transfers, and read from one node what became of them");
  running->add_option("--target", options.targets, "Client ports to submit to")->required();
  running->add_option("--node", options.nodes, "Client ports of all nodes, whose counters are read")->required();
  running->add_option("--observer", options.observer, "Client port that final blocks are read from")->required();
  running->add_option("--ca", ca, "Certificate of the authority")->required();
  running->add_option("--out", out, "File to write, JSON")->required();
  running->add_option("--senders", options.senders, "Accounts, as prepared")->capture_default_str();
  running->add_option("--batch", options.batch, "Transactions in one call")->capture_default_str();
  running->add_option("--window", options.window, "As many are under way at once")->capture_default_str();
  running->add_option("--rate", options.rate, "So many a second instead, whatever is under way");
  running->add_option("--warmup", options.warmup_s, "Seconds")->capture_default_str();
  running->add_option("--measure", options.measure_s, "Seconds")->capture_default_str();
  running->add_option("--sign-for", options.expected_rate, "Transactions a second to sign beforehand")
      ->capture_default_str();
  running->add_option("--verify-seconds", verify_s, "How long to measure signature checks before")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? programs::kOk : programs::kUsage;
  }
  return preparing->parsed() ? prepare(network, options.senders) : run(options, ca, out, verify_s);
}
