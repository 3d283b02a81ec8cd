#include "node_metrics.h"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "medchain/stages.h"

namespace medchain::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Figures {
 public:
  explicit Figures(std::vector<MetricFamily>& families) : families_(families) {}

  void gauge(std::string name, std::string help, double value) {
    ClientMetric metric;
    metric.gauge.value = value;
    add(std::move(name), std::move(help), MetricType::Gauge).metric.push_back(std::move(metric));
  }
  void counter(std::string name, std::string help, double value) {
    ClientMetric metric;
    metric.counter.value = value;
    add(std::move(name), std::move(help), MetricType::Counter).metric.push_back(std::move(metric));
  }
  MetricFamily& add(std::string name, std::string help, MetricType type) {
    return families_.emplace_back(MetricFamily{std::move(name), std::move(help), type, {}});
  }

 private:
  std::vector<MetricFamily>& families_;
};

void add_build(Figures& figures, const rpc::NodeStatus& status) {
  ClientMetric metric;
  metric.label = {{"version", status.version}, {"network", status.network}, {"chain", status.chain.hex()}};
  metric.gauge.value = 1;
  figures.add("medchain_build_info", "The program, and the network that it is a node of.", MetricType::Gauge)
      .metric.push_back(std::move(metric));
}

void add_consensus(Figures& figures, const rpc::NodeStatus& status, const Engine& engine) {
  const Engine::Counters& counters = engine.counters();
  figures.gauge("medchain_consensus_height", "The last block that is final here.",
                static_cast<double>(status.height.value));
  figures.gauge("medchain_consensus_round", "The round of the block being decided.",
                static_cast<double>(status.round.value));
  figures.gauge("medchain_consensus_view", "The attempt at the block being decided, from 0.",
                static_cast<double>(status.view.value));
  figures.gauge("medchain_consensus_producer", "1 when this node votes in the current round.", status.producer ? 1 : 0);
  figures.gauge("medchain_consensus_committee_members", "Producers of the current round.",
                static_cast<double>(engine.committee().size()));
  figures.gauge("medchain_consensus_candidates", "Validators that stand for election.",
                static_cast<double>(engine.state().candidates().size()));
  figures.gauge("medchain_consensus_last_block_timestamp_seconds", "Unix time of the last block that is final here.",
                static_cast<double>(status.time_ms) / 1000);
  figures.counter("medchain_consensus_view_changes_total", "Since the node started.",
                  static_cast<double>(counters.view_changes));
  figures.counter("medchain_consensus_blocks_total", "Blocks that became final since the node started.",
                  static_cast<double>(counters.blocks_final));
}

void add_execution(Figures& figures, const rpc::NodeStatus& status, const Engine::Counters& counters) {
  figures.counter("medchain_execution_transactions_total", "Transactions that became final since the node started.",
                  static_cast<double>(counters.transactions_final));
  figures.counter("medchain_execution_signatures_checked_total", "Of transactions, since the node started.",
                  static_cast<double>(counters.signatures_checked));
  figures.counter("medchain_execution_signatures_checked_unseated_total",
                  "Of those, of transactions that others decided, since the node did not sit.",
                  static_cast<double>(counters.signatures_checked_unseated));
  MetricFamily& stages =
      figures.add("medchain_cpu_seconds_total", "CPU of the node by stage of its work.", MetricType::Counter);
  for (std::size_t stage = 0; stage < status.cpu_us.size() && stage < kStages; ++stage) {
    ClientMetric metric;
    metric.label = {{"stage", std::string(kStageNames[stage])}};
    metric.counter.value = static_cast<double>(status.cpu_us[stage]) / 1e6;
    stages.metric.push_back(std::move(metric));
  }
}

void add_queues(Figures& figures, const rpc::NodeStatus& status, const rpc::NodeView& node) {
  const Engine::Counters& counters = node.engine().counters();
  figures.gauge("medchain_mempool_transactions", "Waiting for a block.", status.mempool);
  figures.counter("medchain_mempool_refused_total", "Submissions that were not taken, since the node started.",
                  static_cast<double>(counters.submissions_refused));
  figures.gauge("medchain_network_peers", "Nodes connected.", status.peers);
  figures.counter("medchain_network_refused_messages_total", "What peers sent and no honest node sends.",
                  static_cast<double>(counters.messages_refused));
  figures.gauge("medchain_tls_certificate_expiry_timestamp_seconds", "When the certificate in use ends, Unix time.",
                static_cast<double>(node.certificate_expiry_s()));
  figures.gauge("medchain_storage_pending_bytes", "Handed over to be written, and not written yet.",
                static_cast<double>(node.pending_bytes()));
  auto index = node.index();
  auto indexed = index ? index->height() : Result<Height>(index.error());
  if (indexed) {
    figures.gauge("medchain_storage_index_height", "The last block that queries know.",
                  static_cast<double>(indexed->value));
  }
}

// As Prometheus' client libraries name them.
void add_process(Figures& figures) {
  std::ifstream stat("/proc/self/stat");
  std::string line;
  if (!std::getline(stat, line) || line.rfind(')') == std::string::npos) return;
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::vector<std::string> values;
  for (std::string value; fields >> value;) values.push_back(value);
  if (values.size() < 22) return;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  auto number = [&values](std::size_t field) { return std::strtod(values[field].c_str(), nullptr); };
  figures.counter("process_cpu_seconds_total", "User and system CPU.", (number(11) + number(12)) / ticks);
  figures.gauge("process_virtual_memory_bytes", "Virtual memory.", number(20));
  figures.gauge("process_resident_memory_bytes", "Memory held.",
                number(21) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  timespec since_boot{};
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const double boot = static_cast<double>(std::time(nullptr)) - static_cast<double>(since_boot.tv_sec);
  figures.gauge("process_start_time_seconds", "Unix time of the start.", boot + number(19) / ticks);
  std::error_code error;
  double open = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end; at.increment(error)) {
    ++open;
  }
  figures.gauge("process_open_fds", "File descriptors open.", open);
}

}  // namespace

void append_node_metrics(std::vector<MetricFamily>& families, const rpc::NodeView& node) {
  Figures figures(families);
  const rpc::NodeStatus status = node.status();
  add_build(figures, status);
  add_consensus(figures, status, node.engine());
  add_execution(figures, status, node.engine().counters());
  add_queues(figures, status, node);
  add_process(figures);
}

}  // namespace medchain::http
